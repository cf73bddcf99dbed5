#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use super::{MAX_DEPTH, RuleSet};
use crate::facts::Facts;
use crate::rule::Rule;
use crate::rule::condition::Condition;
use crate::rule::fact::Fact;
use crate::rule::test::{Operator, Test};
use crate::rule::texts::Texts;
use crate::shared::Shared;

fn rule(yaml: &str) -> Rule {
    serde_saphyr::from_str(yaml).unwrap_or_else(|error| panic!("{yaml}: {error}"))
}

fn problems(rules: &[Rule]) -> Vec<String> {
    match RuleSet::compile(rules, &Shared::default()) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn a_set_is_shared_by_workers() {
    fn shared<T: Send + Sync>() {}
    shared::<RuleSet>();
}

#[test]
fn problems_tell_rule_place_and_cure() {
    for (yaml, problem) in [
        (
            "{name: '', then: [link]}",
            "rule `number 1`, name: the rule has no name",
        ),
        (
            "{name: R}",
            "rule `R`, then: the rule does nothing; write an action under `then`, or `stop: true`",
        ),
        (
            "{name: R, then: [stop, link]}",
            "rule `R`, then: nothing after `stop` is ever done",
        ),
        (
            "{name: R, then: [link], when: {all: []}}",
            "rule `R`, when.all: `all` has no conditions",
        ),
        (
            "{name: R, then: [link], when: {any: [{subject: {contains: []}}]}}",
            "rule `R`, when.any[0].subject.contains: the list is empty",
        ),
        (
            "{name: R, then: [link], when: {all: [{always: true}, {subject: {contains: [a, ' ']}}]}}",
            "rule `R`, when.all[1].subject.contains[1]: an empty text; to ask whether there is a value use `exists`",
        ),
        (
            "{name: R, then: [link], when: {not: {text: {regex: '(a'}}}}",
            "rule `R`, when.not.text.regex: the regular expression can't be read: unclosed group",
        ),
        (
            "{name: R, then: [link], when: {from: {contains: x, subdomains: true}}}",
            "rule `R`, when.from.subdomains: `subdomains` goes with `domain`",
        ),
        (
            "{name: R, then: [link], when: {from: {}}}",
            "rule `R`, when.from: needs an operator, for example `from: {domain: example.com}`",
        ),
        (
            "{name: R, then: [{tag: []}]}",
            "rule `R`, then[0].tag: the list of tags is empty",
        ),
        (
            "{name: R, then: [link, {tag: ' '}]}",
            "rule `R`, then[1].tag: a tag is empty",
        ),
        (
            "{name: R, then: [{create_lead: {kinds: []}}]}",
            "rule `R`, then[0].create_lead.kinds: no kind",
        ),
        (
            "{name: R, then: [{create_lead: {title: '{{ subjct }}'}}]}",
            "rule `R`, then[0].create_lead.title: the template can't be filled: undefined value; known are sender",
        ),
    ] {
        let told = problems(&[rule(yaml)]);
        assert!(
            told.len() == 1 && told[0].starts_with(problem),
            "{yaml}\n{told:#?}"
        );
    }
}

#[test]
fn all_problems_of_all_rules_come_at_once() {
    let told = problems(&[
        rule("{name: A, then: [{tag: []}], when: {text: {regex: ['(', ')']}}}"),
        rule("{name: A, then: [link]}"),
        rule("{name: C}"),
    ]);
    assert_eq!(told.len(), 4, "{told:#?}");
    assert!(
        told.iter()
            .any(|told| told.contains("another rule has this name"))
    );
}

#[test]
fn limits_hold() {
    let mut deep = Condition::Always;
    for _ in 0..=MAX_DEPTH {
        deep = Condition::Not(Box::new(deep));
    }
    let with = |when: Condition| Rule {
        when,
        stop: true,
        ..Rule::named("R")
    };
    assert!(problems(&[with(deep)])[0].contains("nested deeper than 16"));
    let wide = Condition::All(vec![Condition::Always; 1_000]);
    assert!(problems(&[with(wide)])[0].contains("1001 conditions, 1000 is the most"));
    let list = |operator: fn(Texts) -> Operator, count: usize, text: &str| {
        let texts = Texts(vec![text.to_owned(); count]);
        with(Condition::Test(Test::of(
            Fact::Subject,
            vec![operator(texts)],
        )))
    };
    assert_eq!(
        problems(&[list(Operator::Is, 10_000, "x")]),
        Vec::<String>::new()
    );
    assert!(
        problems(&[list(Operator::Is, 10_001, "x")])[0].contains("10001 values, 10000 is the most")
    );
    assert!(
        problems(&[list(Operator::Regex, 101, "x")])[0].contains("101 values, 100 is the most")
    );
    assert!(problems(&[list(Operator::Is, 1, &"x".repeat(2_001))])[0].contains("2001 characters"));
}

#[test]
fn an_operator_that_does_not_go_with_its_fact_is_found_without_a_file() {
    let odd = Condition::Test(Test {
        exact: true,
        ..Test::of(Fact::Size, vec![Operator::Contains(Texts::from("x"))])
    });
    let told = problems(&[Rule {
        when: odd,
        stop: true,
        ..Rule::named("R")
    }]);
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(
        told[0].contains("`contains` does not go with `size`, which takes `above` and `below`")
    );
}

#[test]
fn a_rule_that_is_not_enabled_is_checked_and_never_tried() {
    let off = rule("{name: Off, enabled: false, then: [link]}");
    let set = RuleSet::compile(&[off], &Shared::default()).unwrap();
    assert!(set.decide(&Facts::default()).unwrap().rules.is_empty());
    assert_eq!(problems(&[rule("{name: Off, enabled: false}")]).len(), 1);
}

#[test]
fn cases_have_a_limit_of_count_and_length() {
    let with_cases = |name: String, count: usize| {
        let case = crate::Case {
            name: "c".to_owned(),
            message: crate::CaseMessage::default(),
            expect: crate::Expect::default(),
        };
        Rule {
            stop: true,
            cases: vec![case; count],
            ..Rule::named(name)
        }
    };
    assert_eq!(
        problems(&[with_cases("R".to_owned(), 200)]),
        Vec::<String>::new()
    );
    assert_eq!(
        problems(&[with_cases("R".to_owned(), 201)]),
        ["rule `R`, cases: 201 cases, 200 is the most"]
    );
    let many: Vec<Rule> = (0..102)
        .map(|number| with_cases(format!("R{number}"), 200))
        .collect();
    assert_eq!(
        problems(&many),
        ["rule `R100`, cases: with these there are more than 20000 cases in all; that is the most"]
    );
    let mut long = with_cases("R".to_owned(), 2);
    long.cases[1].message.text = "x".repeat(65_537);
    assert_eq!(
        problems(&[long]),
        ["rule `R`, cases[1].message.text: 65537 characters, 65536 is the most; shorten it"]
    );
}
