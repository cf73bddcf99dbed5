//! What holds of every rule set and every message.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use proptest::prelude::*;

use crate::arbitrary;
use crate::compile::RuleSet;
use crate::facts::Facts;
use crate::rule::Rule;
use crate::rule::action::{ActionName, ActionSpec};
use crate::rule::condition::Condition;

fn matched(when: Condition, facts: &Facts) -> bool {
    let rule = Rule {
        when,
        stop: true,
        ..Rule::named("R")
    };
    let set = RuleSet::compile(&[rule], &arbitrary::shared())
        .unwrap_or_else(|problems| panic!("{problems:#?}"));
    set.decide(facts).unwrap().rules[0].matched
}

/// Up to so many rules that compile.
fn rules(most: usize) -> impl Strategy<Value = Vec<Rule>> {
    let rule = (arbitrary::condition(), arbitrary::then(), any::<u8>());
    prop::collection::vec(rule, 1..most).prop_map(|rules| {
        let rules = rules.into_iter().enumerate();
        rules
            .map(|(number, (when, then, chance))| Rule {
                when,
                then,
                stop: chance < 30,
                ..Rule::named(format!("R{number}"))
            })
            .collect()
    })
}

fn compiled(rules: &[Rule]) -> RuleSet {
    RuleSet::compile(rules, &arbitrary::shared()).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

proptest! {
    #[test]
    fn deciding_never_panics_and_says_the_same_twice(rules in rules(5), facts in arbitrary::facts()) {
        let set = compiled(&rules);
        let decision = set.decide(&facts).unwrap();
        prop_assert!(decision.rules.iter().all(|tried| !tried.because.is_empty()));
        prop_assert_eq!(set.decide(&facts).unwrap(), decision.clone());
        // It is stored, and is the same when it is read.
        let stored = serde_json::to_string(&decision).unwrap();
        prop_assert_eq!(serde_json::from_str::<crate::Decision>(&stored).unwrap(), decision);
    }

    #[test]
    fn order_and_stop_hold_whatever_is_done(rules in rules(6), facts in arbitrary::facts()) {
        let decision = compiled(&rules).decide(&facts).unwrap();
        let mut asked = Vec::new();
        for rule in &rules {
            if !matched(rule.when.clone(), &facts) {
                continue;
            }
            let before_stop = rule.then.iter().take_while(|action| **action != ActionSpec::Stop);
            asked.extend(before_stop.map(|action| (rule.name.clone(), action.name())));
            if rule.stop || rule.then.contains(&ActionSpec::Stop) {
                break;
            }
        }
        let planned = decision.actions.iter();
        let planned: Vec<_> = planned.map(|one| (one.rule.clone(), crate::cases::name(&one.action))).collect();
        prop_assert_eq!(planned, asked);
    }

    #[test]
    fn of_a_held_message_nothing_else_is_done(
        first in arbitrary::then(),
        when in arbitrary::condition(),
        last in arbitrary::then(),
        facts in arbitrary::facts(),
    ) {
        let rules = [
            Rule { then: first, ..Rule::named("First") },
            Rule { when, then: vec![ActionSpec::Hold(None)], ..Rule::named("Hold") },
            Rule { then: last, ..Rule::named("Last") },
        ];
        let decision = compiled(&rules).decide(&facts).unwrap();
        let mut done = decision.actions.iter().filter(|planned| planned.outcome == crate::Outcome::Do);
        if decision.held().is_some() {
            prop_assert!(done.all(|planned| matches!(planned.action, crate::Action::Hold(_))));
        } else {
            prop_assert!(!done.any(|planned| matches!(planned.action, crate::Action::Hold(_))));
        }
        let mut released = facts;
        released.place.released = true;
        prop_assert!(compiled(&rules).decide(&released).unwrap().held().is_none());
    }

    #[test]
    fn of_each_sort_one_is_made_and_one_says_of_the_message(rules in rules(6), facts in arbitrary::facts()) {
        let decision = compiled(&rules).decide(&facts).unwrap();
        let done = decision.actions.iter().filter(|planned| planned.outcome == crate::Outcome::Do);
        let names: Vec<_> = done.map(|planned| crate::cases::name(&planned.action)).collect();
        for single in [
            ActionName::CreateLead, ActionName::CreateTicket, ActionName::CreateOrganization, ActionName::CreateContact,
            ActionName::Assign, ActionName::Status, ActionName::Priority, ActionName::AutoReply, ActionName::Hold,
            ActionName::Ignore, ActionName::Move,
        ] {
            prop_assert!(names.iter().filter(|name| **name == single).count() <= 1, "{:?}", single);
        }
        let at = |wanted| names.iter().position(|name| *name == wanted);
        prop_assert!(at(ActionName::CreateLead).is_none() || at(ActionName::CreateContact).is_none());
        if let Some(ignored) = at(ActionName::Ignore) {
            // What is ignored is only marked from then on.
            let marks = [ActionName::Tag, ActionName::Flag, ActionName::Unflag, ActionName::Move, ActionName::Hold];
            prop_assert!(names[ignored + 1..].iter().all(|name| marks.contains(name)), "{:?}", names);
        }
    }

    #[test]
    fn a_rule_is_the_same_when_it_was_written_and_read(rules in rules(2)) {
        let yaml = serde_saphyr::to_string(&rules).unwrap();
        let read: Vec<Rule> = serde_saphyr::from_str(&yaml).unwrap_or_else(|error| panic!("{yaml}: {error}"));
        prop_assert_eq!(&read, &rules);
        let json = serde_json::to_string(&rules).unwrap();
        prop_assert_eq!(serde_json::from_str::<Vec<Rule>>(&json).unwrap(), rules);
    }

    #[test]
    fn rules_passed_over_by_the_index_would_not_have_matched(
        conditions in prop::collection::vec((arbitrary::condition(), 0..20u8), 1..80),
        facts in arbitrary::facts(),
    ) {
        let rules: Vec<Rule> = conditions
            .into_iter()
            .enumerate()
            .map(|(index, (when, chance))| Rule {
                when,
                stop: chance == 0,
                scanners: match chance {
                    1 => vec!["Elsewhere".to_owned()],
                    2 => vec![String::new()],
                    _ => Vec::new(),
                },
                then: vec![ActionSpec::Tag(vec!["x".to_owned()])],
                ..Rule::named(format!("R{index}"))
            })
            .collect();
        let decision = RuleSet::compile(&rules, &arbitrary::shared()).unwrap().decide(&facts).unwrap();
        let (mut tried, mut expected) = (0, Vec::new());
        for rule in rules.iter().filter(|rule| rule.scanners != ["Elsewhere"]) {
            tried += 1;
            if matched(rule.when.clone(), &facts) {
                expected.push(rule.name.as_str());
                if rule.stop {
                    break;
                }
            }
        }
        let of_rules = decision.rules.iter().filter(|tried| tried.matched).map(|tried| tried.rule.as_str());
        prop_assert_eq!(of_rules.collect::<Vec<_>>(), expected.clone());
        let of_actions = decision.actions.iter().map(|planned| planned.rule.as_str());
        prop_assert_eq!(of_actions.collect::<Vec<_>>(), expected.clone());
        prop_assert_eq!(decision.rules.len() + decision.others, tried);
        prop_assert_eq!(decision.rules.len() - expected.len(), 20.min(tried - expected.len()));
    }

    #[test]
    fn not_not_is_nothing(condition in arbitrary::condition(), facts in arbitrary::facts()) {
        let not = |condition| Condition::Not(Box::new(condition));
        let plain = matched(condition.clone(), &facts);
        prop_assert_eq!(matched(not(condition.clone()), &facts), !plain);
        prop_assert_eq!(matched(not(not(condition)), &facts), plain);
    }

    #[test]
    fn all_and_any_keep_their_laws(
        one in arbitrary::condition(),
        other in arbitrary::condition(),
        facts in arbitrary::facts(),
    ) {
        let (a, b) = (matched(one.clone(), &facts), matched(other.clone(), &facts));
        let not = |condition: &Condition| Condition::Not(Box::new(condition.clone()));
        prop_assert_eq!(matched(Condition::All(vec![one.clone()]), &facts), a);
        prop_assert_eq!(matched(Condition::Any(vec![one.clone()]), &facts), a);
        prop_assert_eq!(matched(Condition::All(vec![one.clone(), other.clone()]), &facts), a && b);
        prop_assert_eq!(matched(Condition::Any(vec![one.clone(), other.clone()]), &facts), a || b);
        // De Morgan
        let neither = Condition::All(vec![not(&one), not(&other)]);
        prop_assert_eq!(matched(neither, &facts), !(a || b));
    }

    #[test]
    fn a_rule_that_can_t_match_changes_nothing(
        rules in rules(4),
        then in arbitrary::then(),
        place in 0..5usize,
        facts in arbitrary::facts(),
    ) {
        let never = Rule { when: Condition::Not(Box::new(Condition::Always)), then, stop: true, ..Rule::named("Never") };
        let mut more = rules.clone();
        more.insert(place.min(rules.len()), never);
        let without = compiled(&rules).decide(&facts).unwrap();
        let with = compiled(&more).decide(&facts).unwrap();
        prop_assert_eq!(&with.actions, &without.actions);
        let others = with.rules.into_iter().filter(|tried| tried.rule != "Never");
        prop_assert_eq!(others.collect::<Vec<_>>(), without.rules);
    }
}
