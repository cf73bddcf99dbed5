//! `mailroom pause` and `resume`: has the schedule leave scanners alone, in somebody's name, and scan them again.

use anyhow::bail;
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::args::ChosenScanners;
use super::discard::user_name;
use super::find::standstill;
use super::scan::named;
use super::{Done, output};
use crate::app::App;
use crate::store::scanners::{self, Placed};

/// One scanner, as `mailroom pause --json` prints it.
#[derive(Debug, Serialize)]
struct OnePaused {
    scanner: String,
    paused_by: String,
    /// Whether it was before.
    already: bool,
}

/// One scanner, as `mailroom resume --json` prints it.
#[derive(Debug, Serialize)]
struct OneResumed {
    scanner: String,
    /// Nothing where it was not paused.
    was_paused_by: Option<String>,
    /// Nothing for at once.
    next_scan_at: Option<DateTime<Utc>>,
    /// Why the schedule leaves it alone all the same.
    waits: Option<String>,
}

pub(super) async fn pause(app: &App, chosen: &ChosenScanners, json: bool) -> anyhow::Result<Done> {
    let (who, those) = (user_name(), those(app, chosen).await?);
    let tx = app.store.begin().await?;
    let mut all = Vec::new();
    for placed in those {
        let id = placed.scanner.id;
        let is_new = scanners::pause(&tx, id, &who).await?;
        let row = scanners::by_id(&tx, id).await?;
        all.push(OnePaused {
            scanner: placed.scanner.name,
            paused_by: row
                .and_then(|row| row.paused_by)
                .unwrap_or_else(|| who.clone()),
            already: !is_new,
        });
    }
    tx.commit().await?;
    if json {
        output::json(&all)?;
        return Ok(Done::Well);
    }
    for paused in &all {
        output::line(paused.sentence())?;
    }
    Ok(Done::Well)
}

pub(super) async fn resume(app: &App, chosen: &ChosenScanners, json: bool) -> anyhow::Result<Done> {
    let those = those(app, chosen).await?;
    let tx = app.store.begin().await?;
    let mut resumed = Vec::new();
    for placed in those {
        let id = placed.scanner.id;
        let before = scanners::by_id(&tx, id).await?;
        scanners::resume(&tx, id).await?;
        resumed.push((id, before.and_then(|row| row.paused_by)));
    }
    tx.commit().await?;
    let mut all = Vec::new();
    for (id, was_paused_by) in resumed {
        if let Some(placed) = scanners::with_mailbox_and_server(&app.store, id).await? {
            all.push(OneResumed {
                was_paused_by,
                next_scan_at: placed.scanner.next_scan_at,
                waits: standstill(app, &placed).await?,
                scanner: placed.scanner.name,
            });
        }
    }
    if json {
        output::json(&all)?;
        return Ok(Done::Well);
    }
    let now = app.clock.now();
    for resumed in &all {
        output::line(resumed.sentence(now))?;
    }
    Ok(Done::Well)
}

/// The named scanners, or all.
async fn those(app: &App, chosen: &ChosenScanners) -> anyhow::Result<Vec<Placed>> {
    let placed = scanners::all_with_mailbox_and_server(&app.store).await?;
    if !chosen.all {
        return named(placed, &chosen.names);
    }
    if placed.is_empty() {
        bail!("No scanner is set up; write a set-up file and run `mailroom apply -f FILE`");
    }
    Ok(placed)
}

impl OnePaused {
    fn sentence(&self) -> String {
        let Self {
            scanner, paused_by, ..
        } = self;
        if self.already {
            format!("{scanner}: paused already, by {paused_by}.")
        } else {
            format!(
                "{scanner}: paused by {paused_by}; `mailroom resume {scanner}` has the schedule scan it again."
            )
        }
    }
}

impl OneResumed {
    fn sentence(&self, now: DateTime<Utc>) -> String {
        let what = match &self.was_paused_by {
            Some(who) => format!("resumed, was paused by {who}"),
            None => "was not paused".to_owned(),
        };
        let next = match (&self.waits, self.next_scan_at) {
            (Some(why), _) => format!("the schedule leaves it alone all the same: {why}"),
            (None, Some(next)) if next > now => format!("next scan {}.", output::moment(next)),
            (None, _) => "next scan at once.".to_owned(),
        };
        format!("{}: {what}; {next}", self.scanner)
    }
}
