use super::{listed, nearest, unknown};

const FACTS: &[&str] = &["from", "subject", "text", "reply_to", "attachment.type"];

#[test]
fn a_slip_finds_the_name_that_was_meant() {
    for (given, meant) in [
        ("subjct", "subject"),
        ("Subject", "subject"),
        ("form", "from"),
        ("reply-to", "reply_to"),
        ("replyto", "reply_to"),
        ("body", "text"),
        ("mime type", "attachment.type"),
    ] {
        assert_eq!(
            nearest(given, FACTS.iter().copied()),
            Some(meant),
            "{given}"
        );
    }
}

#[test]
fn a_word_like_no_other_finds_nothing_and_all_names_are_told() {
    assert_eq!(nearest("zzz", FACTS.iter().copied()), None);
    assert_eq!(
        unknown("fact", "zzz", &["from", "to", "cc"]),
        "unknown fact `zzz`; known are `from`, `to` and `cc`"
    );
}

#[test]
fn one_name_is_listed_without_and() {
    assert_eq!(listed(&["is"]), "`is`");
    assert_eq!(listed(&[]), "");
}
