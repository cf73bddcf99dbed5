use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use entities::health::{self, HealthState};
use entities::ids::{MailboxId, ScannerId};
use entities::names::Names;
use entities::scanners::{self, Backfill};

use super::{Aftermath, LONGEST_WAIT};
use crate::scan::{Counts, Ending, Report, Retry};

fn now() -> DateTime<Utc> {
    "2026-11-22T10:00:00Z".parse().unwrap()
}

fn scanner(schedule: &str) -> scanners::Model {
    scanners::Model {
        id: ScannerId(7),
        name: "sales".to_owned(),
        mailbox_id: MailboxId(1),
        folders: Names(vec!["INBOX".to_owned()]),
        schedule: schedule.to_owned(),
        time_zone: "Europe/Rome".to_owned(),
        enabled: true,
        paused_by: None,
        start_date: None,
        limit_per_scan: None,
        idle: false,
        search_fields: Names(Vec::new()),
        next_scan_at: None,
        created_at: now(),
        updated_at: now(),
        backfill: Backfill::default(),
        max_message_mib: None,
        exceptions: Names(Vec::new()),
        presets: Names(Vec::new()),
        preset_owner: None,
    }
}

fn before(failures: i32) -> health::Model {
    health::Model {
        scanner_id: ScannerId(7),
        state: HealthState::Retrying,
        reason: None,
        since: now(),
        next_try_at: None,
        failures,
    }
}

fn report(ending: Ending) -> Report {
    Report {
        scanner: "sales".to_owned(),
        counts: Counts::default(),
        messages: Vec::new(),
        notices: Vec::new(),
        ending,
        leaves_backlog: false,
    }
}

fn failed(retry: Retry) -> Report {
    report(Ending::Failed {
        cause: "server".to_owned(),
        error: "no".to_owned(),
        retry,
    })
}

fn done(warnings: &[&str]) -> Report {
    let warnings = warnings.iter().map(ToString::to_string).collect();
    report(Ending::Done { warnings })
}

#[test]
fn a_good_scan_heals_and_follows_the_schedule() {
    let after = Aftermath::of(&done(&[]), &scanner("0 * * * *"), Some(&before(4)), now());
    let health = after.health.unwrap();
    assert_eq!((health.state, health.failures), (HealthState::Ok, 0));
    let next = after.next_scan_at.unwrap();
    assert!(
        next >= now() + Duration::hours(1)
            && next < now() + Duration::hours(1) + Duration::seconds(20)
    );
}

#[test]
fn a_missing_folder_is_said_and_the_schedule_goes_on() {
    let after = Aftermath::of(&done(&["folder gone"]), &scanner("0 * * * *"), None, now());
    let health = after.health.unwrap();
    assert_eq!(health.state, HealthState::Failing);
    assert_eq!(health.reason.as_deref(), Some("folder gone"));
    assert!(after.next_scan_at.unwrap() >= now() + Duration::hours(1));
}

#[test]
fn what_passes_is_tried_again_with_growing_waits_and_called_failing_when_it_lasts() {
    let waits: Vec<(i64, HealthState)> = [0, 1, 2, 5, 9, 40]
        .into_iter()
        .map(|failures| {
            let after = Aftermath::of(
                &failed(Retry::Soon),
                &scanner("* * * * *"),
                Some(&before(failures)),
                now(),
            );
            let wait = after.next_scan_at.unwrap() - now();
            (wait.num_seconds() / 60, after.health.unwrap().state)
        })
        .collect();
    assert_eq!(
        waits,
        [
            (1, HealthState::Retrying),
            (1, HealthState::Retrying),
            (2, HealthState::Retrying),
            (15, HealthState::Retrying),
            (15, HealthState::Failing),
            (15, HealthState::Failing),
        ]
    );
}

#[test]
fn a_server_that_says_how_long_gets_exactly_that() {
    for (said, seconds) in [
        (Duration::milliseconds(1), 1),
        (Duration::seconds(5), 5),
        (Duration::milliseconds(92_415), 93),
        (Duration::milliseconds(299_961), 300),
        (Duration::hours(30), 108_000),
    ] {
        // Neither the schedule nor how often it failed before makes it later.
        for (schedule, failures) in [("* * * * *", 0), ("0 3 * * *", 0), ("0 3 * * *", 8)] {
            let after = Aftermath::of(
                &failed(Retry::After(said)),
                &scanner(schedule),
                Some(&before(failures)),
                now(),
            );
            let wait = after.next_scan_at.unwrap() - now();
            assert!(
                wait >= Duration::seconds(seconds) && wait < Duration::seconds(seconds + 1),
                "{said} {schedule} {failures}: {wait}"
            );
            assert_eq!(after.leave_until, after.next_scan_at);
            let health = after.health.unwrap();
            assert_eq!(
                (health.state, health.next_try_at),
                (HealthState::Retrying, after.next_scan_at)
            );
        }
    }
}

