//! What holds of every rule set and every message.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use proptest::prelude::*;

use crate::arbitrary;
use crate::compile::RuleSet;
use crate::facts::Facts;
use crate::rule::Rule;
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

proptest! {
    #[test]
    fn deciding_never_panics_and_says_the_same_twice(
        conditions in prop::collection::vec(arbitrary::condition(), 1..5),
        facts in arbitrary::facts(),
    ) {
        let then: Vec<_> = serde_saphyr::from_str("[link, create_lead: {title: '{{ subject }} {{ sender.last_name }}', owner: {of: contact, round_robin: [a@b.c], otherwise: '{{ sender.email }}'}}, {tag: x}, create_organization, create_contact, {assign: {of: contact, least_busy: [a@b.c]}}, {status: done}, {auto_reply: {text: '{{ subject }} {{ text }}'}}, {forward: a@b.c}, {notify: {to: owner, text: '{{ new_text }}'}}]").unwrap();
        let rules: Vec<Rule> = conditions
            .into_iter()
            .enumerate()
            .map(|(index, when)| Rule { when, then: then.clone(), ..Rule::named(format!("R{index}")) })
            .collect();
        let set = RuleSet::compile(&rules, &arbitrary::shared()).unwrap();
        let decision = set.decide(&facts).unwrap();
        prop_assert_eq!(decision.rules.len(), rules.len());
        prop_assert!(decision.rules.iter().all(|tried| !tried.because.is_empty()));
        prop_assert_eq!(set.decide(&facts).unwrap(), decision);
    }

    #[test]
    fn of_a_held_message_nothing_else_is_done(
        when in arbitrary::condition(),
        facts in arbitrary::facts(),
    ) {
        let then = |yaml: &str| -> Vec<crate::ActionSpec> { serde_saphyr::from_str(yaml).unwrap() };
        let rules = [
            Rule { then: then("[link, create_lead, create_ticket, {tag: x}, {forward: a@b.c}]"), ..Rule::named("First") },
            Rule { when, then: then("[hold]"), ..Rule::named("Hold") },
            Rule { then: then("[link, {assign: a@b.c}, {auto_reply: {text: x}}]"), ..Rule::named("Last") },
        ];
        let set = RuleSet::compile(&rules, &arbitrary::shared()).unwrap();
        let decision = set.decide(&facts).unwrap();
        prop_assert_eq!(decision.held().is_some(), decision.rules.iter().any(|tried| tried.rule == "Hold" && tried.matched));
        let done = decision.actions.iter().filter(|planned| planned.outcome == crate::Outcome::Do);
        prop_assert!(decision.held().is_none() || done.count() == 1);
        let mut released = facts;
        released.place.released = true;
        prop_assert!(set.decide(&released).unwrap().held().is_none());
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
                then: vec![crate::ActionSpec::Tag(vec!["x".to_owned()])],
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
    fn a_rule_that_can_t_match_changes_nothing(condition in arbitrary::condition(), facts in arbitrary::facts()) {
        let rule = Rule { when: condition, then: vec![crate::ActionSpec::Tag(vec!["x".to_owned()])], ..Rule::named("R") };
        let never = Rule { when: Condition::Not(Box::new(Condition::Always)), stop: true, ..Rule::named("Never") };
        let alone = RuleSet::compile(std::slice::from_ref(&rule), &arbitrary::shared()).unwrap().decide(&facts).unwrap();
        let both = RuleSet::compile(&[never, rule], &arbitrary::shared()).unwrap().decide(&facts).unwrap();
        prop_assert_eq!(both.actions, alone.actions);
        prop_assert_eq!(&both.rules[1..], &alone.rules[..]);
    }
}
