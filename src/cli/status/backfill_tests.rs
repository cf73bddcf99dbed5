#![allow(clippy::unwrap_used)]

use chrono::{DateTime, TimeDelta, Utc};
use entities::ids::{ScanId, ScannerId};
use entities::scans::{Model, ScanOutcome, ScanTrigger};
use serde_json::json;

use super::{Backfill, grouped, in_words};
use crate::store::folders::Backlog;

fn at(seconds: i64) -> DateTime<Utc> {
    let noon: DateTime<Utc> = "2026-11-22T12:00:00Z".parse().unwrap();
    noon + TimeDelta::seconds(seconds)
}

fn scan(began: i64, ended: Option<i64>, backlog_read: u64) -> Model {
    Model {
        id: ScanId(1),
        scanner_id: ScannerId(1),
        worker: "us".to_owned(),
        trigger: ScanTrigger::Schedule,
        started_at: at(began),
        finished_at: ended.map(at),
        outcome: ScanOutcome::Done,
        counts: json!({ "backlog_read": backlog_read }),
        cause: None,
        error: None,
    }
}

const LEFT: Backlog = Backlog {
    left: 12_400,
    total: 60_000,
};

#[test]
fn the_time_left_is_reckoned_from_the_pace_of_the_last_scans_and_the_pauses_between_them() {
    let scans = [
        scan(600, None, 0),
        scan(300, Some(360), 500),
        scan(0, Some(60), 120),
    ];
    let backfill = Backfill::of(LEFT, &scans);
    assert_eq!(backfill.seconds_left, Some(7_200));
    assert_eq!(
        backfill.sentence(),
        "backfill: 12,400 of 60,000 left, about 2 h"
    );
}

#[test]
fn without_a_pace_no_time_is_told() {
    for scans in [vec![], vec![scan(0, Some(60), 0)], vec![scan(0, None, 9)]] {
        let sentence = Backfill::of(LEFT, &scans).sentence();
        assert_eq!(sentence, "backfill: 12,400 of 60,000 left");
    }
}

#[test]
fn numbers_and_times_read_well() {
    let numbers = [0, 12, 123, 1_234, 123_456, 1_234_567].map(grouped);
    assert_eq!(numbers, ["0", "12", "123", "1,234", "123,456", "1,234,567"]);
    let times = [0, 59, 60, 5_399, 5_400, 7_200, 200_000].map(in_words);
    assert_eq!(
        times,
        [
            ", less than a minute",
            ", less than a minute",
            ", about 1 min",
            ", about 89 min",
            ", about 2 h",
            ", about 2 h",
            ", about 2 days"
        ]
    );
}
