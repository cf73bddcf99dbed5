#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use chrono::TimeDelta;
use insta::assert_snapshot;
use sandbox::{At, Fault, Harm, Moment, Options, Verb};

use super::table::{Case, healed};
use super::{ORDERS, Trial};
use crate::clock::Clock as _;

/// Fetching of bodies comes after the window was announced.
fn at_bodies(fault: Fault) -> Fault {
    fault.after(1)
}

/// Opening a folder comes after INBOX was opened to prove the light.
fn at_folder(fault: Fault) -> Fault {
    fault.after(1)
}

/// NO, BAD, BYE and requests to slow down, wherever they come; and what turns a light red.
pub(super) fn cases() -> Vec<Case> {
    [
        no(),
        bad(),
        bye(),
        slow_down(),
        red_for_what_a_person_must_mend(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn no() -> Vec<Case> {
    let faults = [
        (
            "at login, for no reason that is about the credential",
            Fault::refuse_login("[UNAVAILABLE] Backend is down"),
        ),
        (
            "at login, too many connections",
            Fault::refuse_login(
                "[UNAVAILABLE] Maximum number of connections from user+IP exceeded",
            ),
        ),
        (
            "at opening INBOX",
            Fault::answer_no(Verb::Open, "[SERVERBUG] Internal error"),
        ),
        (
            "at opening a folder",
            at_folder(Fault::answer_no(Verb::Open, "[SERVERBUG] Internal error")).times(1),
        ),
        (
            "at announcing",
            Fault::answer_no(Verb::Fetch, "[INUSE] Mailbox is locked"),
        ),
        (
            "at fetching",
            at_bodies(Fault::answer_no(
                Verb::Fetch,
                "[SERVERBUG] FETCH Server error",
            )),
        ),
    ];
    Case::passing("NO", &Options::default(), faults)
}

fn bad() -> Vec<Case> {
    let faults = [
        ("at login", Fault::answer_bad(Verb::Login, "Internal error")),
        (
            "at opening INBOX",
            Fault::answer_bad(Verb::Open, "Command Argument Error. 11"),
        ),
        (
            "at announcing",
            Fault::answer_bad(Verb::Fetch, "Command Argument Error. 11"),
        ),
        (
            "at fetching",
            at_bodies(Fault::answer_bad(Verb::Fetch, "Command Argument Error. 11")),
        ),
    ];
    Case::passing("BAD", &Options::default(), faults)
}

fn bye() -> Vec<Case> {
    let at_greeting = Fault::at(At::Greeting).with(Harm::Bye("Too many users".to_owned()));
    let faults = [
        ("at the greeting", at_greeting),
        ("at login", Fault::bye(Verb::Login, "Server shutting down")),
        ("at opening INBOX", Fault::bye(Verb::Open, "Autologout")),
        ("at announcing", Fault::bye(Verb::Fetch, "Session expired")),
        (
            "at fetching",
            at_bodies(Fault::bye(Verb::Fetch, "Connection is closed. 13")),
        ),
        (
            "without a word",
            Fault::on(Verb::Fetch, Harm::Drop(Moment::Before)),
        ),
    ];
    Case::passing("BYE", &Options::default(), faults)
}

fn slow_down() -> Vec<Case> {
    let faults = [
        ("at login", Fault::throttle(Verb::Login, 92_415)),
        (
            "at fetching",
            at_bodies(Fault::throttle(Verb::Fetch, 299_961)),
        ),
        (
            "by a rate limit",
            Fault::answer_no(Verb::Fetch, "[LIMIT] UID FETCH Rate limit hit."),
        ),
        (
            "for the day",
            Fault::answer_no(
                Verb::Fetch,
                "[OVERQUOTA] Account exceeded command or bandwidth limits",
            ),
        ),
        (
            "Exchange in its own way",
            Fault::server_unavailable(Verb::Open),
        ),
    ];
    Case::passing("slow down", &Options::default(), faults)
}

#[tokio::test]
async fn a_server_that_named_a_time_is_not_asked_before() {
    let trial = Trial::new().await;
    trial.inject(Fault::throttle(Verb::Login, 299_961));
    trial.turn().await;
    let now = trial.clock.now();
    assert!(!trial.is_due(now + TimeDelta::milliseconds(299_960)).await);
    // Rounded up to the second, and one more over which those that were sent away are spread.
    assert!(trial.is_due(now + TimeDelta::seconds(301)).await);
}

fn red_for_what_a_person_must_mend() -> Vec<Case> {
    let faults = [
        (
            "IMAP switched off",
            Fault::refuse_login("[ALERT] Your account is not enabled for IMAP use."),
        ),
        (
            "an application password",
            Fault::refuse_login("[ALERT] Application-specific password required"),
        ),
        (
            "too many attempts",
            Fault::refuse_login("[AUTHENTICATIONFAILED] Too many login failures"),
        ),
        (
            "an account that is closed",
            Fault::refuse_login("[CONTACTADMIN] Account suspended"),
        ),
        (
            "a password that ran out",
            Fault::refuse_login("[EXPIRED] Password expired"),
        ),
        (
            "an INBOX that may not be read",
            Fault::answer_no(Verb::Open, "[NOPERM] Permission denied"),
        ),
    ];
    faults
        .map(|(name, fault)| {
            let run = async move {
                let trial = Trial::new().await;
                trial.inject(fault);
                let seen = trial.turn().await;
                assert!(seen.light().starts_with("red"), "{name}: {}", seen.light());
                assert!(!trial.is_due(trial.clock.now() + TimeDelta::days(30)).await);
                trial.provider.clear_faults();
                trial.somebody_acted().await;
                healed(&trial, &seen).await
            };
            Case::new("red", name, run)
        })
        .into()
}

#[tokio::test]
async fn one_folder_in_trouble_does_not_stop_the_next() {
    let trial = Trial::new().await;
    trial.read(&[ORDERS, "INBOX"]).await;
    // The first is INBOX for the light, the second is the folder that is read first.
    trial.inject(at_folder(Fault::answer_no(Verb::Open, "[SERVERBUG] Internal error")).times(1));
    let text = trial.turn().await.text("A folder in trouble");
    assert_eq!(trial.ledger().await["done"], 3, "{text}");
    trial.heals().await;
}

#[tokio::test]
async fn a_light_stays_green_through_trouble_that_passes() {
    let trial = Trial::new().await;
    assert_eq!(trial.turn().await.light(), "green");
    trial.inject(Fault::bye(Verb::Login, "Server shutting down"));
    assert_eq!(trial.turn().await.light(), "green");
    trial.provider.clear_faults();
    trial.heals().await;
}

#[tokio::test]
async fn waits_grow_while_trouble_lasts_and_end_with_it() {
    let trial = Trial::new().await;
    trial.inject(Fault::bye(Verb::Login, "Server shutting down"));
    let mut waits = Vec::new();
    for _ in 0..11 {
        let seen = trial.turn().await;
        waits.push(format!(
            "{} {}",
            seen.health(),
            seen.wait().unwrap().num_minutes()
        ));
    }
    assert_snapshot!(waits.join("\n"));
    trial.provider.clear_faults();
    trial.heals().await;
}

/// Exchange says so of too many sessions, too.
#[tokio::test]
async fn a_mailbox_that_is_not_connected_is_red_when_it_is_so_after_five_minutes_again() {
    let trial = Trial::new().await;
    trial.inject(Fault::answer_bad(
        Verb::Open,
        "User is authenticated but not connected.",
    ));
    let first = trial.turn().await;
    assert_eq!(first.light(), "unknown", "{}", first.says());
    let now = trial.clock.now();
    assert!(!trial.is_due(now + TimeDelta::seconds(299)).await);
    trial.later(TimeDelta::seconds(400)).await;
    let second = trial.turn().await;
    assert_snapshot!(first.text("once") + &second.text("again"));
    trial.provider.clear_faults();
    trial.somebody_acted().await;
    trial.heals().await;
}
