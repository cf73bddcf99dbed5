#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::sync::Arc;

use chrono::TimeDelta;
use sandbox::{Fault, Harm, Options, Verb};

use super::backlog::Striding;
use super::looking::count;
use super::{ADDRESS, Trial, letter};
use crate::store::fixture::{self, at};

/// One folder with so many messages.
async fn with(messages: u32) -> Trial {
    let mut trial = Trial::empty(fixture::sqlite().await, Options::default()).await;
    trial.read(&["INBOX"]).await;
    for _ in 0..messages {
        trial.deliver("INBOX");
    }
    trial
}

/// How many of these commands ask for one message alone what it is.
fn asked_alone(commands: &[String]) -> usize {
    let alone = |command: &&String| {
        let range = command.strip_prefix("UID FETCH ");
        let range = range.and_then(|rest| rest.split(' ').next()?.split_once(':'));
        range.is_some_and(|(first, last)| first == last) && command.contains("RFC822.SIZE")
    };
    commands.iter().filter(alone).count()
}

impl Trial {
    /// Takes these out of the ledger, and has the next look go through the whole folder.
    async fn forget(&self, condition: &str) {
        self.sql(&format!("DELETE FROM deliveries WHERE {condition}"))
            .await;
        self.sql("UPDATE folders SET seen_uid_validity = NULL")
            .await;
    }
}

#[tokio::test]
async fn a_folder_whose_look_never_ends_is_gone_through_every_ten_minutes_and_read_all_the_same() {
    let mut trial = with(5).await;
    // EXISTS is another number each time.
    for time in 0..400 {
        let lie = Fault::on(Verb::Open, Harm::Exists(100 + time));
        trial.inject(lie.after(time).times(1));
    }
    let mut gone_through = Vec::new();
    for minute in 0..25 {
        if minute % 5 == 4 {
            trial.deliver("INBOX");
        }
        trial.later(TimeDelta::minutes(1)).await;
        trial.provider.clear_transcript();
        trial.turn().await;
        assert_eq!(trial.lost().await, None);
        let sweeps = |said: &String| said.starts_with("UID SEARCH UID 1:");
        if trial.client_said().iter().any(sweeps) {
            gone_through.push(minute);
        }
    }
    assert_eq!(gone_through, [1, 11, 21]);
    assert!(trial.folder().await.sweep_owed, "it says so");
    assert!(trial.vanished("INBOX").await.values().all(Option::is_none));

    trial.provider.clear_faults();
    trial.provider.expunge(ADDRESS, "INBOX", 2).unwrap();
    let (seen, _) = trial.good_turn().await;
    assert_eq!(count(&seen, "vanished"), 1);
    assert!(!trial.folder().await.sweep_owed);
    trial.has_everything_once().await;
}

#[tokio::test]
async fn a_look_that_was_put_off_is_made_up_for_though_nothing_changes() {
    let trial = with(5).await;
    trial.turn().await;
    trial.forget("uid = 2").await;
    // As if it had been gone through just now.
    let now = at(60).to_rfc3339();
    trial
        .sql(&format!(
            "UPDATE folders SET sweep_owed = TRUE, swept_at = '{now}'"
        ))
        .await;
    trial.turn().await;
    assert_eq!(trial.uids().await.len(), 4);
    trial.good_turn().await;
    assert_eq!(trial.uids().await.len(), 5);
    assert!(!trial.folder().await.sweep_owed);
}

/// Five messages of which the second did not come and was taken for removed; the next look goes through all.
async fn with_one_gone() -> Trial {
    let trial = with(5).await;
    trial.inject(Fault::missing_bodies(&[2]));
    trial.turn().await;
    trial.provider.clear_faults();
    trial
        .sql("UPDATE deliveries SET state = 'gone', next_try_at = NULL WHERE uid = 2")
        .await;
    trial.forget("uid = 0").await;
    trial
}

#[tokio::test]
async fn what_was_taken_for_removed_and_is_there_is_read() {
    let trial = with_one_gone().await;
    let (seen, _) = trial.good_turn().await;
    assert_eq!(count(&seen, "kept"), 1);
    trial.has_everything_once().await;
}

