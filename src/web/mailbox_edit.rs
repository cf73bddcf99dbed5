//! The form of a mailbox: on which server it lives, who signs in, who owns it or works in it.

use axum::extract::{Path, Query, State as Extracted};
use axum::response::{IntoResponse as _, Response};
use entities::ids::MailServerId;
use entities::mailboxes;
use maud::{Markup, html};
use serde_json::{Map, Value, json};

use super::entry::{self, Form};
use super::fields::{Faults, Fields, Sent};
use super::places::Place;
use super::{State, mailbox};
use crate::http::{Nothing, Problem, Remote, Submitted, Visitor};
use crate::setup::one::Section;
use crate::store;

/// What the form offers to choose from.
struct Choices {
    servers: Vec<(String, String)>,
    owners: Vec<(String, String)>,
    members: Vec<(String, String)>,
}

/// `GET /mailboxes/new`
pub(super) async fn begin(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    Query(asked): Query<Sent>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let store = &state.shared.store;
    let mut sent = Sent::default();
    sent.set("kind", "shared");
    sent.tick("active", true);
    let server = asked.text("server").parse().map(MailServerId);
    if let Ok(server) = server
        && let Some(server) = store::mail_servers::by_id(store, server).await?
    {
        sent.set("server", server.name);
    }
    entry::remember(&mut sent, Some(asked.text("from")));
    let choices = choices(&state).await?;
    Ok(form(&visitor, None, &sent, &Faults::default(), &choices).into_response())
}

/// `POST /mailboxes`
pub(super) async fn make(
    Extracted(state): Extracted<State>,
    remote: Remote,
    Submitted {
        visitor,
        form: sent,
    }: Submitted<Sent>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let of = (Section::Mailboxes, None);
    match entry::save(&state, &visitor, remote, of, &sent, keys(&sent)).await? {
        Ok(done) => {
            let made = store::mailboxes::find_by_address(&state.shared.store, &done.name).await?;
            let to = made.map_or("/mailboxes".to_owned(), |made| {
                format!("/mailboxes/{}", made.id)
            });
            Ok(entry::onward(&state, &visitor, &sent, &done, &to))
        }
        Err(faults) => {
            let choices = choices(&state).await?;
            Ok(entry::again(form(&visitor, None, &sent, &faults, &choices)))
        }
    }
}

/// `GET /mailboxes/{id}/edit`
pub(super) async fn open(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let mailbox = mailbox::named(&state.shared.store, &visitor, &id).await?;
    let stored = entry::stored(&state).await?;
    let mut sent = entry::opened(&stored, Section::Mailboxes, &mailbox.address)?;
    for member in sent.lines("members") {
        sent.tick(format!("members.{member}"), true);
    }
    let choices = choices(&state).await?;
    Ok(form(&visitor, Some(&id), &sent, &Faults::default(), &choices).into_response())
}

