//! How much older mail a scanner still has to read, and how long that takes at the pace of its last scans.

use std::collections::HashMap;

use chrono::TimeDelta;
use entities::ids::ScannerId;
use entities::scans;
use serde::Serialize;

use crate::scan::Counts;
use crate::store::folders::Backlog;
use crate::store::{self, Store, StoreError};

/// So many of the last scans tell the pace.
const SCANS: u64 = 5;

/// Older mail that is still to be read, as `mailroom status --json` prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Backfill {
    left: i64,
    total: i64,
    seconds_left: Option<i64>,
}

/// Those of all scanners that have older mail to read.
pub(super) async fn read(store: &Store) -> Result<HashMap<ScannerId, Backfill>, StoreError> {
    let mut backfills = HashMap::new();
    for (scanner, backlog) in store::folders::backlogs(store, None).await? {
        let scans = store::scans::list(store, Some(scanner), None, SCANS).await?;
        backfills.insert(scanner, Backfill::of(backlog, &scans));
    }
    Ok(backfills)
}

impl Backfill {
    fn of(backlog: Backlog, scans: &[scans::Model]) -> Self {
        let Backlog { left, total } = backlog;
        Self {
            left,
            total,
            seconds_left: seconds_left(left, scans),
        }
    }

    /// In words.
    pub(super) fn sentence(&self) -> String {
        let (left, total) = (grouped(self.left), grouped(self.total));
        let time = self.seconds_left.map(in_words).unwrap_or_default();
        format!("backfill: {left} of {total} left{time}")
    }
}

/// At the pace of the `scans` that read older mail, the pauses between them included.
fn seconds_left(left: i64, scans: &[scans::Model]) -> Option<i64> {
    let mut read = 0_u64;
    let mut began = None;
    let mut ended = None;
    for scan in scans {
        let counts: Counts = serde_json::from_value(scan.counts.clone()).unwrap_or_default();
        if counts.backlog_read > 0 {
            read += counts.backlog_read;
            began = began.min(Some(scan.started_at)).or(Some(scan.started_at));
            ended = ended.max(scan.finished_at);
        }
    }
    let took = (ended? - began?).max(TimeDelta::seconds(1)).num_seconds();
    let read = i64::try_from(read).ok().filter(|read| *read > 0)?;
    left.checked_mul(took)?.checked_div(read)
}

fn in_words(seconds: i64) -> String {
    let minutes = seconds.max(0).div_euclid(60);
    match minutes {
        0 => ", less than a minute".to_owned(),
        1..=89 => format!(", about {minutes} min"),
        90..=2_879 => format!(", about {} h", (minutes + 30) / 60),
        _ => format!(", about {} days", (minutes + 720) / 1_440),
    }
}

/// With a comma between each three digits.
fn grouped(number: i64) -> String {
    let digits = number.max(0).to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
#[path = "backfill_tests.rs"]
mod tests;