#[tokio::test]
async fn what_was_taken_for_removed_and_does_not_come_is_owed() {
    for fault in [Fault::missing_bodies(&[2]), Fault::withheld(&[2])] {
        let trial = with_one_gone().await;
        trial.inject(fault);
        trial.good_turn().await;
        let ledger = trial.ledger().await;
        assert_eq!((ledger["done"], ledger.get("failed")), (4, Some(&1)));
        trial.provider.clear_faults();
        trial.good_turn().await;
        trial.has_everything_once().await;
    }
}

#[tokio::test]
async fn what_is_found_by_number_keeps_to_the_limit_and_nothing_is_left_out() {
    let trial = with(350).await;
    trial.sql("UPDATE scanners SET limit_per_scan = 100").await;
    let all: Vec<u32> = (1..=350).collect();
    trial.inject(Fault::withheld_by_uid(&all));
    let mut kept = Vec::new();
    while trial.lost().await.is_some() {
        let (seen, _) = trial.good_turn().await;
        kept.push(count(&seen, "kept"));
        assert!(kept.len() < 10, "{kept:?}");
    }
    assert_eq!(kept, [100, 100, 100, 50]);
    // The newest come first.
    assert_eq!(trial.uids().await[..100], (251..=350).collect::<Vec<_>>());
    trial.has_everything_once().await;
    trial.provider.clear_faults();
    trial.good_turn().await;
    trial.heals().await;
}

#[tokio::test]
async fn what_a_look_finds_missing_leaves_others_their_turn() {
    let mut trial = with(450).await;
    trial.worker.lease = TimeDelta::days(1);
    trial.turn().await;
    trial.forget("uid <= 250").await;
    // A minute goes by between two looks at the clock.
    let stride = Striding(Arc::clone(&trial.clock), TimeDelta::seconds(61));
    trial.worker.scanning.clock = Arc::new(stride);
    trial.later(TimeDelta::minutes(1)).await;
    let first = trial.one_turn().await;
    assert!(first.leaves_backlog && first.is_clean(), "{first:?}");
    assert_eq!(first.counts.kept, 100);
    // The rest is older mail, which is due at once.
    let second = trial.one_turn().await;
    assert_eq!(second.counts.kept, 150, "{second:?}");
    assert_eq!(trial.uids().await.len(), 450);
}

#[tokio::test]
async fn many_that_are_listed_and_never_shown_are_all_owed_by_one_look() {
    let trial = with(260).await;
    let hidden: Vec<u32> = (1..=250).collect();
    trial.inject(Fault::withheld(&hidden));
    let (_, commands) = trial.good_turn().await;
    let ledger = trial.ledger().await;
    assert_eq!((ledger["done"], ledger["failed"]), (10, 250));
    assert_eq!(asked_alone(&commands), 200);
}

#[tokio::test]
async fn with_a_start_date_only_what_is_young_is_missing() {
    let mut trial = with(0).await;
    let day = |days: i64| at(0) - TimeDelta::days(days);
    for number in 1..=40 {
        let came = if number <= 30 { day(60) } else { day(2) };
        let raw = letter(number).into_bytes();
        trial.provider.deliver(ADDRESS, "INBOX", raw, came).unwrap();
    }
    trial.delivered = 10;
    let since = day(30).date_naive();
    trial
        .sql(&format!("UPDATE scanners SET start_date = '{since}'"))
        .await;
    trial.turn().await;
    trial.forget("uid = 35").await;
    let (seen, commands) = trial.good_turn().await;
    assert_eq!((count(&seen, "kept"), count(&seen, "too_old")), (1, 0));
    assert_eq!(trial.uids().await.len(), 10);
    assert_eq!(asked_alone(&commands), 0, "{commands:?}");
}

