#![allow(clippy::unwrap_used)]

use rules::Decision;
use serde_json::{Value, json};

use super::Outcome;

fn outcome(actions: &Value) -> Outcome {
    let decision: Decision = serde_json::from_value(json!({
        "rules": [],
        "actions": actions,
        "candidates": [],
    }))
    .unwrap();
    Outcome::of(&Ok(decision))
}

fn planned(action: &Value, outcome: &Value, records: &Value) -> Value {
    json!({ "rule": "R", "action": action, "outcome": outcome, "records": records })
}

fn lead(email: &str) -> Value {
    let empty = [
        "first_name",
        "last_name",
        "company",
        "phone",
        "title",
        "description",
        "source",
        "campaign",
        "owner",
    ];
    let mut fields: serde_json::Map<String, Value> = empty
        .into_iter()
        .map(|name| (name.to_owned(), json!("")))
        .collect();
    fields.insert("email".to_owned(), json!(email));
    json!({ "create_lead": fields })
}

#[test]
fn of_each_sort_of_action_it_is_told_what_is_done() {
    let records = json!([{ "kind": "contact", "id": 3 }, { "kind": "lead", "id": 5 }]);
    let (done, skipped) = (json!("do"), json!({ "skip": "why" }));
    let found = outcome(&json!([
        planned(&json!({ "link": [] }), &done, &records),
        planned(
            &json!({ "link": [] }),
            &done,
            &json!([{ "kind": "contact", "id": 3 }])
        ),
        planned(&json!({ "tag": ["b", "a"] }), &done, &json!([])),
        planned(&lead("anna@example.it"), &done, &json!([])),
        planned(&json!({ "ignore": "newsletter" }), &skipped, &json!([])),
    ]));
    let told: Vec<_> = found
        .0
        .iter()
        .map(|(sort, effects)| {
            let told: Vec<&str> = effects.iter().map(|effect| effect.told.as_str()).collect();
            (sort.as_str(), told)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("create_lead", vec!["<anna@example.it>"]),
            ("link", vec!["contact 3", "lead 5"]),
            ("tag", vec!["a", "b"]),
        ]
    );
    assert_eq!(found.leads().collect::<Vec<_>>(), ["anna@example.it"]);
}

#[test]
fn a_lead_that_was_there_when_it_was_to_be_made_was_asked_for_all_the_same() {
    let skipped = json!({ "skip": "lead Anna has this address already" });
    let asked = outcome(&json!([planned(
        &lead("anna@example.it"),
        &skipped,
        &json!([])
    )]));
    let done = outcome(&json!([planned(
        &lead("anna@example.it"),
        &json!("do"),
        &json!([])
    )]));
    assert_eq!(asked, done);
    let never = outcome(&json!([planned(&lead(""), &skipped, &json!([]))]));
    assert_eq!(never, Outcome::default());
}
