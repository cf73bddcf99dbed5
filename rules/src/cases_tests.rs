#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::{BTreeMap, BTreeSet};

use super::{check_cases, run_cases};
use crate::compile::RuleSet;
use crate::rule::Rule;
use crate::rule::action::ActionName;
use crate::rule::condition::Condition;
use crate::rule::test::{MODIFIERS, OPERATORS};
use crate::rule::texts::Texts;
use crate::shared::{Exceptions, Shared};

fn rules(yaml: &str) -> Vec<Rule> {
    serde_saphyr::from_str(yaml).unwrap_or_else(|error| panic!("{error}"))
}

const RULE: &str = "
- name: Enquiries
  enabled: false
  scanners: [Sales]
  when: {subject: {contains: offer}}
  then:
    - create_lead: {company: '{{ sender.domain }}'}
    - link
  cases:
";

fn failures(case: &str) -> Vec<String> {
    let indented = case.replace('\n', "\n    ");
    let failures = check_cases(&rules(&format!("{RULE}    {indented}")), &Shared::default());
    failures.iter().map(ToString::to_string).collect()
}

#[test]
fn a_case_that_holds_says_nothing() {
    let case = "
- name: a stranger
  message: {from: Anna Rossi <Anna@Example.it>, subject: An offer, attachments: [list.pdf]}
  expect:
    matches: true
    actions: [create_lead]
    skipped: [link]
    lead: {first_name: Anna, last_name: Rossi, company: example.it, email: anna@example.it, title: An offer}
- name: another subject
  message: {from: anna@example.it, subject: Hello}
  expect: {matches: false, actions: []}
- name: a contact
  message: {from: anna@example.it, subject: offer, sender: contact}
  expect: {matches: true, actions: [link], skipped: [create_lead]}
- name: an answer
  message: {from: new@example.it, subject: 'Re: offer', answers: lead}
  expect: {matches: true, actions: [link], skipped: [create_lead]}";
    assert_eq!(failures(case), Vec::<String>::new());
}

#[test]
fn a_case_that_fails_says_what_came_instead() {
    for (message, expect, failure) in [
        (
            "{subject: Hello}",
            "{matches: true}",
            "expected to match, but it did not; this did not hold: subject contains \"offer\"",
        ),
        (
            "{subject: offer}",
            "{matches: false}",
            "expected not to match, but it matched: subject contains \"offer\" (found \"offer\")",
        ),
        (
            "{from: a@b.c, subject: offer, kind: bulk}",
            "{matches: true, actions: [create_lead]}",
            "expected to be done [create_lead], but it is []; create_lead was skipped: the kind of mail is bulk",
        ),
        (
            "{from: a@b.c, subject: offer}",
            "{matches: true, lead: {company: x}}",
            "expected the lead's company to be \"x\", but it is \"b.c\"",
        ),
        (
            "{from: a@b.c, subject: offer, kind: bounce}",
            "{matches: true, lead: {company: x}}",
            "expected a lead, but none is made",
        ),
        (
            "{from: nobody, subject: offer}",
            "{matches: true}",
            "`nobody` is no address",
        ),
    ] {
        let told = failures(&format!(
            "- {{name: c, message: {message}, expect: {expect}}}"
        ));
        assert!(
            told.len() == 1
                && told[0].starts_with("rule `Enquiries`, case `c`: ")
                && told[0].contains(failure),
            "{message}: {told:#?}"
        );
    }
}

#[test]
fn the_cases_of_a_rule_that_can_t_be_used_fail() {
    let broken = rules("[{name: R, then: [], cases: [{name: c, expect: {matches: true}}]}]");
    assert!(
        check_cases(&broken, &Shared::default())[0]
            .failure
            .contains("the rule can't be used: rule `R`, then")
    );
}

/// What an example of the manual may say: rules alone, or a part of a set-up file.
#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Example {
    lists: BTreeMap<String, Texts>,
    exceptions: Vec<String>,
    rules: Vec<Rule>,
}

fn examples() -> Vec<Example> {
    let manual = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/rules.md");
    let manual = std::fs::read_to_string(manual).unwrap();
    let examples = manual.split("```yaml\n").skip(1);
    examples
        .filter_map(|rest| rest.split("```").next())
        .map(|example| {
            if example.starts_with("- name") {
                return Example {
                    rules: rules(example),
                    ..Example::default()
                };
            }
            serde_saphyr::from_str(example).unwrap_or_else(|error| panic!("{example}\n{error}"))
        })
        .collect()
}