#[test]
fn a_server_that_does_not_say_how_long_is_given_ever_longer() {
    let wait = |failures| {
        let retry = Retry::NotBefore(Duration::minutes(5));
        let scanner = scanner("* * * * *");
        let after = Aftermath::of(&failed(retry), &scanner, Some(&before(failures)), now());
        assert_eq!(after.leave_until, None);
        (after.next_scan_at.unwrap() - now()).num_minutes()
    };
    assert_eq!((wait(0), wait(6)), (5, 15));
}

/// A server that goes down takes all its mailboxes with it in one second, and shall not have them all back in one.
#[test]
fn scanners_that_fail_in_the_same_second_are_tried_again_in_different_ones() {
    const SCANNERS: i64 = 200;
    let seconds = |retry: Retry, schedule: &str, failures| -> Vec<i64> {
        let waits: BTreeSet<i64> = (1..=SCANNERS)
            .map(|id| {
                let scanner = scanners::Model {
                    id: ScannerId(id),
                    ..scanner(schedule)
                };
                let failed = failed(retry);
                let after = Aftermath::of(&failed, &scanner, Some(&before(failures)), now());
                (after.next_scan_at.unwrap() - now()).num_seconds()
            })
            .collect();
        waits.into_iter().collect()
    };
    let five_minutes = Retry::NotBefore(Duration::minutes(5));
    // Nothing but a person starts it; it comes round soon; it comes round much later.
    for (retry, schedule, failures, expected) in [
        (Retry::Soon, "", 0, 30..33),
        (Retry::Soon, "", 3, 240..264),
        (Retry::Soon, "", 9, 900..990),
        (Retry::Soon, "* * * * *", 3, 240..264),
        (Retry::Soon, "0 3 * * *", 0, 900..990),
        (five_minutes, "", 0, 300..330),
        (Retry::Late, "", 0, 900..990),
    ] {
        let seconds = seconds(retry, schedule, failures);
        // Two hundred over so many seconds leave none of them out.
        let expected: Vec<i64> = expected.collect();
        assert_eq!(seconds, expected, "{retry:?} {schedule:?} {failures}");
    }
}

#[test]
fn a_host_that_is_left_alone_is_no_failure_more() {
    let retry = Retry::Untried(Duration::seconds(20));
    let scanner = scanner("0 3 * * *");
    for (earlier, failures) in [(None, 1), (Some(before(4)), 4)] {
        let after = Aftermath::of(&failed(retry), &scanner, earlier.as_ref(), now());
        let health = after.health.unwrap();
        assert_eq!(
            (health.state, health.failures),
            (HealthState::Retrying, failures)
        );
        let wait = (after.next_scan_at.unwrap() - now()).num_seconds();
        assert!((20..=21).contains(&wait), "{wait}");
    }
}

#[test]
fn what_a_person_must_mend_is_looked_at_now_and_then() {
    let after = Aftermath::of(&failed(Retry::Late), &scanner("* * * * *"), None, now());
    assert!(after.next_scan_at.unwrap() >= now() + LONGEST_WAIT);
    assert_eq!(after.health.unwrap().state, HealthState::Failing);
}

#[test]
fn a_red_light_waits_for_a_person() {
    let after = Aftermath::of(&failed(Retry::Never), &scanner("* * * * *"), None, now());
    let health = after.health.unwrap();
    assert_eq!(
        (health.state, health.next_try_at),
        (HealthState::Failing, None)
    );
}

#[test]
fn a_scan_that_was_cut_goes_on_at_once_and_says_nothing_of_health() {
    let ending = Ending::Cut {
        error: "stopped".to_owned(),
    };
    let after = Aftermath::of(&report(ending), &scanner("0 3 * * *"), None, now());
    assert_eq!(after.next_scan_at, Some(now()));
    assert_eq!(after.health, None);
}

#[test]
fn a_scan_that_left_older_mail_is_due_at_once() {
    let report = Report {
        leaves_backlog: true,
        ..done(&[])
    };
    let after = Aftermath::of(&report, &scanner("0 3 * * *"), None, now());
    assert_eq!(after.next_scan_at, Some(now()));
    assert_eq!(after.health.unwrap().state, HealthState::Ok);
}
