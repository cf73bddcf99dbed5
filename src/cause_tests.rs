#![allow(clippy::unwrap_used)]

use std::collections::HashSet;
use std::fmt::Write as _;

use super::{Cause, Red, Who, provider_words};

#[test]
fn every_cause_has_a_code_somebody_who_must_act_what_to_do_and_a_button() {
    let mut text = String::new();
    for cause in Cause::ALL {
        let (code, who, button) = (cause.as_str(), cause.who(), cause.button());
        let remedy = cause.remedy();
        assert!(
            remedy.starts_with(char::is_uppercase) && remedy.ends_with('.'),
            "{code}: {remedy}"
        );
        // The code in the database is the one in JSON, and leads back.
        assert_eq!(serde_json::to_value(cause).unwrap(), code);
        assert_eq!(serde_json::to_value(who).unwrap(), who.as_str());
        assert_eq!(serde_json::to_value(button).unwrap(), button.as_str());
        assert_eq!(Cause::from_code(code), Some(cause));
        let probe = cause
            .probe_after()
            .map_or("not probed".to_owned(), |after| {
                format!("probed after {} h", after.num_hours())
            });
        writeln!(
            text,
            "{code} ({}, {}, {probe}): {remedy}",
            who.as_str(),
            button.as_str()
        )
        .unwrap();
    }
    insta::assert_snapshot!(text);
    let codes: HashSet<_> = Cause::ALL.map(Cause::as_str).into_iter().collect();
    assert_eq!(codes.len(), Cause::ALL.len());
    assert_eq!(Cause::from_code("of_a_later_version"), None);
}

#[test]
fn a_remedy_names_the_mailbox_it_is_for() {
    let red = Red::of(Cause::ConsentRevoked, "\"Token has been revoked.\"");
    assert_eq!(red.who, Who::MailboxOwner);
    let said = red.for_mailbox("sales@example.com").to_string();
    assert!(said.starts_with("\"Token has been revoked.\" The permission"));
    assert!(said.contains("`mailroom authorize sales@example.com`"));
    assert!(!said.contains("ADDRESS"));
}

#[test]
fn before_anything_was_granted_what_an_admin_mends_ends_in_a_sign_in() {
    for cause in Cause::ALL {
        let red = Red::of(cause, "It said so.").before_any_grant();
        let told = red.for_mailbox("sales@example.com").remedy;
        assert!(!told.contains("nobody has to sign in again"), "{told}");
        let mended = [
            Cause::ClientUnknown,
            Cause::ClientSecretWrong,
            Cause::ClientSecretExpired,
            Cause::TenantWrong,
        ];
        let then = "Then sign in again on the mailbox's page or with `mailroom authorize sales@example.com`.";
        assert_eq!(told.ends_with(then), mended.contains(&cause), "{told}");
    }
    // What is known better than by the cause has to end in the same words.
    let table = concat!(
        "oauth/snapshots/mailroom__oauth__signals__tests__",
        "every_answer_comes_to_its_cause_its_person_its_remedy_and_its_colour.snap"
    );
    let table = format!("{}/src/{table}", env!("CARGO_MANIFEST_DIR"));
    let table = std::fs::read_to_string(table).unwrap();
    let expired: Vec<_> = table
        .lines()
        .filter(|line| line.contains("client_secret_expired ("))
        .chain([Cause::ClientSecretExpired.remedy()])
        .collect();
    assert!(expired.len() > 1);
    for remedy in expired {
        assert!(
            remedy.ends_with("; nobody has to sign in again."),
            "{remedy}"
        );
    }
}

#[test]
fn a_providers_words_are_one_short_line_without_control_characters() {
    assert_eq!(
        provider_words(" AADSTS65001: no consent.\r\n\tTrace ID:\u{0}\u{1b}[31m 1\u{85}2 "),
        "AADSTS65001: no consent. Trace ID: [31m 1 2"
    );
    assert_eq!(provider_words(&"ü".repeat(400)), "ü".repeat(300));
    assert_eq!(provider_words("\n"), "");
}

#[test]
fn a_token_that_is_sent_back_is_not_shown() {
    assert_eq!(
        provider_words(
            "Bad token 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl-9', app \
             1234567890-abcdefghijklmnopqrstuvwxyz01234.apps.googleusercontent.com, https://crm.example/oauth/callback/google-main"
        ),
        "Bad token '…', app 1234567890-abcdefghijklmnopqrstuvwxyz01234.apps.googleusercontent.com, \
         https://crm.example/oauth/callback/google-main"
    );
}
