//! The ready-made packs: each alone by its cases, and all of them in their order, so that none takes another's mail.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{check_cases, message, name};
use crate::compile::RuleSet;
use crate::decision::{Decision, Outcome};
use crate::rule::Rule;
use crate::rule::case::CaseMessage;
use crate::shared::Shared;

/// A message of each sort, the rule that has the last word on it among all packs, and what is done with it; in YAML.
const WAYS: &str = include_str!("../tables/packs.txt");

/// The packs in their order, that of their file names.
fn packs() -> BTreeMap<String, Vec<Rule>> {
    let library = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("library");
    std::fs::read_dir(library)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            let rules =
                serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            (name, rules)
        })
        .collect()
}

fn all() -> (Vec<Rule>, RuleSet) {
    let rules: Vec<Rule> = packs().into_values().flatten().collect();
    let set = RuleSet::compile(&rules, &Shared::default())
        .unwrap_or_else(|problems| panic!("{problems:#?}"));
    (rules, set)
}

fn decide(set: &RuleSet, message: &CaseMessage) -> Decision {
    set.decide(&message::facts(message).unwrap()).unwrap()
}

#[test]
fn the_packs_compile_and_their_cases_hold() {
    let packs = packs();
    assert!(packs.len() >= 8);
    for (file, pack) in &packs {
        if let Err(problems) = RuleSet::compile(pack, &Shared::default()) {
            panic!("{file}: {problems:#?}");
        }
        assert_eq!(check_cases(pack, &Shared::default()), Vec::new(), "{file}");
        for rule in pack {
            let expected: Vec<bool> = rule.cases.iter().map(|case| case.expect.matches).collect();
            assert!(
                expected.contains(&true) && expected.contains(&false),
                "{} needs a case each way",
                rule.name
            );
        }
    }
}

#[test]
fn one_below_the_other_they_are_one_set() {
    let files = packs();
    let library = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("library");
    let joined: String = files
        .keys()
        .map(|name| std::fs::read_to_string(library.join(name)).unwrap())
        .collect();
    let joined: Vec<Rule> = serde_saphyr::from_str(&joined).unwrap();
    assert_eq!(joined, files.into_values().flatten().collect::<Vec<_>>());
    let (_, set) = all();
    assert_eq!(set.rules.len(), joined.len());
}

#[test]
fn the_message_of_a_case_is_that_rule_s_among_all_packs_too() {
    let (rules, set) = all();
    for rule in &rules {
        for case in rule.cases.iter().filter(|case| case.expect.matches) {
            let decision = decide(&set, &case.message);
            let matched: Vec<&str> = decision
                .rules
                .iter()
                .filter(|tried| tried.matched)
                .map(|tried| tried.rule.as_str())
                .collect();
            // What a ticket is answered with is that pack's, wherever it was written to.
            let answers_ticket = case.name == "it belongs to one already";
            let elsewhere = answers_ticket || case.name == "out of office";
            assert!(
                matched.contains(&rule.name.as_str()) || elsewhere,
                "{}, {}: taken by {matched:?}",
                rule.name,
                case.name
            );
        }
    }
}

#[test]
fn mail_of_each_sort_goes_where_its_own_pack_says() {
    let (_, set) = all();
    for line in WAYS
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let columns: Vec<&str> = line.split('|').map(str::trim).collect();
        let [rule, actions, message] = columns[..] else {
            panic!("not three columns: {line}");
        };
        let message: CaseMessage =
            serde_saphyr::from_str(message).unwrap_or_else(|error| panic!("{message}: {error}"));
        let decision = decide(&set, &message);
        let last = decision.rules.iter().rfind(|tried| tried.matched);
        let done: Vec<&str> = decision
            .actions
            .iter()
            .filter(|planned| planned.outcome == Outcome::Do)
            .map(|planned| name(&planned.action).as_str())
            .collect();
        assert_eq!(
            (
                last.map_or("-", |tried| &tried.rule),
                done.join(", ").as_str()
            ),
            (rule, actions),
            "{line}"
        );
    }
}
