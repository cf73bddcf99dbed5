//! The decision table: a condition, a message, and whether it holds, for every fact and every operator it takes.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;

use crate::compile::RuleSet;
use crate::rule::Rule;
use crate::rule::action::ActionName;
use crate::rule::case::CaseMessage;
use crate::rule::condition::Condition;
use crate::rule::fact::Fact;
use crate::rule::test::{MODIFIERS, Operator};
use crate::rule::texts::Texts;
use crate::shared::Shared;
use crate::{Case, Expect, check_cases};

/// A condition, a message for which it holds, and one for which it does not; in YAML.
const CONDITIONS: &str = include_str!("tables/conditions.txt");
/// A rule's actions, a message, and what is done with it or refused; in YAML.
const ACTIONS: &str = include_str!("tables/actions.txt");

/// The rows of a table, each with so many columns.
fn rows<const COLUMNS: usize>(table: &str) -> Vec<[&str; COLUMNS]> {
    let rows = table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    rows.map(|line| {
        let columns: Vec<&str> = line.split('|').map(str::trim).collect();
        columns
            .try_into()
            .unwrap_or_else(|_| panic!("not {COLUMNS} columns: {line}"))
    })
    .collect()
}

fn shared() -> Shared {
    let list = |members: &[&str]| members.iter().copied().collect::<Texts>();
    let lists = [
        ("people", list(&["anna@example.it", "@partner.example"])),
        ("words", list(&["preventivo", "offerta"])),
        ("owners", list(&["anna@example.it", "bob@example.it"])),
    ];
    Shared {
        lists: lists
            .map(|(name, members)| (name.to_owned(), members))
            .into(),
        ..Shared::default()
    }
}

fn condition(yaml: &str) -> Condition {
    serde_saphyr::from_str(yaml).unwrap_or_else(|error| panic!("{yaml}: {error}"))
}

fn message(yaml: &str) -> CaseMessage {
    serde_saphyr::from_str(yaml).unwrap_or_else(|error| panic!("{yaml}: {error}"))
}

#[test]
fn every_condition_holds_where_it_should_and_nowhere_else() {
    for [when, holds, fails] in rows(CONDITIONS) {
        let case = |yaml: &str, matches: bool| Case {
            name: yaml.to_owned(),
            message: message(yaml),
            expect: Expect {
                matches,
                ..serde_json::from_str(r#"{"matches": true}"#).unwrap()
            },
        };
        let mut cases = Vec::new();
        if !holds.is_empty() {
            cases.push(case(holds, true));
        }
        if !fails.is_empty() {
            cases.push(case(fails, false));
        }
        let rule = Rule {
            when: condition(when),
            stop: true,
            cases,
            ..Rule::named(when)
        };
        assert_eq!(check_cases(&[rule], &shared()), [], "{when}");
    }
}

/// The fact and the operators and modifiers of each row that compares one.
fn compared() -> BTreeSet<(String, String)> {
    let mut compared = BTreeSet::new();
    for [when, ..] in rows::<3>(CONDITIONS) {
        let Condition::Test(test) = condition(when) else {
            continue;
        };
        let fact = match &test.fact {
            Fact::Header(_) => "header".to_owned(),
            Fact::FormField(_) => "form field".to_owned(),
            fact => fact.to_string(),
        };
        let mut add = |name: &str| compared.insert((fact.clone(), name.to_owned()));
        for operator in &test.operators {
            add(operator.name());
        }
        let given = [test.exact, test.subdomains, test.zone.is_some()];
        for (name, given) in MODIFIERS.iter().zip(given) {
            if given {
                add(name);
            }
        }
    }
    compared
}

#[test]
fn every_fact_and_every_operator_of_its_kind_has_a_row() {
    let compared = compared();
    let facts: BTreeSet<&str> = compared.iter().map(|(fact, _)| fact.as_str()).collect();
    for name in Fact::names().chain(["header", "form field"]) {
        assert!(facts.contains(name), "no row for {name}");
    }
    // Facts of one kind share their operators; one of each stands for all.
    for name in [
        "from",
        "subject",
        "language",
        "spam.score",
        "date",
        "reply",
        "weekday",
        "hour",
        "size",
        "spam",
    ] {
        for operator in Fact::parse(name).unwrap().operators() {
            let row = (name.to_owned(), (*operator).to_owned());
            assert!(compared.contains(&row), "no row for {name} {operator}");
        }
    }
    // Words differ from fact to fact, so each has a row for each operator.
    for name in Fact::names() {
        let fact = Fact::parse(name).unwrap();
        if matches!(fact.kind(), crate::FactKind::Words(_)) {
            for operator in fact.operators() {
                let row = (name.to_owned(), (*operator).to_owned());
                assert!(compared.contains(&row), "no row for {name} {operator}");
            }
        }
    }
}

#[test]
fn every_action_is_done_or_refused_as_it_should_be() {
    let mut asked = BTreeSet::new();
    for [then, said, done, skipped] in rows(ACTIONS) {
        let yaml = format!(
            "{{name: R, then: {then}, cases: [{{name: c, message: {}, expect: {{matches: true, actions: {done}, skipped: {skipped}}}}}]}}",
            if said.starts_with('{') {
                said.to_owned()
            } else {
                format!("{{{said}}}")
            }
        );
        let rule: Rule =
            serde_saphyr::from_str(&yaml).unwrap_or_else(|error| panic!("{yaml}: {error}"));
        asked.extend(rule.then.iter().map(|action| action.name().as_str()));
        assert_eq!(check_cases(&[rule], &shared()), [], "{then} on {said}");
    }
    let all: BTreeSet<&str> = ActionName::ALL.map(ActionName::as_str).into();
    assert_eq!(asked, all, "each action has a row");
}

#[test]
fn an_operator_that_is_not_in_the_table_is_not_in_the_language() {
    let compared = compared();
    let used: BTreeSet<&str> = compared
        .iter()
        .map(|(_, operator)| operator.as_str())
        .collect();
    let known: BTreeSet<&str> = crate::rule::test::OPERATORS
        .iter()
        .chain(MODIFIERS)
        .copied()
        .collect();
    assert_eq!(used, known);
}

#[test]
fn a_list_that_nobody_looks_in_is_allowed_and_an_unknown_one_is_not() {
    let rule = |when: &str| Rule {
        when: condition(when),
        stop: true,
        ..Rule::named("R")
    };
    assert!(RuleSet::compile(&[], &shared()).is_ok());
    let told = |when: &str, shared: &Shared| -> String {
        RuleSet::compile(&[rule(when)], shared).unwrap_err()[0].to_string()
    };
    assert_eq!(
        told("from: {in: {list: [people, peopel]}}", &shared()),
        "rule `R`, when.from.in.list[1]: unknown list `peopel`; did you mean `people`?"
    );
    assert_eq!(
        told("from: {domain: {list: people}}", &Shared::default()),
        "rule `R`, when.from.domain.list: unknown list `people`; write its members under `lists`"
    );
    assert!(
        told("subject: {in: {list: words}, exact: true}", &shared())
            .contains("`exact` does not go with a shared list")
    );
    assert!(matches!(
        rule("from: {in: {list: people}}").when,
        Condition::Test(test) if matches!(test.operators[0], Operator::InList(_))
    ));
}
