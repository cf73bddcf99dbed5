//! Any bytes at all: no panic, the same each time, within the limits.
#![allow(clippy::format_collect)]

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::corpus_tests::{folder, own};
use super::{MAX_READ, MAX_TEXT, Mail, Own, read, read_prefix, safe_html};

static CORPUS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let files = std::fs::read_dir(folder()).unwrap();
    files
        .map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect()
});

fn holds(raw: &[u8]) -> Mail {
    let mail = read(raw, &own());
    let facts = &mail.facts;
    assert!(
        !facts
            .notes
            .iter()
            .any(|note| note.contains("could not be taken apart")),
        "something panicked"
    );
    assert_eq!(mail, read(raw, &own()));
    assert_eq!(facts.size, raw.len() as u64);
    assert!(
        facts.text.len() <= MAX_TEXT
            && mail.html.as_ref().is_none_or(|html| html.len() <= MAX_TEXT)
    );
    assert!(
        facts.headers.len() <= 1_000 && facts.attachments.len() <= 1_000 && facts.notes.len() <= 51
    );
    assert!(
        facts
            .from
            .iter()
            .chain(&facts.to)
            .all(|one| one.email.contains('@') && !one.email.contains(char::is_control))
    );
    assert!(facts.text.is_empty() || !facts.new_text.is_empty());
    assert!(facts.new_text.len() <= facts.text.len());
    assert!(facts.passed_on.len() <= 40 && facts.reports.len() <= 50);
    let known = &facts.details.known;
    assert!(known.len() <= 100 && known.iter().all(|one| one.confidence <= 100));
    if let Some(html) = &mail.html {
        assert!(!safe_html(html).html.contains("<script"));
    }
    mail
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read(raw in prop::collection::vec(any::<u8>(), 0..2_000)) {
        holds(&raw);
    }

    #[test]
    fn any_words_of_mail_are_read(words in prop::collection::vec(select(WORDS), 0..200)) {
        holds(words.concat().as_bytes());
    }

    #[test]
    fn damaged_messages_are_read(
        which in any::<Index>(),
        from in any::<Index>(),
        length in 0..200_usize,
        put in prop::collection::vec(any::<u8>(), 0..20),
    ) {
        let mut raw = CORPUS[which.index(CORPUS.len())].clone();
        let start = from.index(raw.len() + 1);
        let end = (start + length).min(raw.len());
        raw.splice(start..end, put);
        holds(&raw);
    }
}

/// What mail is made of, for messages that are all wrong in the right words.
const WORDS: &[&str] = &[
    "\r\n",
    "\r\n\r\n",
    "\n",
    " ",
    "\t",
    "--",
    "--b",
    "--b--",
    "--b\r\n",
    "\r\n--b\r\n",
    "--bb",
    "boundary=b",
    "boundary=\"b",
    "Content-Type: ",
    "multipart/mixed; ",
    "multipart/alternative; boundary=bb\r\n",
    "message/rfc822\r\n\r\n",
    "text/html; charset=",
    "utf-8",
    "koi8-r",
    "iso-2022-jp",
    "utf-16",
    "utf-7",
    "Content-Transfer-Encoding: base64\r\n",
    "Content-Transfer-Encoding: quoted-printable\r\n",
    "Subject: ",
    "From: ",
    "To: ",
    "Date: ",
    "Message-ID: ",
    "References: ",
    "From: a@b.c\nSent: x\nTo: b@c.d\nSubject: Fwd: x\n\n",
    "---------- Forwarded message ---------\n",
    "Begin forwarded message:\n",
    "On 9 Nov 2026, Anna <a@b.c> wrote:\n",
    "> ",
    "-- \n",
    "Best regards\n",
    "Sent from my iPhone\n",
    "Name: ",
    "Email: a@b.c\n",
    "Message: ",
    "--- Name ---\n",
    "Rossi S.r.l.\n",
    "Via Roma 1, 40126 Bologna\n",
    "+39 051 555555",
    "sales@example.com",
    "MAILER-DAEMON@b.c",
    "Return-Path: <>\n",
    "message/delivery-status\n\n",
    "Final-Recipient: rfc822; a@b.c\n",
    "Status: 5.1.1\n",
    "text/vcard\n\n",
    "TEL;CELL;ENCODING=QUOTED-PRINTABLE:=\n",
    "N:;;\n",
    "é",
    "ß",
    "List-Id: <",
    "=?utf-8?Q?",
    "=?utf-8?B?",
    "?=",
    "=C3",
    "=",
    "==",
    "w6k",
    "\u{1B}$B",
    "\u{1B}(B",
    "\"",
    "\\",
    "<",
    ">",
    "@",
    ",",
    ";",
    ":",
    "(",
    ")",
    "a",
    "é",
    "<p>",
    "<table>",
    "</p>",
    "&#x",
    "<!--",
    "name*0*=",
    "name*1=",
    "'",
    "%C3",
    "filename=",
    "Content-Disposition: attachment; ",
    "10 Nov 2026 ",
    "09:15",
    "+0100",
    "+AP",
    "\0",
];

