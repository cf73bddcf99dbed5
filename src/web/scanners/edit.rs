//! The form of a scanner: mailbox, folders, schedule, search fields, ready-made rules, exceptions, limits.

use axum::extract::{Path, Query, State as Extracted};
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use entities::ids::MailboxId;
use maud::{Markup, html};
use rules::Preset;
use serde_json::{Map, Value, json};

use super::super::entry::{self, Form};
use super::super::fields::{Faults, Fields, Sent};
use super::super::places::Place;
use super::super::{State, mailbox_folders};
use super::{named, schedule};
use crate::access::folders::Folder;
use crate::http::{Problem, Remote, Submitted, Visitor};
use crate::setup::SearchField;
use crate::setup::one::Section;
use crate::store;

/// What the form offers to choose from.
struct Choices {
    mailboxes: Vec<(String, String)>,
    users: Vec<(String, String)>,
    /// The folders of the chosen mailbox, as its server listed them last.
    folders: Vec<Folder>,
    mailbox: Option<MailboxId>,
    now: DateTime<Utc>,
}

/// `GET /scanners/new`
pub(in crate::web) async fn begin(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    Query(asked): Query<Sent>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let store = &state.shared.store;
    let mut sent = fresh(visitor.zone);
    let mailbox = asked.text("mailbox").parse().map(MailboxId);
    if let Ok(mailbox) = mailbox
        && let Some(mailbox) = store::mailboxes::by_id(store, mailbox).await?
    {
        let name = mailbox.address.split('@').next().unwrap_or_default();
        sent.set("name", name);
        sent.set("mailbox", mailbox.address);
    }
    let folders: Vec<&str> = asked.texts_under("folder.").collect();
    if !folders.is_empty() {
        sent.set("folders", folders.join("\n"));
    }
    entry::remember(&mut sent, Some(asked.text("from")));
    let choices = choices(&state, &sent).await?;
    Ok(form(&visitor, None, &sent, &Faults::default(), &choices).into_response())
}

/// What a new scanner begins with.
fn fresh(zone: Tz) -> Sent {
    let mut sent = Sent::default();
    sent.set("schedule", "*/5 * * * *");
    sent.set("time_zone", zone.name());
    sent.set("folders", "INBOX");
    sent.set("backfill", "newest_first");
    sent.tick("enabled", true);
    for field in SearchField::ALL {
        sent.tick(format!("search_fields.{}", field.as_str()), true);
    }
    for preset in [Preset::CreateEmail, Preset::Bind] {
        sent.tick(format!("presets.{}", preset.as_str()), true);
    }
    sent
}

/// `POST /scanners`
pub(in crate::web) async fn make(
    Extracted(state): Extracted<State>,
    remote: Remote,
    Submitted {
        visitor,
        form: sent,
    }: Submitted<Sent>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let of = (Section::Scanners, None);
    match entry::save(&state, &visitor, remote, of, &sent, keys(&sent)).await? {
        Ok(done) => {
            let made = store::scanners::find_by_name(&state.shared.store, &done.name).await?;
            let to = made.map_or("/scanners".to_owned(), |made| {
                format!("/scanners/{}", made.id)
            });
            Ok(entry::onward(&state, &visitor, &sent, &done, &to))
        }
        Err(faults) => {
            let choices = choices(&state, &sent).await?;
            Ok(entry::again(form(&visitor, None, &sent, &faults, &choices)))
        }
    }
}

/// `GET /scanners/{id}/edit`
pub(in crate::web) async fn open(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Sent>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let placed = named(&state, &id).await?;
    let stored = entry::stored(&state).await?;
    let mut sent = entry::opened(&stored, Section::Scanners, &placed.scanner.name)?;
    for field in sent.lines("search_fields") {
        sent.tick(format!("search_fields.{field}"), true);
    }
    for preset in sent.lines("presets") {
        sent.tick(format!("presets.{preset}"), true);
    }
    entry::remember(&mut sent, Some(asked.text("from")));
    let choices = choices(&state, &sent).await?;
    Ok(form(&visitor, Some(&id), &sent, &Faults::default(), &choices).into_response())
}

/// `POST /scanners/{id}/edit`
pub(in crate::web) async fn change(
    Extracted(state): Extracted<State>,
    remote: Remote,
    Path(id): Path<String>,
    Submitted {
        visitor,
        form: mut sent,
    }: Submitted<Sent>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let placed = named(&state, &id).await?;
    let name = &placed.scanner.name;
    sent.set("name", name.as_str());
    let of = (Section::Scanners, Some(name.as_str()));
    match entry::save(&state, &visitor, remote, of, &sent, keys(&sent)).await? {
        Ok(done) => Ok(entry::onward(
            &state,
            &visitor,
            &sent,
            &done,
            &format!("/scanners/{id}"),
        )),
        Err(faults) => {
            let choices = choices(&state, &sent).await?;
            Ok(entry::again(form(
                &visitor,
                Some(&id),
                &sent,
                &faults,
                &choices,
            )))
        }
    }
}