/// `POST /mailboxes/{id}/edit`
pub(super) async fn change(
    Extracted(state): Extracted<State>,
    remote: Remote,
    Path(id): Path<String>,
    Submitted {
        visitor,
        form: mut sent,
    }: Submitted<Sent>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let mailbox = mailbox::named(&state.shared.store, &visitor, &id).await?;
    sent.set("address", mailbox.address.as_str());
    let of = (Section::Mailboxes, Some(mailbox.address.as_str()));
    match entry::save(&state, &visitor, remote, of, &sent, keys(&sent)).await? {
        Ok(done) => Ok(entry::onward(
            &state,
            &visitor,
            &sent,
            &done,
            &format!("/mailboxes/{id}"),
        )),
        Err(faults) => {
            let choices = choices(&state).await?;
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

/// `GET /mailboxes/{id}/remove`
pub(super) async fn ask_removal(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let mailbox = mailbox::named(&state.shared.store, &visitor, &id).await?;
    Ok(removal(&visitor, &mailbox, None).into_response())
}

/// `POST /mailboxes/{id}/remove`
pub(super) async fn remove(
    Extracted(state): Extracted<State>,
    remote: Remote,
    Path(id): Path<String>,
    Submitted { visitor, .. }: Submitted<Nothing>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let mailbox = mailbox::named(&state.shared.store, &visitor, &id).await?;
    let address = &mailbox.address;
    match entry::remove(&state, &visitor, remote, Section::Mailboxes, address).await? {
        Ok(()) => Ok(entry::go(
            &state,
            &visitor,
            &format!("The mailbox {address} is removed."),
            "/mailboxes",
        )),
        Err(why) => Ok(entry::again(removal(&visitor, &mailbox, Some(&why)))),
    }
}

fn removal(visitor: &Visitor, mailbox: &mailboxes::Model, why: Option<&str>) -> Markup {
    entry::Removal {
        what: &format!("the mailbox {}", mailbox.address),
        path: &format!("/mailboxes/{}", mailbox.id),
        meaning: "Its password, its light and its history go. Messages that were read from it, and records, stay.",
    }
    .page(visitor, why)
}

/// The form as keys of the set-up file.
fn keys(sent: &Sent) -> Map<String, Value> {
    let is_shared = sent.text("kind") != "personal";
    let members: Vec<&str> = sent
        .ticked_under("members.")
        .filter(|_| is_shared)
        .collect();
    let keys = json!({
        "address": sent.text("address"),
        "server": sent.text("server"),
        "login": sent.value("login"),
        "kind": sent.text("kind"),
        "owner": if is_shared { Value::Null } else { sent.value("owner") },
        "members": members,
        "aliases": sent.lines("aliases"),
        "delegates": sent.lines("delegates"),
        "active": sent.is_ticked("active"),
    });
    let mut keys = keys.as_object().cloned().unwrap_or_default();
    // One that is not typed stays as it is.
    for secret in ["password", "access_token"] {
        if !sent.typed(secret).is_empty() {
            keys.insert(secret.to_owned(), Value::from(sent.typed(secret)));
        }
    }
    keys
}

async fn choices(state: &State) -> Result<Choices, Problem> {
    let store = &state.shared.store;
    let same = |text: String| (text.clone(), text);
    let mut servers = vec![(String::new(), "Choose one".to_owned())];
    let all = store::mail_servers::list(store).await?.into_iter();
    servers.extend(all.map(|server| same(server.name)));
    let users = store::users::list(store).await?.into_iter();
    let members: Vec<(String, String)> = users
        .map(|user| {
            let shown = if user.name.is_empty() {
                user.email.clone()
            } else {
                format!("{} ({})", user.name, user.email)
            };
            (user.email, shown)
        })
        .collect();
    let mut owners = vec![(String::new(), "Choose one".to_owned())];
    owners.extend(members.iter().cloned());
    Ok(Choices {
        servers,
        owners,
        members,
    })
}

fn form(
    visitor: &Visitor,
    id: Option<&str>,
    sent: &Sent,
    faults: &Faults,
    choices: &Choices,
) -> Markup {
    let page = id.map(|id| format!("/mailboxes/{id}"));
    let action = id.map_or("/mailboxes".to_owned(), |id| {
        format!("/mailboxes/{id}/edit")
    });
    let title = match id {
        Some(_) => format!("Change {}", sent.text("address")),
        None => "Add a mailbox".to_owned(),
    };
    let fields = Fields { sent, faults };
    Form {
        title: &title,
        back: match &page {
            Some(page) => (page, sent.text("address")),
            None => ("/mailboxes", "Mailboxes"),
        },
        action: &action,
        button: "Keep",
        sent,
        faults,
        place: Place::Mailboxes,
    }
    .page(
        visitor,
        &inputs(fields, id.is_none(), choices),
        &beside(page.as_deref()),
    )
}

fn inputs(fields: Fields<'_>, is_new: bool, choices: &Choices) -> Markup {
    html! {
        (fields.name(is_new, "address", "Address", "As `info@example.com`."))
        (fields.select("server", "Mail server", "", &choices.servers))
        (fields.text("login", "User name", "Where the server wants another one than the address."))
        (fields.secret("password", "Password",
            "Only where the server is opened with one. It is stored encrypted and never shown again; leave it empty to keep the one that is there, or where the owner signs in at the provider."))
        (fields.choice("kind", "Whose it is", &[
            ("shared", "shared: those ticked below work in it"),
            ("personal", "personal: its owner's alone"),
        ]))
        (fields.ticks("members", "Who works in it", "Of a shared mailbox. Nobody ticked: nobody sees its mail.", &choices.members))
        (fields.select("owner", "Owner", "Of a personal mailbox.", &choices.owners))
        (fields.lines("aliases", "Other addresses of the same account", "One a line. Who signs in with one of them is the right one."))
        (fields.lines("delegates", "Accounts that may sign in for it", "One a line: for a shared mailbox that has no password of its own."))
        (fields.tick("active", "It is scanned"))
    }
}

fn beside(page: Option<&str>) -> Markup {
    html! {
        h2 { "After this" }
        p { "Where the server is opened by signing in at the provider, the mailbox's page has the button for it. Its test shows whether everything works." }
        @if let Some(page) = page {
            h2 { "Remove" }
            p { a.button.grave href={ (page) "/remove" } { "Remove the mailbox…" } }
        }
    }
}

#[cfg(test)]
#[path = "mailbox_edit_tests.rs"]
mod tests;