#[test]
fn only_the_beginning_of_a_huge_message_is_read() {
    let mut raw = b"Subject: huge\n\nstart ".to_vec();
    raw.resize(MAX_READ + 1_000, b'x');
    let mail = read(&raw, &Own::default());
    assert_eq!(mail.facts.size, raw.len() as u64);
    assert!(mail.facts.notes[0].contains("too large to be read whole"));
    assert!(mail.facts.text.starts_with("start x"));
    let prefix = read_prefix(&raw[..MAX_READ], raw.len() as u64, &Own::default());
    assert_eq!(prefix, mail);
}

/// Each of these took some reader of mail the square of its length; a megabyte then takes minutes, not a moment.
#[test]
fn what_costs_others_the_square_costs_us_a_moment() {
    let fill = |piece: &str| piece.repeat((1 << 20) / piece.len());
    let typed = |kind: &str, rest: String| format!("Content-Type: {kind}\n\n{rest}");
    let headers = |piece: &str| (0..16).map(|_| format!("{piece}\n")).collect::<String>();
    for raw in [
        typed("multipart/mixed; boundary=x", fill("--x\n\n")),
        typed(
            "multipart/mixed; boundary=x",
            fill("--x\nContent-Type: multipart/mixed; boundary=y\n\nz\n"),
        ),
        typed(
            "multipart/mixed",
            fill("--q\nContent-Type: multipart/mixed\n\nz\n"),
        ),
        fill("Content-Type: message/rfc822\n\n"),
        (0..20_000)
            .map(|at| format!("Content-Type: multipart/mixed; boundary=b{at}\n\n--b{at}\n"))
            .collect(),
        headers(&format!("To: {}", "=?a?q? ".repeat(9_000))),
        headers(&format!("To: {}", "=?utf-8?q?".repeat(6_000))),
        headers(&format!("To: {}", "(".repeat(60_000))),
        headers(&format!("To: {}", "\"".repeat(60_001))),
        headers(&format!("References: {}", "<a@b>".repeat(12_000))),
        headers(&format!("Content-Type: a/b; {}", "a*1*=b'c;".repeat(7_000))),
        typed(
            "text/plain",
            format!("From: {}\n", "anna@example.it, eva@example.it, ".repeat(15)).repeat(400),
        ),
        typed("text/html", fill("<div>")),
        typed("text/html", fill("<")),
        typed("text/plain; format=flowed", fill("> \n")),
        format!("Content-Transfer-Encoding: base64\n\n{}", fill("aaaa!\n")),
        format!(
            "Content-Transfer-Encoding: quoted-printable\n\n{}",
            fill("= ")
        ),
    ] {
        holds(raw.as_bytes());
    }
}
