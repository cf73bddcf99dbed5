#![allow(clippy::unwrap_used)]

use crate::compile::RuleSet;
use crate::facts::{Address, Facts};
use crate::rule::Rule;
use crate::rule::condition::Condition;
use crate::rule::fact::{Fact, Party};
use crate::rule::test::{Operator, Test};
use crate::rule::texts::Texts;
use crate::shared::Shared;

fn rule(name: String, fact: Fact, operator: Operator) -> Rule {
    Rule {
        when: Condition::Test(Test::of(fact, vec![operator])),
        stop: true,
        ..Rule::named(name)
    }
}

/// The rule that stops, and how many were tried.
fn stopped(rules: &[Rule], facts: &Facts) -> (Option<String>, usize) {
    let set = RuleSet::compile(rules, &Shared::default()).unwrap();
    let decision = set.decide(facts).unwrap();
    let stopped = decision.rules.iter().find(|tried| tried.stopped);
    let tried = decision.rules.len() + decision.others;
    (stopped.map(|tried| tried.rule.clone()), tried)
}

#[test]
fn text_that_has_every_piece_everywhere_is_given_up_on_and_decided_all_the_same() {
    let pieces = || (1..=300).rev().map(|length| "a".repeat(length));
    let mut rules: Vec<Rule> = pieces()
        .map(|piece| format!("b{piece}"))
        .chain(pieces())
        .enumerate()
        .map(|(number, piece)| {
            let contains = Operator::Contains(Texts::from(piece.as_str()));
            rule(number.to_string(), Fact::Text, contains)
        })
        .collect();
    let mut facts = Facts::default();
    facts.message.text = "a".repeat(200_000);
    assert_eq!(stopped(&rules, &facts), (Some("300".to_owned()), 301));
    rules.truncate(300);
    assert_eq!(stopped(&rules, &facts), (None, 300));
}

#[test]
fn ten_thousand_receivers_at_one_domain_cost_no_more_than_their_number() {
    let rules: Vec<Rule> = (0..1_000)
        .map(|number| {
            let domain = if number == 999 {
                "b.example"
            } else {
                "a.example"
            };
            let is = Operator::Is(Texts::from(format!("nobody@{domain}").as_str()));
            let all = vec![
                Condition::Test(Test::of(
                    Fact::Address(Party::To),
                    vec![Operator::Domain(Texts::from(domain))],
                )),
                Condition::Not(Box::new(Condition::Test(Test::of(
                    Fact::Address(Party::To),
                    vec![is],
                )))),
                Condition::Test(Test::of(
                    Fact::Size,
                    vec![Operator::Above(crate::Amount(5))],
                )),
            ];
            Rule {
                when: Condition::All(all),
                stop: true,
                ..Rule::named(format!("{number}"))
            }
        })
        .collect();
    let mut facts = Facts::default();
    facts.message.to = (0..10_000)
        .map(|number| Address {
            email: format!("{number}@a.example"),
            name: String::new(),
        })
        .collect();
    assert_eq!(stopped(&rules, &facts), (None, 1_000));
    facts.message.size = 6;
    assert_eq!(stopped(&rules, &facts), (Some("0".to_owned()), 1));
}

#[test]
fn rules_of_other_scanners_are_neither_tried_nor_counted() {
    let rules: Vec<Rule> = (0..100)
        .map(|number| Rule {
            scanners: match number % 3 {
                0 => vec!["Sales".to_owned()],
                1 => vec!["Support".to_owned(), "Support".to_owned()],
                _ => Vec::new(),
            },
            ..rule(
                format!("{number}"),
                Fact::Subject,
                Operator::Contains(Texts::from(format!("n{number}.").as_str())),
            )
        })
        .collect();
    let mut facts = Facts::default();
    "Sales".clone_into(&mut facts.place.scanner);
    "n97. n98. n99.".clone_into(&mut facts.message.subject);
    assert_eq!(stopped(&rules, &facts), (Some("98".to_owned()), 66));
    "Support".clone_into(&mut facts.place.scanner);
    assert_eq!(stopped(&rules, &facts), (Some("97".to_owned()), 65));
    "Other".clone_into(&mut facts.place.scanner);
    assert_eq!(stopped(&rules, &facts), (Some("98".to_owned()), 33));
}
