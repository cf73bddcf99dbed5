use super::{printable, shortened, table_text};

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
