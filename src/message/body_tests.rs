#![allow(clippy::format_collect)]

use super::super::{MAX_TEXT, Own, read};

fn text_and_html(raw: &str) -> (String, Option<String>) {
    let mail = read(raw.as_bytes(), &Own::default());
    (mail.facts.text, mail.html)
}

fn parts(kind: &str, parts: &[&str]) -> String {
    let parts: String = parts
        .iter()
        .map(|part| format!("--b\nContent-Type: {part}\n"))
        .collect();
    format!("Content-Type: multipart/{kind}; boundary=b\n\n{parts}--b--\n")
}

#[test]
fn of_alternatives_the_plain_one_is_the_text() {
    let raw = parts(
        "alternative",
        &["text/plain\n\nplain", "text/html\n\n<p>page</p>"],
    );
    assert_eq!(
        text_and_html(&raw),
        ("plain".to_owned(), Some("<p>page</p>".to_owned()))
    );
}

#[test]
fn an_empty_plain_alternative_does_not_win() {
    let raw = parts(
        "alternative",
        &["text/plain\n\n  \n", "text/html\n\n<p>page</p>"],
    );
    assert_eq!(text_and_html(&raw).0, "page");
}

#[test]
fn texts_that_follow_each_other_are_joined() {
    let raw = parts(
        "mixed",
        &[
            "text/plain\n\none",
            "text/html\n\n<p>two</p>",
            "text/plain\n\n3 < 4",
        ],
    );
    let (text, html) = text_and_html(&raw);
    assert_eq!(text, "one\n\ntwo\n\n3 < 4");
    assert_eq!(
        html.as_deref(),
        Some("<div>one</div><p>two</p><div>3 &lt; 4</div>")
    );
}

#[test]
fn a_named_or_attached_text_is_a_file() {
    let raw = parts(
        "mixed",
        &[
            "text/plain\n\none",
            "text/plain; name=a.txt\n\ntwo",
            "text/plain\nContent-Disposition: attachment\n\nthree",
        ],
    );
    let mail = read(raw.as_bytes(), &Own::default());
    assert_eq!(mail.facts.text, "one");
    assert_eq!(mail.facts.attachments.len(), 2);
}

#[test]
fn a_page_says_its_charset_itself() {
    let raw = b"Content-Type: text/html\n\n<meta charset=\"koi8-r\"><p>\xC4\xC1</p>";
    assert_eq!(read(raw, &Own::default()).facts.text, "да");
}

#[test]
fn enriched_text_loses_its_marks() {
    assert_eq!(
        text_and_html("Content-Type: text/enriched\n\n<bold>Hi</bold> you").0,
        "Hi you"
    );
}

#[test]
fn a_long_text_is_cut_and_says_so() {
    let raw = format!("\n{}", "ü".repeat(MAX_TEXT));
    let facts = read(raw.as_bytes(), &Own::default()).facts;
    assert_eq!(facts.text.len(), MAX_TEXT);
    assert!(facts.notes.iter().any(|note| note.contains("longer than")));
}
