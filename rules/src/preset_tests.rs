#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use super::{PRESET_PREFIX, Preset, YETIFORCE, preset_rules};
use crate::compile::RuleSet;
use crate::facts::{Address, Facts};
use crate::rule::Rule;
use crate::shared::Shared;
use crate::{Action, Decision, check_cases};

fn written() -> Vec<Rule> {
    serde_saphyr::from_str(YETIFORCE).unwrap()
}

/// What presets, behind these rules of an admin, make of mail from a stranger to the scanner `info`.
fn decided(rules: &[Rule], presets: &[Preset], scanner: &str) -> Decision {
    let mut rules = rules.to_vec();
    rules.extend(preset_rules(presets, scanner, Some("maria@ours.example")).unwrap());
    let set = RuleSet::compile(&rules, &Shared::default()).unwrap();
    let mut facts = Facts::default();
    facts.place.scanner = "info".to_owned();
    facts.message.from = vec![Address {
        email: "anna@rossi.example".to_owned(),
        name: String::new(),
    }];
    set.decide(&facts).unwrap()
}

#[test]
fn the_rules_compile_and_their_cases_hold() {
    let rules = written();
    RuleSet::compile(&rules, &Shared::default()).unwrap();
    assert_eq!(check_cases(&rules, &Shared::default()), Vec::new());
}

#[test]
fn there_is_a_rule_for_each_but_the_one_that_needs_none() {
    let named: Vec<String> = written().into_iter().map(|rule| rule.name).collect();
    let wanted: Vec<String> = Preset::ALL
        .iter()
        .filter(|preset| **preset != Preset::CreateEmail)
        .map(|preset| format!("{PRESET_PREFIX}{}", preset.as_str()))
        .collect();
    assert_eq!(named, wanted);
    for preset in Preset::ALL {
        assert_eq!(Preset::named(preset.as_str()), Some(preset));
        assert_eq!(
            serde_json::to_value(preset).unwrap(),
            serde_json::Value::from(preset.as_str())
        );
    }
}

#[test]
fn only_what_is_ticked_is_tried_and_in_the_order_of_yetiforce() {
    let ticked = |presets: &[Preset]| -> Vec<String> {
        let decision = decided(&[], presets, "info");
        decision.rules.into_iter().map(|tried| tried.rule).collect()
    };
    assert!(ticked(&[]).is_empty());
    assert!(ticked(&[Preset::CreateEmail]).is_empty());
    assert_eq!(
        ticked(&[Preset::CreateTicket, Preset::Bind]),
        ["preset: bind", "preset: create_ticket"]
    );
}

#[test]
fn it_is_for_its_own_scanner_alone() {
    assert!(decided(&[], &Preset::ALL, "sales").rules.is_empty());
}

#[test]
fn a_ticket_is_the_mailbox_owner_s() {
    let decision = decided(&[], &[Preset::CreateTicket], "info");
    let Action::CreateTicket(ticket) = &decision.actions[0].action else {
        panic!("{decision:?}");
    };
    assert_eq!(ticket.owner, "maria@ours.example");
}

#[test]
fn a_rule_of_one_s_own_comes_first_and_may_stop() {
    let stops = Rule {
        stop: true,
        ..Rule::named("Mine")
    };
    let decision = decided(&[stops], &Preset::ALL, "info");
    let tried: Vec<&str> = decision
        .rules
        .iter()
        .map(|tried| tried.rule.as_str())
        .collect();
    assert_eq!(tried, ["Mine"]);
}
