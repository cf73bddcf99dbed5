//! `mailroom message show`: one message and the decision behind it.

mod decision;
mod on_server;
mod outgoing;
mod told;
mod work;

use std::io;

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use entities::deliveries::Model as Row;
use entities::folders;
use entities::ids::{DeliveryId, MessageId, RuleVersionId, ScannerId};
use entities::messages::Model;
use entities::scanners::Model as Scanner;
use rules::{Decision, KindReason};
use serde::Serialize;

use self::on_server::OnServer;
use self::outgoing::Outgoing;
use super::whereabouts::{self, Place};
use super::{Done, output};
use crate::app::App;
use crate::kinds;
use crate::message::{self, Own};
use crate::scan;
use crate::store::{
    Store, decisions, deliveries, link_choices, links, message_tags, messages, scanners,
};

/// One message, as `mailroom message show --json` prints it.
#[derive(Debug, Serialize)]
struct Shown {
    #[serde(flatten)]
    message: Summary,
    /// What the message says, read again from its kept bytes.
    facts: rules::MessageFacts,
    /// Whose it is, how far it is and how soon it has to be done.
    work: work::Work,
    tags: Vec<String>,
    links: Vec<Link>,
    /// What people said of where it belongs, the oldest first.
    said: Vec<Said>,
    deliveries: Vec<Delivery>,
    /// What rules had changed on the server.
    on_server: Vec<OnServer>,
    /// What rules had sent because of it, or to be sent.
    outgoing: Vec<Outgoing>,
    decisions: Vec<Verdict>,
}

#[derive(Debug, Serialize)]
struct Summary {
    id: MessageId,
    received_at: DateTime<Utc>,
    kind: &'static str,
    kind_reason: String,
    direction: &'static str,
    size: i64,
}

#[derive(Debug, Serialize)]
struct Link {
    kind: &'static str,
    id: i64,
    name: String,
    evidence: serde_json::Value,
    author_kind: &'static str,
    author: String,
}

#[derive(Debug, Serialize)]
struct Said {
    kind: &'static str,
    id: i64,
    belongs: bool,
    by: String,
    at: DateTime<Utc>,
    /// The link that this took away.
    removed: Option<serde_json::Value>,
}

#[derive(Debug, Serialize)]
struct Delivery {
    id: DeliveryId,
    /// Nothing for an imported file, which has no UID either.
    folder: Option<String>,
    uid_validity: Option<i64>,
    uid: Option<i64>,
    state: &'static str,
    kept_at: DateTime<Utc>,
    /// Since when it is no longer in that folder on the server.
    vanished_at: Option<DateTime<Utc>>,
    /// The folder of the same mailbox in which the message lies now, where it was moved.
    moved_to: Option<String>,
    /// The same in words.
    #[serde(skip)]
    away: Option<String>,
}

#[derive(Debug, Serialize)]
struct Verdict {
    scanner: String,
    decided_at: DateTime<Utc>,
    /// Of the rules; nothing where it was decided before there were versions.
    version: Option<RuleVersionId>,
    decision: Decision,
    /// Why it could not be linked late.
    #[serde(skip_serializing_if = "Option::is_none")]
    late_error: Option<String>,
}

pub(super) async fn run(app: &App, id: i64, json: bool) -> anyhow::Result<Done> {
    let id = MessageId(id);
    let Some(row) = messages::by_id(&app.store, id).await? else {
        bail!("There is no message {id}; `mailroom messages` lists them");
    };
    let shown = collect(app, row).await?;
    if json {
        output::json(&shown)?;
    } else {
        say(&shown)?;
    }
    Ok(Done::Well)
}

async fn collect(app: &App, row: Model) -> anyhow::Result<Shown> {
    let store = &app.store;
    let raw = app.raw_message(&row.blob_hash).await?;
    let copies = deliveries::for_message(store, row.id).await?;
    let own = own(store, copies.first().map(|(_, folder)| folder.scanner_id)).await?;
    let facts = rules::MessageFacts {
        // These also depend on which addresses were ours when the rules asked.
        kind: kinds::kind(row.kind),
        kind_reason: KindReason(row.kind_reason.clone()),
        direction: kinds::direction(row.direction),
        ..message::read_prefix(&raw, row.size.unsigned_abs(), &own).facts
    };
    let links = links::for_messages(store, &[row.id])
        .await?
        .into_iter()
        .map(|named| Link {
            kind: named.link.record_kind.as_str(),
            id: named.link.record_id,
            name: named.name,
            evidence: named.link.evidence,
            author_kind: named.link.author_kind.as_str(),
            author: named.link.author,
        });
    let said = link_choices::for_message(store, row.id).await?.into_iter();
    let said = said.map(|said| Said {
        kind: said.record_kind.as_str(),
        id: said.record_id,
        belongs: said.belongs,
        by: said.chosen_by,
        at: said.chosen_at,
        removed: said.removed,
    });
    let names = scanners::list(store).await?;
    let name_of = |id: ScannerId| {
        names
            .iter()
            .find(|scanner| scanner.id == id)
            .map(|scanner| scanner.name.clone())
            .unwrap_or_default()
    };
    let mut decided = Vec::new();
    for decision in decisions::for_message(store, row.id).await? {
        decided.push(Verdict {
            scanner: name_of(decision.scanner_id),
            decided_at: decision.decided_at,
            version: decision.version,
            late_error: decision.late_error,
            decision: serde_json::from_value(decision.body)
                .context("The stored decision is of another version")?,
        });
    }
    Ok(Shown {
        facts,
        work: work::of(store, row.id, row.received_at).await?,
        tags: message_tags::for_messages(store, &[row.id])
            .await?
            .remove(&row.id)
            .unwrap_or_default(),
        links: links.collect(),
        said: said.collect(),
        deliveries: copies
            .iter()
            .map(|(delivery, folder)| {
                let here = place(delivery, folder, &names);
                let all = copies.iter().map(|(other, at)| place(other, at, &names));
                Delivery::of(&here, whereabouts::moved_to(&here, all))
            })
            .collect(),
        on_server: on_server::of(store, row.id).await?,
        outgoing: outgoing::of(store, row.id).await?,
        decisions: decided,
        message: Summary {
            id: row.id,
            received_at: row.received_at,
            kind: row.kind.as_str(),
            kind_reason: row.kind_reason,
            direction: row.direction.as_str(),
            size: row.size,
        },
    })
}

