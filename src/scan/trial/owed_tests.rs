#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use chrono::TimeDelta;
use insta::assert_snapshot;
use sandbox::{Fault, Verb};

use super::{ADDRESS, Trial};

#[tokio::test]
async fn a_message_that_is_announced_and_comes_later_is_decided_then() {
    let trial = Trial::new().await;
    trial.inject(Fault::missing_bodies(&[2]));
    let seen = trial.turn().await;
    assert_snapshot!(seen.text("announced and not delivered"));
    assert_eq!(trial.ledger().await["done"], 3);

    // Not asked for again before its time, and never in the way of what is new.
    trial.provider.clear_transcript();
    let seen = trial.turn().await;
    assert_eq!(seen.report(), "done");
    assert!(
        !trial
            .provider
            .transcript()
            .iter()
            .any(|line| line.text.contains("UID FETCH")),
        "{:?}",
        trial.provider.transcript()
    );

    trial.later(TimeDelta::minutes(5)).await;
    assert_eq!(trial.turn().await.report(), "done messages");
    trial.provider.clear_faults();
    trial.later(TimeDelta::minutes(25)).await;
    trial.heals().await;
}

#[tokio::test]
async fn a_message_that_never_comes_is_held_and_a_person_can_have_it_asked_for_again() {
    let trial = Trial::new().await;
    trial.inject(Fault::missing_bodies(&[2]));
    let mut states = Vec::new();
    for _ in 0..6 {
        trial.turn().await;
        let ledger = trial.ledger().await;
        let count = |state: &str| ledger.get(state).copied().unwrap_or(0);
        states.push(format!(
            "{} failed, {} held",
            count("failed"),
            count("held")
        ));
        trial.later(TimeDelta::hours(12)).await;
    }
    assert_snapshot!(format!("{}\n{}", states.join("\n"), trial.troubles().await));

    let report = trial.scan_now().await.unwrap();
    assert_eq!(report.counts.held, 2, "still not delivered: {report:?}");
    trial.provider.clear_faults();
    let report = trial.scan_now().await.unwrap();
    assert!(report.is_clean(), "{report:?}");
    trial.has_everything_once().await;
}

#[tokio::test]
async fn a_message_that_is_refused_does_not_stop_the_others() {
    let mut trial = Trial::new().await;
    trial.deliver("INBOX");
    trial.provider.inject(Fault::refused_body(4));
    let seen = trial.turn().await;
    assert_snapshot!(seen.text("one message is refused"));
    assert_eq!(trial.ledger().await["done"], 5);
    trial.deliver("INBOX");
    trial.turn().await;
    assert_eq!(trial.ledger().await["done"], 6);
    trial.provider.clear_faults();
    trial.later(TimeDelta::minutes(5)).await;
    trial.heals().await;
}

#[tokio::test]
async fn a_message_removed_before_it_came_is_gone_and_no_trouble() {
    let mut trial = Trial::new().await;
    trial.inject(Fault::missing_bodies(&[3]));
    trial.turn().await;
    trial.provider.expunge(ADDRESS, "INBOX", 3).unwrap();
    trial.provider.clear_faults();
    trial.forget_removed(1);
    trial.later(TimeDelta::minutes(5)).await;
    let seen = trial.turn().await;
    assert_eq!(
        (seen.report(), seen.says()),
        ("done".to_owned(), String::new())
    );
    assert_eq!(trial.ledger().await["gone"], 1);
}

#[tokio::test]
async fn a_message_is_owed_as_long_as_the_server_does_not_say_that_it_is_gone() {
    let trial = Trial::new().await;
    trial.inject(Fault::missing_bodies(&[3]));
    trial.turn().await;
    trial.provider.clear_faults();
    trial.inject(Fault::withheld(&[3]));
    trial.inject(Fault::answer_no(Verb::Search, "not now"));
    trial.later(TimeDelta::minutes(5)).await;
    trial.turn().await;
    let ledger = trial.ledger().await;
    assert_eq!((ledger.get("failed"), ledger.get("gone")), (Some(&1), None));
    assert!(
        trial.troubles().await.contains("not now"),
        "{}",
        trial.troubles().await
    );
    trial.provider.clear_faults();
    trial.later(TimeDelta::hours(1)).await;
    trial.heals().await;
}

#[tokio::test]
async fn what_a_folder_owed_under_an_older_uidvalidity_is_owed_no_more() {
    let trial = Trial::new().await;
    trial.inject(Fault::missing_bodies(&[2]));
    trial.turn().await;
    trial.provider.clear_faults();
    trial
        .provider
        .set_uid_validity(ADDRESS, "INBOX", 77, 10)
        .unwrap();
    trial.later(TimeDelta::hours(1)).await;
    let seen = trial.turn().await;
    assert_eq!(seen.report(), "done");
    assert_eq!(
        trial.ledger().await.get("failed"),
        None,
        "{}",
        trial.troubles().await
    );
}
