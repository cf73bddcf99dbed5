//! `mailroom leads`: the newest first.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::ids::{LeadId, MessageId};
use entities::leads::Model;
use serde::Serialize;

use super::args::Page;
use super::bounced::{self, Bounced};
use super::{Done, output};
use crate::app::App;
use crate::store::{leads, record_numbers, users};

/// One lead, as `mailroom leads --json` prints it.
#[derive(Debug, Serialize)]
struct Line {
    id: LeadId,
    /// What people write into subjects.
    number: String,
    created_at: DateTime<Utc>,
    first_name: String,
    last_name: String,
    company: String,
    email: String,
    phone: String,
    title: String,
    description: String,
    source: String,
    campaign: String,
    status: &'static str,
    owner: Option<String>,
    message: Option<MessageId>,
    rule: Option<String>,
    /// Where mail does not reach its address.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bounced: Vec<Bounced>,
}

pub(super) async fn run(app: &App, page: Page, json: bool) -> anyhow::Result<Done> {
    let owners: HashMap<_, _> = users::list(&app.store)
        .await?
        .into_iter()
        .map(|user| (user.id, user.email))
        .collect();
    let rows = leads::list(&app.store, page.before.map(LeadId), page.limit).await?;
    let emails: Vec<&str> = rows.iter().map(|row| row.email.as_str()).collect();
    let bounced = bounced::of(app, &emails).await?;
    let lines: Vec<Line> = rows
        .into_iter()
        .map(|row| {
            let owner = row.owner_id.and_then(|owner| owners.get(&owner).cloned());
            let bounced = bounced.get(&row.email).cloned();
            line(row, owner, bounced)
        })
        .collect();
    if json {
        output::json(&lines)?;
    } else {
        say(&lines)?;
    }
    Ok(Done::Well)
}

fn line(row: Model, owner: Option<String>, bounced: Option<Bounced>) -> Line {
    Line {
        bounced: bounced.into_iter().collect(),
        number: record_numbers::of_lead(row.id),
        id: row.id,
        created_at: row.created_at,
        first_name: row.first_name,
        last_name: row.last_name,
        company: row.company,
        email: row.email,
        phone: row.phone,
        title: row.title,
        description: row.description,
        source: row.source,
        campaign: row.campaign,
        status: row.status.as_str(),
        owner,
        message: row.message_id,
        rule: row.rule,
    }
}

fn say(lines: &[Line]) -> std::io::Result<()> {
    output::table(
        [
            "Number", "Made", "Name", "Company", "E-mail", "Title", "Status", "Owner", "Rule",
            "Message",
        ],
        lines.iter().map(|line| {
            [
                line.number.clone(),
                output::moment(line.created_at),
                format!("{} {}", line.first_name, line.last_name)
                    .trim()
                    .to_owned(),
                line.company.clone(),
                bounced::shown(&line.email, &line.bounced),
                output::shortened(&line.title, 50),
                line.status.to_owned(),
                line.owner.clone().unwrap_or_default(),
                line.rule.clone().unwrap_or_default(),
                line.message
                    .map(|message| message.to_string())
                    .unwrap_or_default(),
            ]
        }),
    )
}
