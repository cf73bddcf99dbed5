use entities::lights::LightState;

use super::{body, subject};
use crate::access::announce::{Credential, Event, OfCredential, OfLight, Was, What};
use crate::cause::{Cause, Red};
use crate::store::fixture::at;

fn red(cause: Cause, words: &str) -> OfLight {
    let red = Red::of(cause, words).for_mailbox("sales@example.com");
    OfLight {
        mailbox: "sales@example.com".to_owned(),
        mailbox_id: 7,
        scanners: vec!["sales".to_owned(), "quotes".to_owned()],
        light: LightState::Red,
        cause: Some(cause.as_str().to_owned()),
        who: Some(red.who.as_str().to_owned()),
        remedy: Some(red.remedy),
        words: Some(red.words),
        since: at(0),
        was: None,
        url: "https://mailroom.example.com/mailboxes/7".to_owned(),
    }
}

fn ending(credential: Credential, mailboxes: &[&str], count: usize, days_left: i64) -> What {
    What::Expiring(OfCredential {
        credential,
        mail_server: "google".to_owned(),
        mailboxes: mailboxes
            .iter()
            .map(|&address| address.to_owned())
            .collect(),
        mailbox_count: count,
        ends_on: at(0).date_naive() + chrono::TimeDelta::days(days_left),
        days_left,
        who: "admin".to_owned(),
        remedy: "Make a new one.".to_owned(),
        url: "https://mailroom.example.com/servers/1".to_owned(),
    })
}

fn mail(what: What, second: i64) -> String {
    let event = Event {
        what,
        timestamp: at(second),
    };
    format!("Subject: {}\n\n{}", subject(&event), body(&event))
}

#[test]
fn red_says_what_since_who_and_what_to_do() {
    insta::assert_snapshot!(mail(
        What::Red(red(
            Cause::ConsentRevoked,
            "\"Token has been expired or revoked.\""
        )),
        0
    ));
}

#[test]
fn a_reminder_says_for_how_long() {
    let still = || {
        red(
            Cause::AdminConsentRequired,
            "AADSTS90094: Admin consent is required.",
        )
    };
    insta::assert_snapshot!(mail(What::Reminder(still()), 3 * 86_400));
    assert!(mail(What::Reminder(still()), 86_400).contains("after 1 day —"));
}

#[test]
fn a_recovery_says_that_there_is_nothing_to_do() {
    insta::assert_snapshot!(mail(
        What::Recovered(OfLight {
            light: LightState::Green,
            cause: None,
            who: None,
            remedy: None,
            words: None,
            since: at(7_200),
            was: Some(Was {
                cause: Some("consent_revoked".to_owned()),
                since: at(0),
            }),
            ..red(Cause::ConsentRevoked, "")
        }),
        7_200
    ));
}

#[test]
fn what_ends_is_named_with_its_day_and_what_depends_on_it() {
    let many = ["a@example.com", "b@example.com"];
    insta::assert_snapshot!(
        [
            mail(ending(Credential::ClientSecret, &many, 40, 7), 0),
            mail(ending(Credential::ClientSecret, &many, 2, 1), 0),
            mail(ending(Credential::ClientSecret, &[], 0, 0), 0),
            mail(
                ending(Credential::RefreshToken, &["a@example.com"], 1, 14),
                0
            ),
        ]
        .join("=====\n")
    );
}

#[test]
fn what_is_strange_does_not_break_the_subject() {
    let mut strange = red(Cause::ConsentRevoked, "");
    strange.cause = Some("of_a_later_version".to_owned());
    strange.mailbox = "a\r\nBcc: x@example.com".to_owned();
    let event = Event {
        what: What::Red(strange),
        timestamp: at(0),
    };
    assert_eq!(
        subject(&event),
        "a  Bcc: x@example.com: red — of_a_later_version"
    );
}

#[test]
fn every_cause_has_a_short_phrase() {
    let phrases: Vec<String> = Cause::ALL
        .iter()
        .map(|cause| format!("{}: {}", cause.as_str(), cause.phrase()))
        .collect();
    insta::assert_snapshot!(phrases.join("\n"));
}
