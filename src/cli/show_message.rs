//! `mailroom message show`: one message and the decision behind it.

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use entities::ids::{MessageId, ScannerId};
use entities::messages::Model;
use rules::{Decision, Outcome};
use serde::Serialize;

use super::{Done, output};
use crate::app::App;
use crate::message::{self, Own};
use crate::store::{decisions, deliveries, links, message_tags, messages, scanners};

/// One message, as `mailroom message show --json` prints it.
#[derive(Debug, Serialize)]
struct Shown {
    #[serde(flatten)]
    message: Summary,
    /// What the message says, read again from its kept bytes.
    facts: rules::MessageFacts,
    tags: Vec<String>,
    links: Vec<Link>,
    deliveries: Vec<Delivery>,
    decisions: Vec<Decided>,
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
struct Delivery {
    folder: String,
    uid_validity: i64,
    uid: i64,
    state: &'static str,
    kept_at: DateTime<Utc>,
}

#[derive(Debug, Serialize)]
struct Decided {
    scanner: String,
    decided_at: DateTime<Utc>,
    decision: Decision,
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
        say(&shown);
    }
    Ok(Done::Well)
}

async fn collect(app: &App, row: Model) -> anyhow::Result<Shown> {
    let store = &app.store;
    let raw = app.raw_message(&row.blob_hash).await?;
    let facts = message::read_prefix(&raw, row.size.unsigned_abs(), &Own::default()).facts;
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
    let copies = deliveries::for_message(store, row.id).await?;
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
        decided.push(Decided {
            scanner: name_of(decision.scanner_id),
            decided_at: decision.decided_at,
            decision: serde_json::from_value(decision.body)
                .context("The stored decision is of another version")?,
        });
    }
    Ok(Shown {
        facts,
        tags: message_tags::for_messages(store, &[row.id])
            .await?
            .remove(&row.id)
            .unwrap_or_default(),
        links: links.collect(),
        deliveries: copies
            .into_iter()
            .map(|(delivery, folder)| Delivery {
                folder: folder.name,
                uid_validity: delivery.uid_validity,
                uid: delivery.uid,
                state: delivery.state.as_str(),
                kept_at: delivery.kept_at,
            })
            .collect(),
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

fn say(shown: &Shown) {
    let line = |text: String| output::line(output::printable(&text));
    let Shown { message, facts, .. } = shown;
    let people = |all: &[rules::Address]| {
        let all: Vec<String> = all
            .iter()
            .map(|one| {
                if one.name.is_empty() {
                    one.email.clone()
                } else {
                    format!("{} <{}>", one.name, one.email)
                }
            })
            .collect();
        all.join(", ")
    };
    line(format!(
        "Message {}  {}",
        message.id,
        output::moment(message.received_at)
    ));
    line(format!("From     {}", people(&facts.from)));
    line(format!("To       {}", people(&facts.to)));
    if !facts.cc.is_empty() {
        line(format!("Cc       {}", people(&facts.cc)));
    }
    line(format!("Subject  {}", facts.subject));
    line(format!(
        "Kind     {}, {} ({})",
        message.kind, message.direction, message.kind_reason
    ));
    for attachment in &facts.attachments {
        line(format!(
            "File     {} ({}, {} bytes)",
            attachment.name, attachment.media_type, attachment.size
        ));
    }
    for note in &facts.notes {
        line(format!("Note     {note}"));
    }
    if !shown.tags.is_empty() {
        line(format!("Tags     {}", shown.tags.join(", ")));
    }
    for link in &shown.links {
        line(format!(
            "Linked   {} {} {} by {} {}",
            link.kind, link.id, link.name, link.author_kind, link.author
        ));
    }
    for copy in &shown.deliveries {
        line(format!(
            "Copy     {} uid {} ({})",
            copy.folder, copy.uid, copy.state
        ));
    }
    for decided in &shown.decisions {
        line(format!(
            "Decided  by the rules of {} at {}",
            decided.scanner,
            output::moment(decided.decided_at)
        ));
        say_decision(&decided.decision);
    }
    output::line("");
    for text in facts.text.lines() {
        line(text.to_owned());
    }
}

fn say_decision(decision: &Decision) {
    let line = |text: String| output::line(output::printable(&text));
    for tried in &decision.rules {
        line(format!(
            "  {} {}",
            if tried.matched { "✓" } else { "–" },
            tried.rule
        ));
        for held in &tried.because {
            let found = held
                .found
                .as_ref()
                .map(|found| format!(": {found}"))
                .unwrap_or_default();
            line(format!(
                "      {} {}{found}",
                if held.held { "held" } else { "did not hold" },
                held.condition
            ));
        }
    }
    for planned in &decision.actions {
        let what = match &planned.action {
            rules::Action::Link(_) => "link".to_owned(),
            rules::Action::CreateLead(fields) => format!("create lead {}", fields.email),
            rules::Action::Ignore(reason) => format!("ignore ({reason})"),
            rules::Action::Tag(tags) => format!("tag {}", tags.join(", ")),
        };
        match &planned.outcome {
            Outcome::Do => line(format!("  {}: {what}", planned.rule)),
            Outcome::Skip(reason) => line(format!("  {}: no {what}, {reason}", planned.rule)),
        }
    }
}
