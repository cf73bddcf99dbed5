use super::spell;

#[test]
fn flags_are_spelled_as_imap_has_them_and_none_can_say_more() {
    for (written, spelled) in [
        ("seen", "\\Seen"),
        ("\\Flagged", "\\Flagged"),
        ("ANSWERED", "\\Answered"),
        ("draft", "\\Draft"),
        ("$Invoice", "$Invoice"),
        ("Work-2026", "Work-2026"),
    ] {
        assert_eq!(spell(written).as_deref(), Ok(spelled), "{written}");
    }
    for wrong in [
        "",
        "deleted",
        "\\Deleted",
        "\\Recent",
        "\\Other",
        "two words",
        "a)b",
        "a\r\nM1 LOGOUT",
        "größe",
        "a]",
        "a*",
    ] {
        assert!(spell(wrong).is_err(), "{wrong:?}");
    }
    assert!(spell(&"x".repeat(101)).is_err());
}
