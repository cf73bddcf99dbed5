//! `mailroom held`: messages that failed, are held, or were discarded.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::deliveries::DeliveryState;
use entities::ids::{DeliveryId, ScannerId};
use serde::Serialize;

use super::args::{ChosenCopies, Page};
use super::{Done, chosen, output};
use crate::app::App;
use crate::store::deliveries::chosen::{Listed, list};
use crate::store::scanners;

/// One copy, as `mailroom held --json` prints it.
#[derive(Debug, Serialize)]
struct Line {
    id: DeliveryId,
    scanner: String,
    folder: Option<String>,
    uid: Option<i64>,
    state: &'static str,
    from: Option<String>,
    subject: Option<String>,
    size: i64,
    received_at: Option<DateTime<Utc>>,
    kept_at: DateTime<Utc>,
    attempts: i32,
    next_try_at: Option<DateTime<Utc>>,
    reason: Option<String>,
    discarded: Option<Discarded>,
}

#[derive(Debug, Serialize)]
struct Discarded {
    by: String,
    at: Option<DateTime<Utc>>,
    reason: String,
}

pub(super) async fn run(
    app: &App,
    chosen: &ChosenCopies,
    page: Page,
    json: bool,
) -> anyhow::Result<Done> {
    let filter = chosen::filter(app, chosen).await?;
    let before = page.before.map(DeliveryId);
    let names: HashMap<ScannerId, String> = scanners::list(&app.store)
        .await?
        .into_iter()
        .map(|scanner| (scanner.id, scanner.name))
        .collect();
    let lines: Vec<Line> = list(&app.store, &filter, before, page.limit)
        .await?
        .into_iter()
        .map(|listed| Line::of(listed, &names))
        .collect();
    if json {
        output::json(&lines)?;
    } else if lines.is_empty() {
        output::line("There are none.")?;
    } else {
        say(&lines)?;
    }
    Ok(Done::Well)
}

impl Line {
    fn of(listed: Listed, names: &HashMap<ScannerId, String>) -> Self {
        let is_file = listed.is_file();
        let Listed {
            delivery,
            folder,
            message,
        } = listed;
        Self {
            id: delivery.id,
            scanner: names.get(&folder.scanner_id).cloned().unwrap_or_default(),
            folder: (!is_file).then_some(folder.name),
            uid: (!is_file).then_some(delivery.uid),
            state: delivery.state.as_str(),
            from: message.as_ref().map(|message| message.from_email.clone()),
            subject: message.map(|message| message.subject),
            size: delivery.size,
            received_at: delivery.internal_date,
            kept_at: delivery.kept_at,
            attempts: delivery.attempts,
            next_try_at: delivery.next_try_at,
            reason: delivery.error,
            discarded: (delivery.state == DeliveryState::Discarded).then(|| Discarded {
                by: delivery.discarded_by.unwrap_or_default(),
                at: delivery.discarded_at,
                reason: delivery.discard_reason.unwrap_or_default(),
            }),
        }
    }

    /// Why it is where it is.
    fn why(&self) -> String {
        match &self.discarded {
            Some(Discarded { by, at, reason }) => {
                let on = at.map_or_else(String::new, |at| format!(" on {}", output::moment(at)));
                format!("by {by}{on}: {reason}")
            }
            None => self.reason.clone().unwrap_or_default(),
        }
    }
}

fn say(lines: &[Line]) -> std::io::Result<()> {
    output::table(
        [
            "Id", "Scanner", "Folder", "From", "Subject", "Bytes", "State", "Tries", "Next try",
        ],
        lines.iter().map(|line| {
            [
                line.id.to_string(),
                line.scanner.clone(),
                line.folder
                    .clone()
                    .unwrap_or_else(|| "imported file".to_owned()),
                line.from.clone().unwrap_or_else(|| "not known".to_owned()),
                output::shortened(line.subject.as_deref().unwrap_or_default(), 40),
                output::number(line.size.unsigned_abs()),
                line.state.to_owned(),
                line.attempts.to_string(),
                line.next_try_at.map(output::moment).unwrap_or_default(),
            ]
        }),
    )?;
    for line in lines {
        output::line(format!("{}: {}", line.id, line.why()))?;
    }
    output::line(
        "`mailroom retry ID` tries one again, `mailroom discard ID --reason TEXT` leaves it alone for good.",
    )
}
