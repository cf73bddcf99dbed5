//! The conditions of a rule of Vtiger, in the words of ours.
//!
//! There a value that the message does not have meets no condition, not even `Not Contains`; an empty text is found in
//! every value.

use serde_json::{Value, json};

use super::table::{Row, one_line};

/// What `Has Ticket Number` looks for there.
const TICKET_NUMBER: &str = "Ticket Id[^:]?: ([0-9]+)";

/// Those that Vtiger knows.
const OPERATORS: [&str; 8] = [
    "Contains",
    "Not Contains",
    "Equals",
    "Not Equals",
    "Begins With",
    "Ends With",
    "Regex",
    "Has Ticket Number",
];

/// When the rule matches; nothing where it never does. An update of a ticket has its number in no condition.
pub(super) fn of(row: &Row, is_update: bool, differences: &mut Vec<String>) -> Option<Value> {
    let mut conditions = Vec::new();
    if !row.from.is_empty() {
        let text = if row.from.starts_with('*') {
            row.from.trim_matches('*')
        } else {
            row.from.as_str()
        };
        conditions.push(contains("from", text));
    }
    for (fact, text) in [("to", &row.to), ("cc", &row.cc), ("bcc", &row.bcc)] {
        if !text.is_empty() {
            conditions.push(contains(fact, text));
        }
    }
    let mut has_number = false;
    for (fact, operator, text) in [
        ("subject", row.subject_operator.as_str(), &row.subject),
        ("text", row.body_operator.as_str(), &row.body),
    ] {
        match operator {
            "" => {}
            "Regex" | "Has Ticket Number" if is_update => {
                has_number = true;
                differences.push(one_line(&format!(
                    "the last group of the {fact}'s {operator} {text:?} is the ticket's number there; here it is told by the mail that is answered or by T-7 in the subject"
                )));
            }
            _ => {
                if !OPERATORS.contains(&operator) {
                    differences.push(one_line(&format!(
                        "Vtiger knows no operator {operator:?} and finds nothing by it; nor does this"
                    )));
                }
                conditions.push(told(fact, operator, text));
            }
        }
    }
    joined(row, conditions, has_number, differences)
}

fn joined(
    row: &Row,
    mut conditions: Vec<Value>,
    has_number: bool,
    differences: &mut Vec<String>,
) -> Option<Value> {
    let always = json!({"always": true});
    match row.matching.to_uppercase().as_str() {
        // The ticket is found by another way, and that is a condition of the action.
        "OR" if has_number || conditions.is_empty() => Some(always),
        "AND" if conditions.is_empty() && has_number => Some(always),
        "AND" if conditions.is_empty() => {
            let told = "it has no condition and all of them must hold, so it never does anything there: switched off";
            differences.push(told.to_owned());
            None
        }
        "AND" | "OR" if conditions.len() == 1 => conditions.pop(),
        "AND" => Some(json!({"all": conditions})),
        "OR" => Some(json!({"any": conditions})),
        other => {
            differences.push(one_line(&format!(
                "it matches neither all nor any ({other:?}), so it never does anything there: switched off"
            )));
            None
        }
    }
}

fn contains(fact: &str, text: &str) -> Value {
    if text.is_empty() {
        return json!({fact: {"exists": true}});
    }
    json!({fact: {"contains": text}})
}

/// A comparison; what is left out of the message meets none.
fn told(fact: &str, operator: &str, text: &str) -> Value {
    let there = json!({fact: {"exists": true}});
    let never = json!({"not": {"always": true}});
    let none_of = |what: Value| json!({"all": [there, {"not": what}]});
    match (operator, text) {
        ("Contains" | "Begins With" | "Ends With" | "Regex" | "Not Equals", "") => there,
        ("Not Contains" | "Equals", "") => never,
        ("Contains", text) => json!({fact: {"contains": text}}),
        ("Not Contains", text) => none_of(json!({fact: {"contains": text}})),
        ("Equals", text) => json!({fact: {"is": text}}),
        ("Not Equals", text) => none_of(json!({fact: {"is": text}})),
        ("Begins With", text) => json!({fact: {"starts": text}}),
        ("Ends With", text) => json!({fact: {"ends": text}}),
        ("Regex", text) => json!({fact: {"regex": text}}),
        ("Has Ticket Number", _) => json!({fact: {"regex": TICKET_NUMBER}}),
        // An operator that Vtiger does not know finds nothing.
        _ => never,
    }
}
