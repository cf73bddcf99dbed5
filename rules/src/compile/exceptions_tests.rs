#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use crate::compile::RuleSet;
use crate::decision::{Action, Decision, Outcome};
use crate::facts::{Address, Direction, Facts};
use crate::rule::Rule;
use crate::rule::action::ActionSpec;
use crate::shared::{Exceptions, Shared};

fn shared() -> Shared {
    let texts = |entries: &[&str]| entries.iter().map(|&entry| entry.to_owned()).collect();
    Shared {
        exceptions: Exceptions {
            everywhere: texts(&["spam@example.com", "@Bücher.example", "list.example"]),
            scanners: [("Sales".to_owned(), texts(&["@example.org"]))].into(),
        },
        ..Shared::default()
    }
}

fn decide(from: &str, to: &[&str], direction: Direction, scanner: &str) -> Decision {
    let address = |email: &&str| Address {
        email: (*email).to_owned(),
        name: String::new(),
    };
    let mut facts = Facts::default();
    facts.message.from = vec![address(&from)];
    facts.message.to = to.iter().map(address).collect();
    facts.message.direction = direction;
    scanner.clone_into(&mut facts.place.scanner);
    let rule = Rule {
        then: vec![ActionSpec::CreateLead(Box::default())],
        ..Rule::named("R")
    };
    RuleSet::compile(&[rule], &shared())
        .unwrap()
        .decide(&facts)
        .unwrap()
}

fn entry(decision: &Decision) -> Option<(&str, Option<&str>)> {
    let exception = decision.exception.as_ref()?;
    Some((exception.entry.as_str(), exception.scanner.as_deref()))
}

#[test]
fn exceptions_are_met_by_address_or_domain_of_all_scanners_or_of_one() {
    use Direction::Received;
    for (from, scanner, met) in [
        (
            "spam@example.com",
            "Sales",
            Some(("spam@example.com", None)),
        ),
        (
            "SPAM@Example.com",
            "Support",
            Some(("spam@example.com", None)),
        ),
        ("anna@example.com", "Sales", None),
        (
            "anna@bücher.example",
            "Sales",
            Some(("@Bücher.example", None)),
        ),
        ("anna@list.example", "", Some(("list.example", None))),
        ("anna@sub.list.example", "", None),
        (
            "anna@example.org",
            "Sales",
            Some(("@example.org", Some("Sales"))),
        ),
        ("anna@example.org", "Support", None),
        ("", "Sales", None),
    ] {
        assert_eq!(entry(&decide(from, &[], Received, scanner)), met, "{from}");
    }
}

#[test]
fn of_sent_mail_all_receivers_count() {
    use Direction::{Internal, Sent};
    let met = |to: &[&str], way| entry(&decide("us@ours.example", to, way, "")).is_some();
    assert!(met(&["spam@example.com"], Sent));
    assert!(met(&["spam@example.com", "a@list.example"], Sent));
    assert!(!met(&["spam@example.com", "anna@example.it"], Sent));
    assert!(!met(&[], Sent));
    assert!(!met(&["spam@example.com"], Internal));
    let from = decide("spam@example.com", &["anna@example.it"], Sent, "");
    assert_eq!(from.exception, None);
}

#[test]
fn nothing_is_made_of_an_exception_and_no_rule_sees_it() {
    let decision = decide("anna@example.org", &[], Direction::Received, "Sales");
    assert!(decision.rules.is_empty());
    assert_eq!(decision.actions.len(), 1);
    assert_eq!(decision.actions[0].outcome, Outcome::Do);
    let reason = "`@example.org` is an exception of the scanner `Sales`".to_owned();
    assert_eq!(decision.actions[0].action, Action::Ignore(reason));
    let json = serde_json::to_string(&decision).unwrap();
    assert_eq!(serde_json::from_str::<Decision>(&json).unwrap(), decision);
}

#[test]
fn what_is_no_exception_is_told_with_its_place() {
    let mut shared = shared();
    shared.exceptions.everywhere.push("a b".to_owned());
    shared
        .exceptions
        .scanners
        .insert("Support".to_owned(), vec!["@".to_owned()]);
    let told: Vec<String> = RuleSet::compile(&[], &shared)
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(
        told[0].starts_with("exceptions[3]: `a b` is neither an address nor a domain"),
        "{told:#?}"
    );
    assert!(
        told[1].starts_with("scanners.Support.exceptions[0]: "),
        "{told:#?}"
    );
}
