#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::time::Duration;

use chrono::TimeDelta;
use insta::assert_snapshot;
use sandbox::{Fault, Harm, Options, Tls, UidNextLie, Verb};

use super::Trial;
use super::table::Case;

/// Connections that break, fall silent or carry what is no IMAP, and oddities that harm nobody.
pub(super) fn cases() -> Vec<Case> {
    [
        connections_that_break(),
        servers_that_fall_silent(),
        servers_that_break_the_rules(),
        somebody_in_the_middle_of_starttls(),
        bodies_that_do_not_come(),
        oddities_that_harm_nobody(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn connections_that_break() -> Vec<Case> {
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
    Case::passing("broken", &Options::default(), faults)
}

fn servers_that_fall_silent() -> Vec<Case> {
    let faults = [
        ("at login", Fault::stall(Verb::Login)),
        ("at opening INBOX", Fault::stall(Verb::Open)),
        ("at announcing", Fault::stall(Verb::Fetch)),
        ("at fetching", Fault::stall(Verb::Fetch).after(1)),
    ];
    Case::silent("silent", faults)
}

fn servers_that_break_the_rules() -> Vec<Case> {
    let faults = [
        (
            "a line of garbage at opening",
            Fault::garbage_line(Verb::Open),
        ),
        (
            "a line of garbage at announcing",
            Fault::garbage_line(Verb::Fetch),
        ),
        ("an endless line", Fault::endless_line(Verb::Fetch)),
        ("parentheses within parentheses", Fault::deep_nesting(5_000)),
        ("a huge literal", Fault::huge_literal(500_000_000)),
        ("somebody else's tag", Fault::wrong_tag(Verb::Fetch)),
        ("signed in without a login", Fault::pre_auth()),
    ];
    Case::passing("against the rules", &Options::default(), faults)
}

fn somebody_in_the_middle_of_starttls() -> Vec<Case> {
    let faults = [
        (
            "words before encryption",
            Fault::plain_text_after_start_tls(),
        ),
        ("signed in before encryption", Fault::pre_auth()),
    ];
    Case::passing("STARTTLS", &Options::with_tls(Tls::StartTls), faults)
}

/// The other messages come, and these when the server delivers them.
fn bodies_that_do_not_come() -> Vec<Case> {
    let instead = |bytes: &[u8]| Fault::on(Verb::Fetch, Harm::MangleBody(2, bytes.to_vec()));
    let faults = [
        ("left out", Fault::missing_bodies(&[2])),
        ("all left out", Fault::missing_bodies(&[1, 2, 3])),
        ("refused", Fault::refused_body(2)),
        ("no IMAP", Fault::mangled_body(2)),
        ("NIL", instead(b"* 2 FETCH (UID 2 BODY[] NIL)\r\n")),
        (
            "without a value (Yandex)",
            instead(b"* 2 FETCH (UID 2 BODY[])\r\n"),
        ),
        ("only the UID (iCloud)", instead(b"* 2 FETCH (UID 2)\r\n")),
        (
            "without the UID",
            instead(b"* 2 FETCH (BODY[] {2}\r\nx\n)\r\n"),
        ),
        (
            "of another section",
            instead(b"* 2 FETCH (UID 2 BODY[TEXT] {2}\r\nx\n)\r\n"),
        ),
        (
            "an unfinished list",
            instead(b"* 2 FETCH (UID 2 BODY[] {2}\r\nx\n\r\n"),
        ),
        (
            "an unfinished string",
            instead(b"* 2 FETCH (UID 2 BODY[] \"x\r\n"),
        ),
        ("an empty FETCH", instead(b"* 2 FETCH ()\r\n")),
        (
            "a panic of the parser",
            instead(b"* METADATA \"INBOX\" (/shared/comment {2}\r\n\xff\xff)\r\n"),
        ),
    ];
    Case::passing("a body", &Options::default(), faults)
}

/// What servers do and a scan must not even notice.
fn oddities_that_harm_nobody() -> Vec<Case> {
    let faults = [
        ("a blank line", Fault::blank_line(Verb::Fetch)),
        ("answers byte by byte", Fault::one_byte_writes(Verb::Any)),
        (
            "answers in drips",
            Fault::slow_drip(Verb::Any, 64, Duration::from_micros(200)),
        ),
        ("EXISTS says none", Fault::lying_exists(0)),
        ("EXISTS says too many", Fault::lying_exists(4_000_000)),
        ("UIDNEXT is 0", Fault::uid_next(UidNextLie::Zero)),
        ("UIDNEXT is not said", Fault::uid_next(UidNextLie::Absent)),
        ("other messages in between", Fault::interleaved_fetch()),
    ];
    Case::harmless("odd", faults)
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
