use serde_json::json;

use super::{clean_json, email, key};

#[test]
fn nul_is_replaced_everywhere_in_json() {
    let value = json!({"a\0": ["x\0y", {"b": "\0"}], "n": 1});
    assert_eq!(
        clean_json(value),
        json!({"a\u{fffd}": ["x\u{fffd}y", {"b": "\u{fffd}"}], "n": 1})
    );
}

#[test]
fn a_key_is_cut_between_characters() {
    let long = "é".repeat(600);
    assert_eq!(key(&long), "é".repeat(499));
    assert_eq!(key(&format!("a{long}")), format!("a{}", "é".repeat(498)));
}

#[test]
fn an_address_is_looked_up_without_case_and_blanks() {
    assert_eq!(email(" Anna@Example.ORG "), "anna@example.org");
}
