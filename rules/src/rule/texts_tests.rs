#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use super::Texts;

fn read(yaml: &str) -> Result<Texts, String> {
    serde_saphyr::from_str(yaml).map_err(|error| error.to_string())
}

#[test]
fn one_text_and_a_list_read_and_write_back_in_their_form() {
    for (yaml, json) in [
        ("offer", r#""offer""#),
        ("[offer]", r#""offer""#),
        ("[offer, quote]", r#"["offer","quote"]"#),
        ("[a, [b, c]]", r#"["a","b","c"]"#),
    ] {
        let texts = read(yaml).unwrap();
        assert_eq!(serde_json::to_string(&texts).unwrap(), json, "{yaml}");
    }
}

#[test]
fn a_number_is_asked_to_be_quoted() {
    for (yaml, cure) in [
        ("2026", r#"found 2026; put it in quotes: "2026""#),
        ("[offer, true]", r#"found true; put it in quotes: "true""#),
        ("-5", "put it in quotes"),
        ("1.5", "put it in quotes"),
        ("[offer, ~]", "a value is missing here"),
    ] {
        let error = read(yaml).unwrap_err();
        assert!(error.contains(cure), "{yaml}: {error}");
    }
}
