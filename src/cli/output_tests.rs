#![allow(clippy::unwrap_used)]

use super::{escaped, printable, table_text};

const EVIL: &str = "a\u{1b}[2J\u{9b}31m\u{202e}b\nc";

#[test]
fn a_line_obeys_nothing_that_mail_says() {
    assert_eq!(printable(EVIL), "a\u{fffd}[2J\u{fffd}31m\u{fffd}b c");
}

#[test]
fn a_cell_obeys_nothing_that_mail_says() {
    let table = table_text(["Subject"], [[EVIL.to_owned()]]);
    assert!(
        table.contains("a\u{fffd}[2J\u{fffd}31m\u{fffd}b c"),
        "{table}"
    );
}

#[test]
fn json_says_the_same_without_a_control_character() {
    let json = serde_json::to_string_pretty(&[EVIL]).unwrap();
    let shown = escaped(&json);
    assert!(
        shown
            .chars()
            .all(|letter| letter == '\n' || letter.is_ascii_graphic() || letter == ' '),
        "{shown}"
    );
    assert_eq!(serde_json::from_str::<[String; 1]>(&shown).unwrap(), [EVIL]);
}
