#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use super::{Rule, schema};
use crate::rule::condition::Condition;
use crate::rule::fact::Fact;

const WHOLE: &str = r#"
name: Sales enquiries
description: Strangers who ask for an offer
scanners: [Sales]
when:
  all:
    - sender: {is: unknown}
    - subject: {contains: [offer, quote]}
then:
  - create_lead:
      source: mail
  - tag: [sales]
stop: true
cases:
  - name: a stranger asks
    message: {from: "Anna <anna@example.it>", subject: Offer please}
    expect: {matches: true, actions: [create_lead, tag]}
"#;

#[test]
fn a_whole_rule_reads_and_writes_back_the_same() {
    let rule: Rule = serde_saphyr::from_str(WHOLE).unwrap();
    assert!(rule.enabled);
    let yaml = serde_saphyr::to_string(&rule).unwrap();
    assert_eq!(
        serde_saphyr::from_str::<Rule>(&yaml).unwrap(),
        rule,
        "{yaml}"
    );
    assert!(
        !yaml.contains("enabled"),
        "what is left out stays out: {yaml}"
    );
}

#[test]
fn a_rule_without_when_always_matches() {
    let rule: Rule = serde_saphyr::from_str("name: All\nthen: [link]").unwrap();
    assert_eq!(rule.when, Condition::Always);
    assert_eq!(
        rule,
        Rule {
            then: rule.then.clone(),
            ..Rule::named("All")
        }
    );
}

#[test]
fn an_unknown_key_is_an_error_with_its_place() {
    let error = serde_saphyr::from_str::<Rule>("name: All\nthn: [link]")
        .unwrap_err()
        .to_string();
    assert!(error.contains("thn") && error.contains("line 2"), "{error}");
}

#[test]
fn the_schema_knows_every_fact_and_its_operators() {
    let schema = serde_json::to_value(schema()).unwrap();
    let facts = &schema["$defs"]["Condition"]["properties"];
    for name in Fact::names() {
        let fact = Fact::parse(name).unwrap();
        for operator in fact.operators() {
            assert!(
                facts[name]["properties"][operator].is_object(),
                "{name} {operator}"
            );
        }
    }
    assert!(schema["$defs"]["Condition"]["patternProperties"].is_object());
    assert_eq!(schema["additionalProperties"], false);
}

#[test]
fn every_fact_reads_back_from_its_name() {
    for name in Fact::names() {
        assert_eq!(Fact::parse(name).unwrap().to_string(), name);
    }
    assert_eq!(
        Fact::parse("header.X-Foo").unwrap().to_string(),
        "header.X-Foo"
    );
}