/// The form as keys of the set-up file.
fn keys(sent: &Sent) -> Map<String, Value> {
    let ticked = |prefix: &str| {
        sent.ticked_under(prefix)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let keys = json!({
        "name": sent.text("name"),
        "mailbox": sent.text("mailbox"),
        "folders": folders(sent),
        "schedule": sent.text("schedule"),
        "time_zone": sent.text("time_zone"),
        "enabled": sent.is_ticked("enabled"),
        "start_date": sent.value("start_date"),
        "limit_per_scan": sent.number("limit_per_scan"),
        "idle": sent.is_ticked("idle"),
        "backfill": sent.value("backfill"),
        "max_message_mib": sent.number("max_message_mib"),
        "search_fields": ticked("search_fields."),
        "exceptions": sent.lines("exceptions"),
        "presets": ticked("presets."),
        "preset_owner": sent.value("preset_owner"),
    });
    keys.as_object().cloned().unwrap_or_default()
}

/// Those that are ticked, and those that are typed.
fn folders(sent: &Sent) -> Vec<String> {
    let ticked = sent.texts_under("folder.").map(str::to_owned);
    let mut folders: Vec<String> = Vec::new();
    for folder in ticked.chain(sent.lines("folders")) {
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    folders
}

async fn choices(state: &State, sent: &Sent) -> Result<Choices, Problem> {
    let (store, now) = (&state.shared.store, state.shared.clock.now());
    let chosen = store::mailboxes::find_by_address(store, sent.text("mailbox")).await?;
    let mailbox = chosen.map(|mailbox| mailbox.id);
    let folders = match mailbox {
        Some(mailbox) => mailbox_folders::known(store, mailbox).await?,
        None => Vec::new(),
    };
    let same = |text: String| (text.clone(), text);
    let mut mailboxes = vec![(String::new(), "Choose one".to_owned())];
    mailboxes.extend(
        store::mailboxes::addresses(store)
            .await?
            .into_iter()
            .map(same),
    );
    let mut users = vec![(
        String::new(),
        "the owner of the mailbox, if it has one".to_owned(),
    )];
    users.extend(store::users::addresses(store).await?.into_iter().map(same));
    Ok(Choices {
        mailboxes,
        users,
        folders,
        mailbox,
        now,
    })
}

fn form(
    visitor: &Visitor,
    id: Option<&str>,
    sent: &Sent,
    faults: &Faults,
    choices: &Choices,
) -> Markup {
    let page = id.map(|id| format!("/scanners/{id}"));
    let action = id.map_or("/scanners".to_owned(), |id| format!("/scanners/{id}/edit"));
    let title = match id {
        Some(_) => format!("Change {}", sent.text("name")),
        None => "Add a scanner".to_owned(),
    };
    let fields = Fields { sent, faults };
    Form {
        title: &title,
        back: match &page {
            Some(page) => (page, sent.text("name")),
            None => ("/scanners", "Scanners"),
        },
        action: &action,
        button: "Keep",
        sent,
        faults,
        place: Place::Scanners,
    }
    .page(
        visitor,
        &inputs(fields, id.is_none(), choices),
        &beside(choices),
    )
}

fn inputs(fields: Fields<'_>, is_new: bool, choices: &Choices) -> Markup {
    html! {
        (fields.name(is_new, "name", "Name", "How this scanner is called, in lists and in rules."))
        (fields.select("mailbox", "Mailbox", "", &choices.mailboxes))
        (folder_fields(fields, choices))
        (schedule_fields(fields, choices.now))
        (fields.ticks("search_fields", "Where addresses are looked up",
            "A message is linked to the records in which one of its addresses is found.", &search_fields()))
        (fields.ticks("presets", "Ready-made rules",
            "They are tried behind the rules of your own.", &presets()))
        (fields.select("preset_owner", "Tickets that they make belong to", "", &choices.users))
        (fields.lines("exceptions", "Leave alone mail of",
            "Addresses, or domains such as `@example.com`, one a line. Their mail is kept and otherwise left alone."))
        fieldset.line {
            legend { "How much" }
            (fields.line("date", "start_date", "Read mail from this day on", "Empty: whatever lies in the folders."))
            (fields.choice("backfill", "Older mail is read", &[
                ("newest_first", "from yesterday back"), ("oldest_first", "from the first day on"),
            ]))
            (fields.line("number", "limit_per_scan", "Messages that one scan reads at most", "Empty: no limit. The next scan goes on."))
            (fields.line("number", "max_message_mib", "Leave out messages larger than (MiB)", "Empty: the limit of all scanners."))
        }
        (fields.tick("enabled", "The schedule starts it"))
    }
}

fn folder_fields(fields: Fields<'_>, choices: &Choices) -> Markup {
    let chosen = folders(fields.sent);
    let readable = || choices.folders.iter().filter(|folder| folder.can_be_read);
    let others: Vec<&str> = chosen
        .iter()
        .map(String::as_str)
        .filter(|name| !readable().any(|folder| folder.name == *name))
        .collect();
    let mut rest = Sent::default();
    rest.set("folders", others.join("\n"));
    let typed = Fields {
        sent: &rest,
        faults: fields.faults,
    };
    html! {
        @if choices.folders.is_empty() {
            (typed.lines("folders", "Folders", "As a mail program shows them, one a line."))
        } @else {
            fieldset.line {
                legend { "Folders" }
                @for (place, folder) in readable().enumerate() {
                    label.tick {
                        input type="checkbox" name={ "folder." (place) } value=(folder.name) checked[chosen.contains(&folder.name)];
                        " " span dir="auto" { (folder.name) @if let Some(what) = &folder.used_for { span.quiet { " (" (what) ")" } } }
                    }
                }
            }
            (typed.lines("folders", "Other folders", "One a line, where the server has some that it does not list."))
        }
    }
}

fn schedule_fields(fields: Fields<'_>, now: DateTime<Utc>) -> Markup {
    let (line, zone) = (fields.sent.text("schedule"), fields.sent.text("time_zone"));
    html! {
        fieldset.line {
            legend { "When" }
            (fields.offering("schedules", "schedule", "Schedule",
                "Minute, hour, day, month, weekday: `*/5 * * * *` is every 5 minutes. The list of the field offers the usual ones."))
            datalist #schedules { @for (line, words) in schedule::OFFERED { option value=(line) { (words) } } }
            (fields.needed("time_zone", "Time zone", "On whose clock, such as `Europe/Rome`."))
            div.line {
                p { "Now it is " strong { (schedule::words(line)) } ". The next runs:" }
                (schedule::next_runs(line, zone, now))
            }
            (fields.tick("idle", "Read new mail as it arrives, where the server can tell (IDLE)"))
        }
    }
}

fn beside(choices: &Choices) -> Markup {
    html! {
        h2 { "Folders of the mailbox" }
        @match choices.mailbox {
            Some(id) => p {
                @if choices.folders.is_empty() { "The server has not been asked yet which folders there are. " }
                a href={ "/mailboxes/" (id) "/folders" } { "Ask the server" }
            },
            None => p { "Choose a mailbox and keep the scanner; its page then asks the server which folders there are." },
        }
    }
}

fn search_fields() -> Vec<(String, String)> {
    let all = SearchField::ALL.into_iter();
    all.map(|field| (field.as_str().to_owned(), field_in_words(field).to_owned()))
        .collect()
}

fn field_in_words(field: SearchField) -> &'static str {
    match field {
        SearchField::ContactsEmail => "contacts: e-mail",
        SearchField::ContactsOtherEmails => "contacts: further e-mails",
        SearchField::LeadsEmail => "leads: e-mail",
        SearchField::LeadsOtherEmails => "leads: further e-mails",
        SearchField::OrganizationsDomains => "organizations: mail domains",
        SearchField::LeadsNumber => "leads: their number in the subject",
        SearchField::TicketsNumber => "tickets: their number in the subject",
    }
}

/// Stored search fields for a person.
pub(super) fn fields_in_words(names: &[String]) -> String {
    let words: Vec<&str> = names
        .iter()
        .filter_map(|name| SearchField::named(name))
        .map(field_in_words)
        .collect();
    words.join("; ")
}

fn presets() -> Vec<(String, String)> {
    let all = Preset::ALL.into_iter();
    all.map(|preset| {
        (
            preset.as_str().to_owned(),
            preset_in_words(preset).to_owned(),
        )
    })
    .collect()
}

fn preset_in_words(preset: Preset) -> &'static str {
    match preset {
        Preset::CreateEmail => "Create e-mail: every message is kept",
        Preset::Bind => "Bind e-mail: linked to every record that matches",
        Preset::OpenTicket => "Open ticket: a reply opens the ticket again that it belongs to",
        Preset::CreateTicket => "Create ticket: of mail that belongs to none",
    }
}

/// Stored presets for a person.
pub(super) fn presets_in_words(names: &[String]) -> String {
    let words: Vec<&str> = names
        .iter()
        .filter_map(|name| Preset::named(name))
        .map(preset_in_words)
        .collect();
    words.join("; ")
}
