//! `mailroom users`: who there is, how much is open with each, and who is away.

use std::collections::HashMap;

use anyhow::bail;
use chrono::{Days, NaiveDate};
use entities::ids::UserId;
use serde::Serialize;

use super::{Done, output};
use crate::app::App;
use crate::store::workloads::{self, Work};
use crate::store::{absences, users};

/// One user, as `mailroom users --json` prints it.
#[derive(Debug, Serialize)]
struct Line {
    email: String,
    name: String,
    role: &'static str,
    active: bool,
    open_leads: u64,
    open_tickets: u64,
    open_messages: u64,
    /// This absence and the later ones.
    absent: Vec<Absence>,
}

/// Days on which somebody is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
struct Absence {
    from: NaiveDate,
    until: NaiveDate,
}

pub(super) async fn list(app: &App, json: bool) -> anyhow::Result<Done> {
    let lines = lines(app).await?;
    if json {
        output::json(&lines)?;
        return Ok(Done::Well);
    }
    let today = app.clock.now().date_naive();
    output::table(
        [
            "User", "Name", "Role", "Leads", "Tickets", "Messages", "Away",
        ],
        lines.into_iter().map(|line| {
            let role = if line.active {
                line.role.to_owned()
            } else {
                format!("{}, switched off", line.role)
            };
            let away = line.absent.iter().map(|absence| {
                if absence.from <= today {
                    format!("until {}", absence.until)
                } else {
                    format!("{} to {}", absence.from, absence.until)
                }
            });
            [
                line.email,
                line.name,
                role,
                line.open_leads.to_string(),
                line.open_tickets.to_string(),
                line.open_messages.to_string(),
                away.collect::<Vec<_>>().join(", "),
            ]
        }),
    )?;
    Ok(Done::Well)
}

async fn lines(app: &App) -> anyhow::Result<Vec<Line>> {
    let today = app.clock.now().date_naive();
    let rows = users::list(&app.store).await?;
    let ids: Vec<UserId> = rows.iter().map(|row| row.id).collect();
    let leads = workloads::of(&app.store, &ids, Work::Leads).await?;
    let tickets = workloads::of(&app.store, &ids, Work::Tickets).await?;
    let messages = workloads::of(&app.store, &ids, Work::Messages).await?;
    let mut absent: HashMap<UserId, Vec<Absence>> = HashMap::new();
    for row in absences::list(&app.store).await? {
        if row.last_day >= today {
            absent.entry(row.user_id).or_default().push(Absence {
                from: row.first_day,
                until: row.last_day,
            });
        }
    }
    let count = |of: &HashMap<UserId, u64>, id: UserId| of.get(&id).copied().unwrap_or_default();
    Ok(rows
        .into_iter()
        .map(|row| Line {
            open_leads: count(&leads, row.id),
            open_tickets: count(&tickets, row.id),
            open_messages: count(&messages, row.id),
            absent: absent.remove(&row.id).unwrap_or_default(),
            email: row.email,
            name: row.name,
            role: row.role.as_str(),
            active: row.active,
        })
        .collect())
}

/// Without `until` they are back.
pub(super) async fn absent(
    app: &App,
    email: &str,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
    json: bool,
) -> anyhow::Result<Done> {
    let today = app.clock.now().date_naive();
    let Some(user) = users::find_by_email(&app.store, email).await? else {
        bail!("There is no user {email}; `mailroom users` lists them");
    };
    let from = from.unwrap_or(today);
    if until.is_some_and(|until| until < from) {
        bail!("--until comes before the first day, {from}");
    }
    let tx = app.store.begin().await?;
    let known: Vec<(NaiveDate, NaiveDate)> = absences::list(&tx)
        .await?
        .into_iter()
        .filter(|row| row.user_id == user.id)
        .map(|row| (row.first_day, row.last_day))
        .collect();
    let days = match until {
        Some(until) => known.into_iter().chain([(from, until)]).collect(),
        None => back(&known, today),
    };
    absences::replace(&tx, user.id, &days).await?;
    tx.commit().await?;
    if json {
        let lines = lines(app).await?;
        let line = lines.into_iter().find(|line| line.email == user.email);
        output::json(&line)?;
    } else if let Some(until) = until {
        output::line(format!("{} is away from {from} to {until}.", user.email))?;
    } else {
        output::line(format!("{} is back.", user.email))?;
    }
    Ok(Done::Well)
}

/// Only what is over stays; an absence that has begun ends yesterday.
fn back(known: &[(NaiveDate, NaiveDate)], today: NaiveDate) -> Vec<(NaiveDate, NaiveDate)> {
    let yesterday = today.checked_sub_days(Days::new(1)).unwrap_or(today);
    known
        .iter()
        .filter(|(first, _)| *first < today)
        .map(|&(first, last)| (first, last.min(yesterday)))
        .collect()
}
