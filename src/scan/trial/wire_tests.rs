#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use chrono::TimeDelta;
use insta::assert_snapshot;
use sandbox::{Fault, Options, Tls, UidNextLie, Verb};

use super::Trial;
use super::table::table;

#[tokio::test]
async fn connections_that_break() {
    let faults = [
        ("in the middle of a body", Fault::drop_in_literal()),
        (
            "before the last line of an announcement",
            Fault::drop_before_tagged(Verb::Fetch),
        ),
        (
            "before the last line of a delivery",
            Fault::drop_before_tagged(Verb::Fetch).after(1),
        ),
        (
            "before the last line of an opening",
            Fault::drop_before_tagged(Verb::Open),
        ),
        (
            "after ten bytes of an announcement",
            Fault::drop_after(Verb::Fetch, 10),
        ),
    ];
    assert_snapshot!(table(Options::default(), &faults).await);
}

#[tokio::test]
async fn servers_that_fall_silent() {
    let mut text = String::new();
    for (name, fault) in [
        ("at login", Fault::stall(Verb::Login)),
        ("at opening INBOX", Fault::stall(Verb::Open)),
        ("at announcing", Fault::stall(Verb::Fetch)),
        ("at fetching", Fault::stall(Verb::Fetch).after(1)),
    ] {
        let mut trial = Trial::new().await.hasty();
        trial.inject(fault);
        let seen = trial.turn().await;
        text += &seen.text(name);
        trial.provider.clear_faults();
        trial = trial.patient();
        trial.heals().await;
    }
    assert_snapshot!(text);
}

#[tokio::test]
async fn servers_that_break_the_rules() {
    let faults = [
        (
            "a line of garbage at opening",
            Fault::garbage_line(Verb::Open),
        ),
        (
            "a line of garbage at announcing",
            Fault::garbage_line(Verb::Fetch),
        ),
        ("a blank line", Fault::blank_line(Verb::Fetch)),
        ("an endless line", Fault::endless_line(Verb::Fetch)),
        ("parentheses within parentheses", Fault::deep_nesting(5_000)),
        ("a huge literal", Fault::huge_literal(500_000_000)),
        ("somebody else's tag", Fault::wrong_tag(Verb::Fetch)),
        ("signed in without a login", Fault::pre_auth()),
    ];
    assert_snapshot!(table(Options::default(), &faults).await);
}

#[tokio::test]
async fn somebody_in_the_middle_of_starttls() {
    let faults = [
        (
            "words before encryption",
            Fault::plain_text_after_start_tls(),
        ),
        ("signed in before encryption", Fault::pre_auth()),
    ];
    assert_snapshot!(table(Options::with_tls(Tls::StartTls), &faults).await);
}

/// What servers do and a scan must not even notice.
#[tokio::test]
async fn oddities_that_harm_nobody() {
    for (name, fault) in [
        ("answers byte by byte", Fault::one_byte_writes(Verb::Any)),
        ("EXISTS says none", Fault::lying_exists(0)),
        ("EXISTS says too many", Fault::lying_exists(4_000_000)),
        ("UIDNEXT is 0", Fault::uid_next(UidNextLie::Zero)),
        ("UIDNEXT is not said", Fault::uid_next(UidNextLie::Absent)),
        ("other messages in between", Fault::interleaved_fetch()),
    ] {
        let trial = Trial::new().await;
        trial.inject(fault);
        let seen = trial.turn().await;
        assert_eq!(seen.report(), "done", "{name}: {:?}", seen.scan.error);
        trial.has_everything_once().await;
        trial.provider.clear_faults();
        trial.heals().await;
    }
}

#[tokio::test]
async fn a_uidvalidity_that_changes_every_time_doubles_nothing() {
    let mut trial = Trial::new().await;
    trial.inject(Fault::restless_uid_validity());
    for _ in 0..3 {
        let seen = trial.turn().await;
        assert_eq!(seen.report(), "done", "{:?}", seen.scan.error);
        trial.has_everything_once().await;
        trial.deliver("INBOX");
    }
    trial.provider.clear_faults();
    trial.heals().await;
}

#[tokio::test]
async fn a_message_that_breaks_each_connection_does_not_stop_the_others() {
    let mut trial = Trial::new().await;
    for _ in 0..4 {
        trial.deliver("INBOX");
    }
    trial.provider.inject(Fault::mangled_body(5));
    let seen = trial.turn().await;
    assert_snapshot!(seen.text("a message that breaks connections"));
    let ledger = trial.ledger().await;
    assert_eq!((ledger["done"], ledger["failed"]), (8, 1));
    trial.provider.clear_faults();
    trial.later(TimeDelta::minutes(6)).await;
    trial.heals().await;
}
