//! Why a message that the ledger does not have may not have been read, for each scanner.

use entities::deliveries::DeliveryState;
use entities::lights::LightState;
use serde::Serialize;

use super::super::output::{moment, number};
use super::Places;
use super::searching::Search;
use crate::app::App;
use crate::store::deliveries::chosen::{Filter, count};
use crate::store::scanners::Placed;
use crate::store::{StoreError, folders, lights, scans};

/// What would explain that a scanner has not read it.
#[derive(Debug, Serialize)]
pub(super) struct WhyNot {
    pub(super) scanner: String,
    mailbox: String,
    pub(super) because: Vec<String>,
}

/// Every scanner's reasons.
pub(super) async fn all(
    app: &App,
    search: &Search,
    places: &Places,
) -> anyhow::Result<Vec<WhyNot>> {
    let mut all = Vec::new();
    for placed in places.sorted() {
        all.push(WhyNot {
            scanner: placed.scanner.name.clone(),
            mailbox: placed.mailbox.address.clone(),
            because: reasons(app, search, placed).await?,
        });
    }
    Ok(all)
}

async fn reasons(app: &App, search: &Search, placed: &Placed) -> anyhow::Result<Vec<String>> {
    let scanner = &placed.scanner;
    let mut because = vec![format!(
        "it reads {} of {}, no other folder.",
        scanner.folders.0.join(", "),
        placed.mailbox.address
    )];
    if let Some(day) = scanner.start_date {
        let start = day.and_time(chrono::NaiveTime::MIN).and_utc();
        if search.before().is_some_and(|before| before <= start) {
            because.push(format!(
                "it reads mail received since {day} only, and what you look for is older."
            ));
        } else if search.since().is_none_or(|since| since < start) {
            because.push(format!("it reads mail received since {day} only."));
        }
    }
    because.extend(standstill(app, placed).await?);
    let last = scans::list(&app.store, Some(scanner.id), None, 1).await?;
    because.push(match last.first() {
        None => "it has not been scanned yet.".to_owned(),
        Some(scan) => format!(
            "its last scan began {} ({}); what came later is not read yet.",
            moment(scan.started_at),
            scan.outcome.as_str()
        ),
    });
    let rows = folders::list(&app.store, scanner.id).await?;
    for row in rows.iter().filter(|row| row.backlog_last.is_some()) {
        because.push(format!("older mail of {} is still being read.", row.name));
    }
    because.extend(unread(app, placed).await?);
    Ok(because)
}

/// Why the schedule does not scan it, as sentences; nothing where it does.
pub(in crate::cli) async fn standstill(
    app: &App,
    placed: &Placed,
) -> Result<Option<String>, StoreError> {
    let mut why = Vec::new();
    if !placed.scanner.enabled {
        why.push("the scanner is disabled.".to_owned());
    }
    if let Some(who) = &placed.scanner.paused_by {
        why.push(format!(
            "the scanner was paused by {who}; `mailroom resume {}` has the schedule scan it again.",
            placed.scanner.name
        ));
    }
    if !placed.mailbox.active {
        why.push("its mailbox is inactive.".to_owned());
    }
    if !placed.server.active {
        why.push("its mail server is inactive.".to_owned());
    }
    let light = lights::find(&app.store, placed.mailbox.id).await?;
    if let Some(light) = light.filter(|light| light.state == LightState::Red) {
        let remedy = light.remedy.unwrap_or_default();
        let red = format!(
            "its mailbox has been red since {}. {remedy}",
            moment(light.since)
        );
        why.push(red.trim_end().to_owned());
    }
    Ok((!why.is_empty()).then(|| why.join(" ")))
}

/// Copies whose message is not known yet: the one that is looked for may be among them.
async fn unread(app: &App, placed: &Placed) -> Result<Option<String>, StoreError> {
    let filter = Filter {
        scanner: Some(placed.scanner.id),
        states: vec![
            DeliveryState::Pending,
            DeliveryState::Failed,
            DeliveryState::Held,
        ],
        ..Filter::default()
    };
    let waiting: i64 = count(&app.store, &filter)
        .await?
        .iter()
        .map(|(_, _, count)| count)
        .sum();
    Ok((waiting > 0).then(|| {
        format!(
            "{} of its messages wait, failed or are held, and may not be readable yet: `mailroom held --scanner {}` lists them.",
            number(waiting.unsigned_abs()),
            placed.scanner.name
        )
    }))
}
