#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;

use super::{WrittenCase, write_case};
use crate::arbitrary;
use crate::cases::check_cases;
use crate::facts::{Address, Evidence, Facts, Header, Kind, RecordKind, RecordRef, Role};
use crate::rule::Rule;
use crate::shared::Shared;
use crate::{Candidate, Conversation};

fn rule(yaml: &str) -> Rule {
    serde_saphyr::from_str(yaml).unwrap_or_else(|error| panic!("{yaml}: {error}"))
}

fn letter() -> Facts {
    let mut facts = Facts::default();
    facts.message.from = vec![Address {
        email: "anna@example.it".to_owned(),
        name: "Anna Rossi".to_owned(),
    }];
    facts.message.subject = "Chairs".to_owned();
    facts.message.new_text = format!("We need a quote for chairs. {}", "Many words. ".repeat(100));
    facts.message.text = format!("{}\n> What was written before", facts.message.new_text);
    facts.message.headers = ["X-Shop", "X-Other"]
        .map(|name| Header {
            name: name.to_owned(),
            value: "yes".to_owned(),
        })
        .into();
    facts
}

fn yaml(written: &WrittenCase) -> String {
    serde_saphyr::to_string(&written.case).unwrap()
}

#[test]
fn a_case_has_no_more_of_the_text_than_the_rule_needs() {
    let by_subject = rule("{name: R, when: {subject: {contains: chairs}}, then: [create_lead]}");
    let written = write_case(&by_subject, "chairs", &letter(), &Shared::default()).unwrap();
    assert!(written.same);
    assert_eq!(written.case.message.text, "");
    insta::assert_snapshot!(yaml(&written));

    let by_text = rule("{name: R, when: {text: {contains: quote}}, then: [create_lead]}");
    let written = write_case(&by_text, "chairs", &letter(), &Shared::default()).unwrap();
    assert!(written.same);
    assert_eq!(written.case.message.text.chars().count(), 300);
}

#[test]
fn what_a_case_can_not_say_is_told() {
    let quoted = rule("{name: R, when: {text: {contains: written before}}, then: [link]}");
    let written = write_case(&quoted, "quoted", &letter(), &Shared::default()).unwrap();
    assert!(!written.same);
    assert!(!written.case.expect.matches);
}

#[test]
fn headers_that_the_rule_asks_for_and_known_records_are_told() {
    let asking = rule("{name: R, when: {header.x-shop: {is: 'yes'}}, then: [link]}");
    let mut facts = letter();
    facts.message.kind = Kind::Bulk;
    facts.message.conversation = Conversation::Reply;
    facts.sender.free_mail = true;
    facts.candidates = vec![Candidate {
        record: RecordRef {
            kind: RecordKind::Lead,
            id: 7,
        },
        name: "Anna".to_owned(),
        evidence: vec![Evidence::Address {
            email: "anna@example.it".to_owned(),
            role: Role::From,
            field: "email".to_owned(),
        }],
        doubt: None,
    }];
    let written = write_case(&asking, "shop", &facts, &Shared::default()).unwrap();
    assert!(written.same);
    insta::assert_snapshot!(yaml(&written));
}

proptest! {
    #[test]
    fn a_case_that_was_written_passes_and_can_be_read(
        when in arbitrary::condition(),
        then in arbitrary::then(),
        facts in arbitrary::facts(),
    ) {
        let mut rule = Rule {
            when,
            then,
            ..Rule::named("R")
        };
        if let Ok(written) = write_case(&rule, "met", &facts, &arbitrary::shared()) {
            let yaml = serde_saphyr::to_string(&written.case).unwrap();
            let read: crate::Case = serde_saphyr::from_str(&yaml).unwrap_or_else(|error| panic!("{yaml}: {error}"));
            prop_assert_eq!(&read, &written.case);
            rule.cases.push(read);
            prop_assert_eq!(check_cases(&[rule], &arbitrary::shared()), []);
        }
    }
}