/// As the rules read a message that a scanner found.
async fn own(store: &Store, scanner: Option<ScannerId>) -> anyhow::Result<Own> {
    let placed = match scanner {
        Some(scanner) => scanners::with_mailbox_and_server(store, scanner).await?,
        None => None,
    };
    let trusted = placed.map(|placed| scan::trusted_servers(&placed.server));
    Ok(scan::read_own(store, trusted.unwrap_or_default()).await?)
}

impl Delivery {
    fn of(place: &Place<'_>, moved_to: Option<String>) -> Self {
        let delivery = place.copy;
        let on_server = delivery.uid_validity != deliveries::OF_FILES;
        Self {
            id: delivery.id,
            folder: on_server.then(|| place.folder.to_owned()),
            uid_validity: on_server.then_some(delivery.uid_validity),
            uid: on_server.then_some(delivery.uid),
            state: delivery.state.as_str(),
            kept_at: delivery.kept_at,
            vanished_at: delivery.vanished_at,
            away: whereabouts::away(place, moved_to.as_deref()),
            moved_to,
        }
    }

    fn say(&self) -> String {
        let place = match (&self.folder, self.uid) {
            (Some(folder), Some(uid)) => format!("{folder} uid {uid}"),
            _ => "imported file".to_owned(),
        };
        let away = self.away.iter().map(|away| format!(", {away}"));
        format!(
            "Copy     {place} ({}){}",
            self.state,
            away.collect::<String>()
        )
    }
}

fn place<'a>(copy: &'a Row, folder: &'a folders::Model, scanners: &[Scanner]) -> Place<'a> {
    let scanner = scanners.iter().find(|one| one.id == folder.scanner_id);
    Place {
        copy,
        folder: &folder.name,
        mailbox: scanner.map(|scanner| scanner.mailbox_id),
    }
}

fn say(shown: &Shown) -> io::Result<()> {
    let Shown { message, facts, .. } = shown;
    output::line(format!(
        "Message {}  {}",
        message.id,
        output::moment(message.received_at)
    ))?;
    output::line(format!("From     {}", told::people(&facts.from)))?;
    output::line(format!("To       {}", told::people(&facts.to)))?;
    if !facts.cc.is_empty() {
        output::line(format!("Cc       {}", told::people(&facts.cc)))?;
    }
    output::line(format!("Subject  {}", facts.subject))?;
    output::line(format!(
        "Kind     {}, {} ({})",
        message.kind, message.direction, message.kind_reason
    ))?;
    for line in told::lines(facts) {
        output::line(line)?;
    }
    for attachment in &facts.attachments {
        output::line(file_line(attachment))?;
    }
    for note in &facts.notes {
        output::line(format!("Note     {note}"))?;
    }
    if !shown.tags.is_empty() {
        output::line(format!("Tags     {}", shown.tags.join(", ")))?;
    }
    shown.work.say()?;
    for link in &shown.links {
        output::line(format!(
            "Linked   {} {} {} by {} {}",
            link.kind, link.id, link.name, link.author_kind, link.author
        ))?;
    }
    for said in &shown.said {
        output::line(format!(
            "Said     {} {} {}: {}, {}",
            if said.belongs {
                "belongs to"
            } else {
                "does not belong to"
            },
            said.kind,
            said.id,
            said.by,
            output::moment(said.at)
        ))?;
    }
    for copy in &shown.deliveries {
        output::line(copy.say())?;
    }
    for change in &shown.on_server {
        output::line(change.say())?;
    }
    for one in &shown.outgoing {
        output::line(one.say())?;
    }
    for decided in &shown.decisions {
        output::line(format!(
            "Decided  by {}the rules of {} at {}",
            decided
                .version
                .map(|number| format!("version {number} of "))
                .unwrap_or_default(),
            decided.scanner,
            output::moment(decided.decided_at)
        ))?;
        if let Some(error) = &decided.late_error {
            output::line(format!("  could not be linked late: {error}"))?;
        }
        decision::say(&decided.decision)?;
    }
    output::line("")?;
    output::text(&facts.text)
}

/// A logo in the text is told apart from a file that somebody attached.
fn file_line(file: &rules::Attachment) -> String {
    let rules::Attachment {
        name,
        media_type,
        size,
        ..
    } = file;
    if file.is_in_text() {
        format!("Picture  {name} ({media_type}, {size} bytes), in the text")
    } else {
        format!("File     {name} ({media_type}, {size} bytes)")
    }
}

#[cfg(test)]
#[path = "show_message_tests.rs"]
mod tests;
