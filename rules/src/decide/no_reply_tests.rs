#![allow(clippy::unwrap_used)]

use super::why;
use crate::facts::{Address, Author, Direction, Facts, Form, Header, Kind, Role, Verdict};

fn from(email: &str) -> Facts {
    let mut facts = Facts::default();
    facts.message.from = vec![Address {
        email: email.to_owned(),
        name: String::new(),
    }];
    facts
}

fn with_header(name: &str, value: &str) -> Facts {
    let mut facts = from("anna@example.it");
    facts.message.headers = vec![Header {
        name: name.to_owned(),
        value: value.to_owned(),
    }];
    facts
}

#[test]
fn people_are_answered() {
    assert_eq!(why(&from("anna@example.it")), None);
    assert_eq!(why(&with_header("Auto-Submitted", "no")), None);
    assert_eq!(why(&with_header("Precedence", "first-class")), None);
    assert_eq!(why(&with_header("Return-Path", "<anna@example.it>")), None);
    assert_eq!(
        why(&with_header("X-Auto-Response-Suppress", "DR, RN")),
        None
    );

    let mut addressed = from("anna@example.it");
    addressed.place.mailbox = "info@ours.example".to_owned();
    addressed.message.cc = from("sales@OURS.example").message.from;
    addressed.message.reply_to = from("office@example.it").message.from;
    assert_eq!(why(&addressed), None, "an alias, and another address there");

    let mut form = with_header("Auto-Submitted", "auto-generated");
    form.message.kind = Kind::System;
    form.message.details.form = Some(Form::default());
    form.message.author = Some(Author {
        address: Address {
            email: "jan@example.pl".to_owned(),
            name: String::new(),
        },
        role: Role::Form,
    });
    assert_eq!(why(&form), None, "whoever filled the form in");
}

#[test]
fn machines_lists_and_the_forged_are_not() {
    for (name, value) in [
        ("Auto-Submitted", "auto-replied"),
        ("auto-submitted", "auto-generated; x=y"),
        ("Precedence", "Bulk"),
        ("Precedence", "list"),
        ("Precedence", "junk"),
        ("List-Id", "<news.example.it>"),
        ("List-Unsubscribe", "<mailto:x@example.it>"),
        ("X-Auto-Response-Suppress", "DR, OOF, AutoReply"),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Loop", "us"),
        ("Return-Path", "<>"),
    ] {
        assert!(why(&with_header(name, value)).is_some(), "{name}: {value}");
    }
    for email in [
        "MAILER-DAEMON@example.it",
        "noreply@example.it",
        "no-reply+17@example.it",
        "do-not-reply@example.it",
        "bounces+anna=ours.example@example.it",
        "owner-news@example.it",
        "news-request@example.it",
        "noreply-orders@example.it",
    ] {
        let told = why(&from(email)).unwrap();
        assert!(told.contains("nobody reads"), "{email}: {told}");
    }
    let mut cases = Vec::new();
    for kind in [
        Kind::Bulk,
        Kind::AutoReply,
        Kind::Bounce,
        Kind::System,
        Kind::Calendar,
    ] {
        let mut facts = from("anna@example.it");
        facts.message.kind = kind;
        cases.push(facts);
    }
    let mut ours = from("anna@example.it");
    ours.sender.colleague = true;
    let mut our_domain = from("anna@example.it");
    our_domain.sender.our_domain = true;
    let mut sent = from("anna@example.it");
    sent.message.direction = Direction::Sent;
    let mut spam = from("anna@example.it");
    spam.message.spam.is_spam = Some(true);
    let mut forged = from("anna@example.it");
    forged.message.authentication.dmarc = Verdict::Fail;
    let mut elsewhere = from("anna@example.it");
    elsewhere.message.reply_to = from("victim@example.com").message.from;
    let mut blind = from("anna@example.it");
    blind.place.mailbox = "info@ours.example".to_owned();
    blind.message.to = from("everybody@example.it").message.from;
    cases.extend([
        elsewhere,
        blind,
        ours,
        our_domain,
        sent,
        spam,
        forged,
        Facts::default(),
    ]);
    for facts in cases {
        assert!(why(&facts).is_some(), "{facts:?}");
    }
}