#[test]
fn every_example_of_the_manual_compiles_and_its_cases_hold() {
    let examples = examples();
    assert!(examples.len() > 2);
    for example in examples {
        let shared = Shared {
            lists: example.lists,
            exceptions: Exceptions {
                everywhere: example.exceptions,
                ..Exceptions::default()
            },
        };
        if let Err(problems) = RuleSet::compile(&example.rules, &shared) {
            panic!("{problems:#?}");
        }
        assert_eq!(check_cases(&example.rules, &shared), Vec::new());
    }
}

/// The facts, operators and modifiers that a condition uses.
fn used(condition: &Condition, words: &mut BTreeSet<String>) {
    match condition {
        Condition::Always => {}
        Condition::All(members) | Condition::Any(members) => {
            for member in members {
                used(member, words);
            }
        }
        Condition::Not(member) => used(member, words),
        Condition::Test(test) => {
            words.insert(test.fact.to_string());
            words.extend(test.operators.iter().map(|one| one.name().to_owned()));
            let given = [test.exact, test.subdomains, test.zone.is_some()];
            let modifiers = MODIFIERS.iter().zip(given).filter(|(_, given)| *given);
            words.extend(modifiers.map(|(name, _)| (*name).to_owned()));
        }
    }
}

#[test]
fn the_manual_shows_an_example_of_every_fact_operator_and_action() {
    let mut words = BTreeSet::new();
    for example in examples() {
        for rule in example.rules {
            used(&rule.when, &mut words);
            let actions = rule.then.iter().map(|action| action.name().as_str());
            words.extend(actions.map(str::to_owned));
        }
    }
    let actions = ActionName::ALL.map(ActionName::as_str);
    let all = crate::Fact::names()
        .chain(OPERATORS.iter().chain(MODIFIERS).copied())
        .chain(actions)
        .chain(["header.X-Shop", "form.Company"]);
    let missing: Vec<&str> = all.filter(|word| !words.contains(*word)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn the_manual_names_every_fact_and_operator() {
    let manual = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/rules.md");
    let manual = std::fs::read_to_string(manual).unwrap();
    for fact in crate::Fact::names() {
        assert!(manual.contains(&format!("`{fact}`")), "{fact}");
    }
    for operator in OPERATORS {
        assert!(manual.contains(&format!("`{operator}`")), "{operator}");
    }
}

#[test]
fn each_case_tells_what_was_expected_and_what_came() {
    let rules = rules(
        "- {name: R, when: {subject: {contains: offer}}, then: [{tag: [x]}], cases: [
            {name: good, message: {subject: offer}, expect: {matches: true, actions: [tag]}},
            {name: bad, message: {subject: other}, expect: {matches: true}},
            {name: broken, message: {from: nobody}, expect: {matches: true}}]}",
    );
    let results = run_cases(&rules, &Shared::default());
    let told: Vec<_> = results
        .iter()
        .map(|result| {
            let came = result
                .came
                .as_ref()
                .map(|came| (came.matches, came.actions.clone()));
            (result.case.as_str(), came, result.failure.is_some())
        })
        .collect();
    let tagged = (true, Some(vec![ActionName::Tag]));
    assert_eq!(
        told,
        [
            ("good", Some(tagged), false),
            ("bad", Some((false, Some(Vec::new()))), true),
            ("broken", None, true),
        ]
    );
}

#[test]
fn a_large_list_is_indexed_once_for_all_cases() {
    let members: Texts = (0..50_000)
        .map(|number| format!("a{number}@example.com"))
        .collect();
    let shared = Shared {
        lists: [("many".to_owned(), members)].into(),
        ..Shared::default()
    };
    let rules: Vec<String> = (0..400)
        .map(|number| {
            format!(
                "- {{name: R{number}, when: {{sender.email: {{in: {{list: many}}}}}}, then: [link],
                    cases: [{{name: c, message: {{from: a7@example.com}}, expect: {{matches: true}}}}]}}\n"
            )
        })
        .collect();
    // Twenty million members would not be done in a test's time.
    assert_eq!(check_cases(&self::rules(&rules.concat()), &shared), []);
}
