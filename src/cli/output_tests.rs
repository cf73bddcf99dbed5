#![allow(clippy::unwrap_used)]

use super::{escaped, printable, shortened, table_text};

const EVIL: &str = "a\u{1b}[2J\u{9b}31m\u{202e}b\nc";

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

#[test]
fn nothing_that_a_terminal_obeys_gets_through() {
    for (name, text, printed) in [
        (
            "colours",
            "\u{1b}[31mred\u{1b}[0m",
            "\u{fffd}[31mred\u{fffd}[0m",
        ),
        (
            "a window title",
            "\u{1b}]0;root\u{7}",
            "\u{fffd}]0;root\u{fffd}",
        ),
        ("the one-byte form of ESC [", "\u{9b}2J", "\u{fffd}2J"),
        ("overwriting", "good\rbad\u{8}", "good\u{fffd}bad\u{fffd}"),
        ("a null and a delete", "a\0b\u{7f}c", "a\u{fffd}b\u{fffd}c"),
        ("lines and tabs", "one\ntwo\tthree", "one two three"),
        ("text turned round", "gnp.\u{202e}exe", "gnp.\u{fffd}exe"),
        (
            "isolates",
            "\u{2066}a\u{2069}\u{202a}b\u{202c}",
            "\u{fffd}a\u{fffd}\u{fffd}b\u{fffd}",
        ),
        ("right-to-left text itself", "שלום عالم", "שלום عالم"),
        (
            "everything else",
            "Grüße, Заказы 注文 👋🏽",
            "Grüße, Заказы 注文 👋🏽",
        ),
    ] {
        assert_eq!(printable(text), printed, "{name}");
    }
}

#[test]
fn a_table_is_as_safe_as_a_line() {
    let table = table_text(["Subject"], [["\u{1b}[2J\nOffer".to_owned()]]);
    assert!(!table.contains('\u{1b}'), "{table}");
    assert!(table.contains("\u{fffd}[2J Offer"), "{table}");
}

#[test]
fn long_texts_end_with_an_ellipsis() {
    assert_eq!(shortened("Заказы", 6), "Заказы");
    assert_eq!(shortened("Заказы и счета", 7), "Заказы…");
    assert_eq!(shortened("", 3), "");
}

#[test]
fn numbers_have_commas() {
    for (number, text) in [
        (0, "0"),
        (999, "999"),
        (1_000, "1,000"),
        (12_401, "12,401"),
        (123_456, "123,456"),
        (1_000_000, "1,000,000"),
    ] {
        assert_eq!(super::number(number), text);
    }
}
