#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;

use super::{Shadowed, shadowed};
use crate::arbitrary;
use crate::compile::RuleSet;
use crate::rule::Rule;
use crate::rule::action::ActionSpec;
use crate::rule::condition::Condition;

fn rule(yaml: &str) -> Rule {
    serde_saphyr::from_str(yaml).unwrap_or_else(|error| panic!("{yaml}: {error}"))
}

fn found(rules: &[&str]) -> Vec<(String, String)> {
    let rules: Vec<Rule> = rules.iter().map(|yaml| rule(yaml)).collect();
    shadowed(&rules)
        .into_iter()
        .map(|Shadowed { rule, by, .. }| (rule, by))
        .collect()
}

#[test]
fn a_rule_whose_condition_follows_from_that_of_one_that_stops_is_shadowed() {
    for (earlier, later) in [
        ("", "when: {subject: {contains: offer}}"),
        ("", ""),
        ("when: {kind: {is: bulk}}", "when: {kind: {is: bulk}}"),
        (
            "when: {subject: {contains: [offer, quote]}}",
            "when: {subject: {contains: offer}}",
        ),
        (
            "when: {sender.email: {is: [a@b.c, d@e.f]}}",
            "when: {sender.email: {in: [a@b.c]}}",
        ),
        ("when: {size: {above: 1MB}}", "when: {size: {above: 2MB}}"),
        (
            "when: {date: {before: 2026-05-02}}",
            "when: {date: {before: 2026-05-01}}",
        ),
        (
            "when: {subject: {contains: offer}}",
            "when: {all: [{kind: {is: bulk}}, {subject: {contains: offer}}]}",
        ),
        (
            "when: {any: [{kind: {is: bulk}}, {subject: {contains: offer}}]}",
            "when: {all: [{size: {above: 1MB}}, {subject: {contains: offer}}]}",
        ),
        (
            "when: {not: {subject: {contains: offer}}}",
            "when: {not: {subject: {contains: [offer, quote]}}}",
        ),
        (
            "when: {sender.email: {in: {list: [partners, words]}}}",
            "when: {sender.email: {in: {list: partners}}}",
        ),
        ("scanners: [a, b]", "scanners: [b]"),
    ] {
        let (earlier, later) = (
            format!("name: E\nstop: true\n{earlier}"),
            format!("name: L\nthen: [link]\n{later}"),
        );
        assert_eq!(
            found(&[&earlier, &later]),
            [("L".to_owned(), "E".to_owned())],
            "{earlier}\n---\n{later}"
        );
    }
}

#[test]
fn a_rule_that_may_have_its_turn_is_not_called_shadowed() {
    for (earlier, later) in [
        ("then: [link]", ""),
        ("stop: true\nenabled: false", ""),
        ("stop: true\nscanners: [a]", ""),
        ("stop: true\nscanners: [a]", "scanners: [a, b]"),
        (
            "stop: true\nwhen: {subject: {contains: offer}}",
            "when: {text: {contains: offer}}",
        ),
        (
            "stop: true\nwhen: {subject: {contains: offer}}",
            "when: {subject: {contains: [offer, quote]}}",
        ),
        (
            "stop: true\nwhen: {subject: {contains: offer, exact: true}}",
            "when: {subject: {contains: offer}}",
        ),
        (
            "stop: true\nwhen: {not: {subject: {contains: [offer, quote]}}}",
            "when: {not: {subject: {contains: offer}}}",
        ),
        (
            "stop: true\nwhen: {all: [{kind: {is: bulk}}, {subject: {contains: offer}}]}",
            "when: {subject: {contains: offer}}",
        ),
        (
            "stop: true\nwhen: {size: {above: 2MB}}",
            "when: {size: {above: 1MB}}",
        ),
    ] {
        let (earlier, later) = (
            format!("name: E\n{earlier}"),
            format!("name: L\nthen: [link]\n{later}"),
        );
        assert_eq!(found(&[&earlier, &later]), [], "{earlier}\n---\n{later}");
    }
}

#[test]
fn the_action_stop_stops_too_and_who_never_has_a_turn_is_in_nobodys_way() {
    let rules = [
        "{name: A, then: [stop]}",
        "{name: B, stop: true, when: {kind: {is: bulk}}}",
        "{name: C, then: [link], when: {kind: {is: bulk}}}",
    ];
    let by_a = |name: &str| (name.to_owned(), "A".to_owned());
    assert_eq!(found(&rules), [by_a("B"), by_a("C")]);
}

#[test]
fn rules_that_nest_deeply_are_compared_in_bounded_work() {
    let mut when = Condition::Always;
    for level in 0..15 {
        let members = vec![when.clone(), when];
        when = if level % 2 == 0 {
            Condition::All(members)
        } else {
            Condition::Any(members)
        };
    }
    let not = Condition::Not(Box::new(when.clone()));
    let rules: Vec<Rule> = [when, not.clone(), not]
        .into_iter()
        .enumerate()
        .map(|(index, when)| Rule {
            when,
            stop: true,
            ..Rule::named(format!("R{index}"))
        })
        .collect();
    // That it ends is what is shown.
    assert!(shadowed(&rules).len() < rules.len());
}

/// A condition that holds wherever the first does, in many shapes; or any other.
fn near(of: Condition) -> BoxedStrategy<Condition> {
    let (alone, with, beside) = (of.clone(), of.clone(), of);
    prop_oneof![
        Just(Condition::Always),
        Just(alone),
        arbitrary::condition().prop_map(move |other| Condition::Any(vec![other, with.clone()])),
        arbitrary::condition().prop_map(move |other| Condition::All(vec![beside.clone(), other])),
        arbitrary::condition(),
    ]
    .boxed()
}

proptest! {
    #[test]
    fn who_is_called_shadowed_never_has_a_turn(
        conditions in arbitrary::condition().prop_flat_map(|condition| {
            let others = prop::collection::vec((near(condition.clone()), any::<bool>(), any::<bool>()), 1..6);
            (Just(condition), others)
        }),
        facts in arbitrary::facts(),
    ) {
        let (first, others) = conditions;
        let mut rules = vec![Rule { when: first, stop: true, ..Rule::named("R") }];
        rules.extend(others.into_iter().enumerate().map(|(index, (when, stop, here))| Rule {
            when,
            stop,
            then: vec![ActionSpec::Ignore(None)],
            scanners: if here { Vec::new() } else { vec![String::new()] },
            ..Rule::named(format!("R{index}"))
        }));
        for shift in 0..rules.len() {
            let mut rules = rules.clone();
            rules.rotate_left(shift);
            let shadows = shadowed(&rules);
            let set = RuleSet::compile(&rules, &arbitrary::shared()).unwrap();
            let decision = set.decide(&facts).unwrap();
            for shadow in shadows {
                let had_a_turn = decision.rules.iter().any(|tried| tried.rule == shadow.rule && tried.matched);
                prop_assert!(!had_a_turn, "{shadow:?}");
            }
        }
    }
}
