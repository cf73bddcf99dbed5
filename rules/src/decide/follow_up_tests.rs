#![allow(clippy::unwrap_used, clippy::panic)]

use crate::compile::RuleSet;
use crate::decision::{Action, Outcome};
use crate::facts::{
    Address, Authorless, Candidate, Direction, Doubt, Evidence, Facts, Kind, RecordKind, RecordRef,
    Role, Verdict,
};
use crate::rule::Rule;
use crate::shared::Shared;

const EMAIL: &str = "anna@example.it";

fn lead(kind: RecordKind, id: i64, role: Role) -> Candidate {
    Candidate {
        record: RecordRef { kind, id },
        name: "Anna".to_owned(),
        evidence: vec![Evidence::Address {
            email: EMAIL.to_owned(),
            role,
            field: "email".to_owned(),
        }],
        doubt: None,
    }
}

fn facts() -> Facts {
    let mut facts = Facts::default();
    facts.message.from = vec![Address {
        email: EMAIL.to_owned(),
        name: "Anna".to_owned(),
    }];
    facts.candidates = vec![lead(RecordKind::Lead, 7, Role::From)];
    facts
}

/// The rules that link, and to what.
fn links(yaml: &str, facts: &Facts) -> Vec<(String, Vec<i64>)> {
    let rules: Vec<Rule> = serde_saphyr::from_str(yaml).unwrap_or_else(|error| panic!("{error}"));
    let set = RuleSet::compile(&rules, &Shared::default()).unwrap();
    let decision = set.decide(facts).unwrap();
    let links = decision.actions.into_iter().filter(|planned| {
        planned.outcome == Outcome::Do && matches!(planned.action, Action::Link(_))
    });
    links
        .map(|planned| {
            let ids = planned.records.iter().map(|record| record.id);
            (planned.rule, ids.collect())
        })
        .collect()
}

const ALONE: &str = "[{name: Leads, then: [create_lead]}]";

#[test]
fn what_a_lead_writes_next_goes_with_the_lead() {
    let by = |rule: &str| vec![(rule.to_owned(), vec![7])];
    assert_eq!(links(ALONE, &facts()), by("Leads"));
    // Once, by whichever rule links it.
    for (yaml, rule) in [
        (
            "[{name: Leads, then: [create_lead, create_lead]}, {name: More, then: [create_lead]}]",
            "Leads",
        ),
        (
            "[{name: Links, then: [link]}, {name: Leads, then: [create_lead]}]",
            "Links",
        ),
        (
            "[{name: Leads, then: [create_lead]}, {name: Links, then: [link]}]",
            "Links",
        ),
        (
            "[{name: Links, then: [{link: [contact]}]}, {name: Leads, then: [create_lead]}]",
            "Leads",
        ),
        (
            "[{name: Leads, then: [create_lead]}, {name: After, then: [{ignore: done}]}]",
            "Leads",
        ),
    ] {
        assert_eq!(links(yaml, &facts()), by(rule), "{yaml}");
    }
    for yaml in [
        "[{name: Before, then: [{ignore: spam}]}, {name: Leads, then: [create_lead]}]",
        "[{name: Leads, then: [create_lead]}, {name: After, then: [{hold: look}]}]",
        "[{name: Leads, when: {subject: {is: other}}, then: [create_lead]}]",
    ] {
        assert_eq!(links(yaml, &facts()), [], "{yaml}");
    }
}

type Change = fn(&mut Facts);

#[test]
fn what_stands_in_the_way_of_a_lead_stands_in_the_way_of_that() {
    let table: &[(&str, Change)] = &[
        ("nobody known", |facts| facts.candidates.clear()),
        ("a contact", |facts| {
            facts.candidates = vec![lead(RecordKind::Contact, 3, Role::From)];
        }),
        ("a contact, too", |facts| {
            facts
                .candidates
                .push(lead(RecordKind::Contact, 3, Role::From));
        }),
        ("a receiver", |facts| {
            facts.candidates = vec![lead(RecordKind::Lead, 7, Role::To)];
        }),
        ("two that share it", |facts| {
            facts.candidates.push(lead(RecordKind::Lead, 8, Role::From));
            for one in &mut facts.candidates {
                one.doubt = Some(Doubt::Tie);
            }
        }),
        ("forged", |facts| {
            facts.message.authentication.dmarc = Verdict::Fail;
        }),
        ("spam", |facts| facts.message.spam.is_spam = Some(true)),
        ("a newsletter", |facts| facts.message.kind = Kind::Bulk),
        ("an automatic answer", |facts| {
            facts.message.kind = Kind::AutoReply;
        }),
        ("sent by us", |facts| {
            facts.message.direction = Direction::Sent;
        }),
        ("a program", |facts| {
            facts.message.authorless = Some(Authorless::NotBelieved);
        }),
    ];
    for (what, change) in table {
        let mut facts = facts();
        change(&mut facts);
        assert_eq!(links(ALONE, &facts), [], "{what}");
    }
}

#[test]
fn an_answer_of_the_lead_goes_with_it_too() {
    let mut facts = facts();
    for one in &mut facts.candidates {
        one.evidence.push(Evidence::Thread {
            message_id: "a@example.com".to_owned(),
            stranger: false,
        });
    }
    assert_eq!(links(ALONE, &facts), [("Leads".to_owned(), vec![7])]);
}