#[tokio::test]
async fn a_day_of_the_servers_zone_is_not_the_start_dates_day() {
    let trial = with(0).await;
    let since = "2026-11-01";
    trial
        .sql(&format!("UPDATE scanners SET start_date = '{since}'"))
        .await;
    let dates = [
        // The day before by the server, and young.
        "2026-10-31T23:30:00-05:00",
        // The first day by the server, and too old.
        "2026-11-01T00:30:00+01:00",
        "2026-11-02T12:00:00Z",
    ];
    for (number, date) in (1..).zip(dates) {
        let (raw, date) = (letter(number).into_bytes(), date.parse().unwrap());
        let provider = &trial.provider;
        let delivered = provider.deliver_in_zone(ADDRESS, "INBOX", raw, date);
        delivered.unwrap();
    }
    trial.turn().await;
    assert_eq!(trial.uids().await, [1, 3]);
    trial.forget("uid = 0").await;
    let (seen, _) = trial.good_turn().await;
    assert_eq!(
        (seen.report(), seen.says()),
        ("done".to_owned(), String::new())
    );
    assert_eq!(count(&seen, "kept"), 0);
    trial.forget("uid = 1").await;
    let (seen, _) = trial.good_turn().await;
    assert_eq!(count(&seen, "kept"), 1);
    // In the order in which they were kept.
    assert_eq!(trial.uids().await, [3, 1]);
}

#[tokio::test]
async fn where_a_search_by_date_is_refused_what_is_missing_is_read_all_the_same() {
    let trial = with(5).await;
    let since = (at(0) - TimeDelta::days(30)).date_naive();
    trial
        .sql(&format!("UPDATE scanners SET start_date = '{since}'"))
        .await;
    trial.turn().await;
    trial.forget("uid = 3").await;
    trial.inject(Fault::answer_no(Verb::Search, "not now"));
    let (seen, _) = trial.good_turn().await;
    assert_eq!(count(&seen, "kept"), 1);
    assert_eq!(trial.uids().await.len(), 5);
}

#[tokio::test]
async fn where_a_search_by_date_is_refused_what_is_too_old_leaves_others_their_turn() {
    let mut trial = with(0).await;
    trial.worker.lease = TimeDelta::days(1);
    for number in 1..=460 {
        let came = at(0) - TimeDelta::days(if number <= 450 { 60 } else { 2 });
        let raw = letter(number).into_bytes();
        trial.provider.deliver(ADDRESS, "INBOX", raw, came).unwrap();
    }
    let since = (at(0) - TimeDelta::days(30)).date_naive();
    trial
        .sql(&format!("UPDATE scanners SET start_date = '{since}'"))
        .await;
    trial.turn().await;
    assert_eq!(trial.uids().await.len(), 10);
    trial.forget("uid = 455").await;
    trial.inject(Fault::answer_no(Verb::Search, "not now"));
    let stride = Striding(Arc::clone(&trial.clock), TimeDelta::seconds(61));
    trial.worker.scanning.clock = Arc::new(stride);
    trial.later(TimeDelta::minutes(1)).await;
    let first = trial.one_turn().await;
    assert!(first.leaves_backlog && first.is_clean(), "{first:?}");
    assert_eq!((first.counts.kept, first.counts.too_old), (0, 100));
    // The rest is older mail.
    trial.worker.scanning.clock = trial.clock.clone();
    let second = trial.one_turn().await;
    assert_eq!(
        (second.counts.kept, second.counts.too_old),
        (1, 350),
        "{second:?}"
    );
    assert_eq!(trial.uids().await.len(), 10);
}

#[tokio::test]
async fn what_was_left_out_under_a_new_uidvalidity_is_not_taken_for_seen_under_the_old_one() {
    let trial = with(5).await;
    trial.turn().await;
    trial
        .provider
        .set_uid_validity(ADDRESS, "INBOX", 77, 1)
        .unwrap();
    trial.inject(Fault::withheld_by_uid(&[3]));
    // The first look at it does not come to its end.
    trial.inject(Fault::on(Verb::Open, Harm::Exists(100)).times(1));
    trial.good_turn().await;
    let read = async || trial.vanished("INBOX").await.into_keys().collect();
    let all: Vec<i64> = read().await;
    assert_eq!(all, [1, 2, 4, 5]);
    trial.good_turn().await;
    let all: Vec<i64> = read().await;
    assert_eq!(all, [1, 2, 3, 4, 5]);
}
