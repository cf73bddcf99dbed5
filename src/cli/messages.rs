//! `mailroom messages`: the newest first.

use std::collections::HashMap;

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use entities::ids::{MessageId, UserId};
use rules::Decision;
use serde::Serialize;

use super::args::{ChosenMessages, Page};
use super::{Done, output};
use crate::app::App;
use crate::store::message_states::{self, Assigned};
use crate::store::messages::Filter;
use crate::store::{decisions, links, message_tags, messages, users};

/// One message, as `mailroom messages --json` prints it.
#[derive(Debug, Serialize)]
struct Line {
    id: MessageId,
    received_at: DateTime<Utc>,
    from: String,
    from_name: String,
    subject: String,
    kind: &'static str,
    direction: &'static str,
    /// Whose it is.
    assignee: Option<String>,
    /// How far it is.
    status: &'static str,
    /// How soon it has to be done.
    priority: &'static str,
    tags: Vec<String>,
    links: Vec<Linked>,
    /// Records that it may belong to, and about which a person has to be asked.
    in_doubt: Vec<Doubtful>,
}

#[derive(Debug, Serialize)]
struct Doubtful {
    kind: &'static str,
    id: i64,
    name: String,
    doubt: &'static str,
}

#[derive(Debug, Serialize)]
struct Linked {
    kind: &'static str,
    id: i64,
    name: String,
}

pub(super) async fn run(
    app: &App,
    page: Page,
    chosen: ChosenMessages,
    json: bool,
) -> anyhow::Result<Done> {
    let assigned = match (chosen.assigned.as_deref(), chosen.unassigned) {
        (None, false) => None,
        (None, true) => Some(Assigned::ToNobody),
        (Some(""), _) => Some(Assigned::ToAnybody),
        (Some(email), _) => match users::find_by_email(&app.store, email).await? {
            Some(user) => Some(Assigned::To(user.id)),
            None => bail!("There is no user {email}; `mailroom users` lists them"),
        },
    };
    let filter = Filter {
        assigned,
        from_email: chosen.from,
        tag: chosen.tag,
        doubtful: chosen.tied,
        linked: (chosen.linked || chosen.unlinked).then_some(chosen.linked),
        ..Filter::default()
    };
    let found = lines(app, &filter, page).await?;
    if json {
        output::json(&found)?;
    } else {
        say(&found)?;
    }
    Ok(Done::Well)
}

async fn lines(app: &App, filter: &Filter, page: Page) -> anyhow::Result<Vec<Line>> {
    let rows = messages::list(&app.store, filter, page.before.map(MessageId), page.limit).await?;
    let ids: Vec<MessageId> = rows.iter().map(|row| row.id).collect();
    let mut tags = message_tags::for_messages(&app.store, &ids).await?;
    let mut linked: HashMap<MessageId, Vec<Linked>> = HashMap::new();
    for named in links::for_messages(&app.store, &ids).await? {
        linked
            .entry(named.link.message_id)
            .or_default()
            .push(Linked {
                kind: named.link.record_kind.as_str(),
                id: named.link.record_id,
                name: named.name,
            });
    }
    let mut in_doubt = in_doubt(app, &ids).await?;
    let states = message_states::of(&app.store, &ids).await?;
    let people: HashMap<UserId, String> = users::list(&app.store)
        .await?
        .into_iter()
        .map(|user| (user.id, user.email))
        .collect();
    let state_of = |id: MessageId, now: DateTime<Utc>| {
        let state = states.get(&id).cloned();
        state.unwrap_or_else(|| message_states::untouched(id, now))
    };
    Ok(rows
        .into_iter()
        .map(|row| (state_of(row.id, row.received_at), row))
        .map(|(state, row)| Line {
            assignee: state.assignee_id.and_then(|id| people.get(&id).cloned()),
            status: state.status.as_str(),
            priority: state.priority.as_str(),
            tags: tags.remove(&row.id).unwrap_or_default(),
            links: linked.remove(&row.id).unwrap_or_default(),
            in_doubt: in_doubt.remove(&row.id).unwrap_or_default(),
            id: row.id,
            received_at: row.received_at,
            from: row.from_email,
            from_name: row.from_name,
            subject: row.subject,
            kind: row.kind.as_str(),
            direction: row.direction.as_str(),
        })
        .collect())
}

/// Of the messages that wait for a person's word, whom it may be about.
async fn in_doubt(
    app: &App,
    ids: &[MessageId],
) -> anyhow::Result<HashMap<MessageId, Vec<Doubtful>>> {
    let mut in_doubt: HashMap<MessageId, Vec<Doubtful>> = HashMap::new();
    for made in decisions::in_doubt(&app.store, ids).await? {
        let decision: Decision = serde_json::from_value(made.body)
            .context("The stored decision is of another version")?;
        let all = in_doubt.entry(made.message_id).or_default();
        for candidate in decision.candidates {
            let Some(doubt) = candidate.doubt else {
                continue;
            };
            let (kind, id) = (candidate.record.kind.as_str(), candidate.record.id);
            if all.iter().all(|known| (known.kind, known.id) != (kind, id)) {
                all.push(Doubtful {
                    kind,
                    id,
                    name: candidate.name,
                    doubt: doubt.as_str(),
                });
            }
        }
    }
    Ok(in_doubt)
}

/// The assignee, and what is out of the ordinary: `anna@example.com (pending, high)`.
fn whose(line: &Line) -> String {
    let unusual: Vec<&str> = [(line.status, "open"), (line.priority, "normal")]
        .into_iter()
        .filter(|(is, usual)| is != usual)
        .map(|(is, _)| is)
        .collect();
    let assignee = line.assignee.clone().unwrap_or_default();
    match unusual.as_slice() {
        [] => assignee,
        unusual => format!("{assignee} ({})", unusual.join(", "))
            .trim_start()
            .to_owned(),
    }
}

fn say(found: &[Line]) -> std::io::Result<()> {
    output::table(
        [
            "Id",
            "Received",
            "From",
            "Subject",
            "Kind",
            "Whose",
            "Linked to",
        ],
        found.iter().map(|line| {
            let linked: Vec<String> =
                line.links
                    .iter()
                    .map(|link| format!("{} {} {}", link.kind, link.id, link.name))
                    .chain(line.in_doubt.iter().map(|one| {
                        format!("{} {} {}? ({})", one.kind, one.id, one.name, one.doubt)
                    }))
                    .collect();
            [
                line.id.to_string(),
                output::moment(line.received_at),
                line.from.clone(),
                output::shortened(&line.subject, 60),
                line.kind.to_owned(),
                whose(line),
                linked.join(", "),
            ]
        }),
    )
}
