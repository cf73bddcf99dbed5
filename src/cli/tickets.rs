//! `mailroom tickets`: list them, look at one, close it or open it again.

use std::collections::HashMap;

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use entities::ids::{MessageId, TicketId};
use entities::links::AuthorKind;
use entities::tickets::{Model, TicketPriority, TicketStatus};
use serde::Serialize;

use super::args::Page;
use super::discard::user_name;
use super::{Done, output};
use crate::app::App;
use crate::records::tickets::{Author, set_status};
use crate::store::tickets::Filter;
use crate::store::{contacts, organizations, record_numbers, tickets, users};

/// One ticket, as `mailroom tickets --json` prints it.
#[derive(Debug, Serialize)]
struct Line {
    id: TicketId,
    number: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    title: String,
    status: &'static str,
    priority: &'static str,
    contact: Option<String>,
    organization: Option<String>,
    owner: Option<String>,
    message: Option<MessageId>,
    rule: Option<String>,
}

/// One ticket with all there is to it, as `mailroom tickets show --json` prints it.
#[derive(Debug, Serialize)]
struct Whole {
    #[serde(flatten)]
    line: Line,
    description: String,
    changes: Vec<Changed>,
}

/// One change of its status.
#[derive(Debug, Serialize)]
struct Changed {
    at: DateTime<Utc>,
    before: &'static str,
    after: &'static str,
    /// Where the priority was changed, what it was.
    priority_before: Option<&'static str>,
    /// And what it is since.
    priority_after: Option<&'static str>,
    by: String,
    message: Option<MessageId>,
}

/// What came of `mailroom tickets set`.
#[derive(Debug, Serialize)]
struct Outcome {
    id: TicketId,
    before: &'static str,
    status: &'static str,
    changed: bool,
}

pub(super) async fn list(
    app: &App,
    page: Page,
    status: Option<TicketStatus>,
    json: bool,
) -> anyhow::Result<Done> {
    let filter = Filter {
        status,
        before: page.before.map(TicketId),
    };
    let rows = tickets::list(&app.store, filter, page.limit).await?;
    let lines = lines(app, rows).await?;
    if json {
        output::json(&lines)?;
        return Ok(Done::Well);
    }
    output::table(
        [
            "Number", "Made", "Status", "Priority", "Title", "Contact", "Owner",
        ],
        lines.into_iter().map(|line| {
            [
                line.number,
                output::moment(line.created_at),
                line.status.to_owned(),
                line.priority.to_owned(),
                output::shortened(&line.title, 50),
                line.contact.or(line.organization).unwrap_or_default(),
                line.owner.unwrap_or_default(),
            ]
        }),
    )?;
    Ok(Done::Well)
}

pub(super) async fn show(app: &App, id: TicketId, json: bool) -> anyhow::Result<Done> {
    let row = found(tickets::by_id(&app.store, id).await?, id)?;
    let description = row.description.clone();
    let line = lines(app, vec![row]).await?.pop().context("No ticket")?;
    let changes = tickets::changes(&app.store, id)
        .await?
        .into_iter()
        .map(|change| Changed {
            at: change.created_at,
            before: change.before.as_str(),
            after: change.after.as_str(),
            priority_before: change.priority_before.map(TicketPriority::as_str),
            priority_after: change.priority_after.map(TicketPriority::as_str),
            by: format!("{} {}", change.author_kind.as_str(), change.author),
            message: change.message_id,
        })
        .collect();
    let whole = Whole {
        line,
        description,
        changes,
    };
    if json {
        output::json(&whole)?;
    } else {
        say(&whole)?;
    }
    Ok(Done::Well)
}

pub(super) async fn set(
    app: &App,
    id: TicketId,
    status: TicketStatus,
    json: bool,
) -> anyhow::Result<Done> {
    let tx = app.store.begin().await?;
    let row = found(tickets::by_id(&tx, id).await?, id)?;
    let who = user_name();
    let author = Author {
        kind: AuthorKind::Person,
        name: &who,
        message: None,
        scan: None,
        scanner: None,
    };
    let before = set_status(&tx, id, status, author, app.clock.now()).await?;
    tx.commit().await?;
    let outcome = Outcome {
        id,
        before: before.unwrap_or(row.status).as_str(),
        status: status.as_str(),
        changed: before.is_some(),
    };
    if json {
        output::json(&outcome)?;
    } else if outcome.changed {
        output::line(format!(
            "{} was {} and is {} now",
            record_numbers::of_ticket(id),
            outcome.before,
            outcome.status
        ))?;
    } else {
        output::line(format!(
            "{} is {} already",
            record_numbers::of_ticket(id),
            outcome.status
        ))?;
    }
    Ok(Done::Well)
}

fn found(row: Option<Model>, id: TicketId) -> anyhow::Result<Model> {
    match row {
        Some(row) => Ok(row),
        None => bail!("There is no ticket {id}; `mailroom tickets` shows their numbers"),
    }
}

async fn lines(app: &App, rows: Vec<Model>) -> anyhow::Result<Vec<Line>> {
    let owners: HashMap<_, _> = users::list(&app.store)
        .await?
        .into_iter()
        .map(|user| (user.id, user.email))
        .collect();
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let contact = match row.contact_id {
            Some(id) => contacts::by_id(&app.store, id).await?,
            None => None,
        };
        let organization = match row.organization_id {
            Some(id) => organizations::by_id(&app.store, id).await?,
            None => None,
        };
        lines.push(Line {
            id: row.id,
            number: record_numbers::of_ticket(row.id),
            created_at: row.created_at,
            updated_at: row.updated_at,
            title: row.title,
            status: row.status.as_str(),
            priority: row.priority.as_str(),
            contact: contact.map(|one| one.full_name()),
            organization: organization.map(|one| one.name),
            owner: row.owner_id.and_then(|owner| owners.get(&owner).cloned()),
            message: row.message_id,
            rule: row.rule,
        });
    }
    Ok(lines)
}

impl Changed {
    /// `open → answered, normal → high priority`.
    fn what(&self) -> String {
        let status =
            (self.before != self.after).then(|| format!("{} → {}", self.before, self.after));
        let priority = self.priority_before.zip(self.priority_after);
        let priority = priority.map(|(before, after)| format!("{before} → {after} priority"));
        let both: Vec<String> = status.into_iter().chain(priority).collect();
        both.join(", ")
    }
}

fn say(whole: &Whole) -> std::io::Result<()> {
    let line = &whole.line;
    output::line(format!("{}  {}", line.number, line.title))?;
    output::line(format!(
        "Status    {}, priority {}",
        line.status, line.priority
    ))?;
    for (what, value) in [
        ("Contact   ", &line.contact),
        ("Company   ", &line.organization),
        ("Owner     ", &line.owner),
        ("Made by   ", &line.rule),
    ] {
        if let Some(value) = value {
            output::line(format!("{what}{value}"))?;
        }
    }
    if !whole.description.is_empty() {
        output::line("")?;
        output::text(&whole.description)?;
    }
    for change in &whole.changes {
        output::line(format!(
            "{}  {}, {}{}",
            output::moment(change.at),
            change.what(),
            change.by,
            change
                .message
                .map(|message| format!(", message {message}"))
                .unwrap_or_default()
        ))?;
    }
    Ok(())
}
