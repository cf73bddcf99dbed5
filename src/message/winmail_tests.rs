#![allow(clippy::indexing_slicing, clippy::format_collect)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rules::MessageFacts;

use super::super::tnef::tests::{
    BODY, OF_MESSAGE, Packer, binary, message_inside, number, unicode,
};
use super::super::{Mail, Own, read};

/// A message with a text and parts of these types, each with a file in base64.
fn mail(text: &str, parts: &[(&str, &[u8])]) -> Mail {
    let parts: String = parts
        .iter()
        .map(|(kind, bytes)| {
            let bytes = STANDARD.encode(bytes);
            format!("--b\nContent-Type: {kind}\nContent-Transfer-Encoding: base64\n\n{bytes}\n")
        })
        .collect();
    let raw = format!(
        "Message-ID: <a@b>\nDate: Tue, 10 Nov 2026 09:15:00 +0100\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n{text}\n{parts}--b--\n"
    );
    read(raw.as_bytes(), &Own::default())
}

const TNEF: &str = "application/ms-tnef; name=winmail.dat";

fn opened(packed: &Packer) -> Mail {
    mail("", &[(TNEF, &packed.0)])
}

fn names(facts: &MessageFacts) -> Vec<&str> {
    facts
        .attachments
        .iter()
        .map(|file| file.name.as_str())
        .collect()
}

#[test]
fn its_files_stand_in_its_place() {
    let packed = Packer::new().file("a.pdf", b"%PDF-1.4 a", &[]).file(
        "b.txt",
        b"text",
        &[unicode(0x3707, "b für alle.txt")],
    );
    let facts = mail(
        "See files.",
        &[
            ("image/gif; name=first.gif", b"GIF89a"),
            (TNEF, &packed.0),
            ("image/gif; name=last.gif", b"GIF89a"),
        ],
    )
    .facts;
    assert_eq!(
        names(&facts),
        ["first.gif", "a.pdf", "b für alle.txt", "last.gif"]
    );
    let file = &facts.attachments[1];
    assert_eq!(
        (file.media_type.as_str(), file.size, file.inline),
        ("application/pdf", 10, false)
    );
    assert_eq!(facts.attachments[2].media_type, "text/plain");
    assert_eq!(facts.text, "See files.");
    assert!(facts.notes.is_empty());
}

#[test]
fn one_that_is_called_otherwise_is_known_by_its_first_bytes() {
    let packed = Packer::new().file("a.pdf", b"%PDF-1.4 a", &[]);
    let facts = mail(
        "x",
        &[("application/octet-stream; name=att00001.dat", &packed.0)],
    )
    .facts;
    assert_eq!(names(&facts), ["a.pdf"]);
}

#[test]
fn its_text_is_that_of_a_message_without_another() {
    let plain = Packer::new().attribute(OF_MESSAGE, BODY, b"Packed\r\ntext\0");
    let facts = opened(&plain).facts;
    assert_eq!(facts.text, "Packed\ntext");
    assert_eq!(
        facts.notes,
        ["The text of the message was packed in winmail.dat, a format of Outlook."]
    );
    assert_eq!(
        mail(" \n\n", &[(TNEF, &plain.0)]).facts.text,
        "Packed\ntext"
    );
    let own = mail("Own text.", &[(TNEF, &plain.0)]).facts;
    assert_eq!(own.text, "Own text.");
    assert!(own.notes.is_empty());
}

#[test]
fn its_page_is_shown_where_there_is_no_other() {
    let page = Packer::new()
        .attribute(OF_MESSAGE, BODY, b" \r\n\0")
        .properties(&[
            binary(0x1013, b"<p>\xCF\xF0\xE8\xE2\xE5\xF2</p>"),
            number(0x3FDE, 1251),
        ]);
    let mail = opened(&page);
    assert_eq!(mail.facts.text, "Привет");
    assert_eq!(mail.html.as_deref(), Some("<p>Привет</p>"));
    let said_inside =
        Packer::new().properties(&[binary(0x1013, b"<meta charset=koi8-r><p>\xC4\xC1</p>")]);
    assert_eq!(opened(&said_inside).facts.text, "да");
    let guessed = opened(&Packer::new().properties(&[binary(0x1013, b"<p>caf\xE9</p>")])).facts;
    assert_eq!(guessed.text, "café");
    assert!(
        guessed
            .notes
            .iter()
            .any(|note| note.contains("windows-1252 was assumed"))
    );
}

#[test]
fn a_picture_that_its_page_shows_is_inline() {
    let list = [unicode(0x3712, "p@x")];
    let packed = Packer::new()
        .properties(&[unicode(0x1013, "<p>Hi</p><img src=\"cid:p@x\">")])
        .file("logo.png", b"\x89PNG\r\n\x1A\n", &list)
        .file("other.png", b"\x89PNG\r\n\x1A\n", &[unicode(0x3712, "q@x")]);
    for facts in [
        opened(&packed).facts,
        mail("Own.", &[(TNEF, &packed.0)]).facts,
    ] {
        let inline: Vec<bool> = facts.attachments.iter().map(|file| file.inline).collect();
        assert_eq!(inline, [true, false]);
        assert_eq!(facts.attachments[0].content_id.as_deref(), Some("p@x"));
    }
}

#[test]
fn a_message_inside_is_listed_by_its_subject() {
    let list = [
        unicode(0x3001, "Order 7/8"),
        message_inside(&Packer::new().file("deep.pdf", b"x", &[]).0),
    ];
    let facts = opened(&Packer::new().file("Order 7", b"", &list)).facts;
    assert_eq!(names(&facts), ["Order 7-8.eml"]);
    assert_eq!(facts.attachments[0].media_type, "message/rfc822");
}

#[test]
fn text_that_is_only_there_as_rtf_is_said_to_be() {
    let packed = Packer::new().properties(&[binary(0x1009, b"compressed")]);
    let facts = opened(&packed).facts;
    assert!(facts.attachments.is_empty() && facts.text.is_empty());
    assert!(
        facts.notes[0].contains("compressed RTF"),
        "{:?}",
        facts.notes
    );
    assert!(
        mail("Own text.", &[(TNEF, &packed.0)])
            .facts
            .notes
            .is_empty()
    );
}

#[test]
fn one_that_can_not_be_read_stays_and_says_what_to_do() {
    let facts = mail("x", &[(TNEF, b"no such thing")]).facts;
    assert_eq!(names(&facts), ["winmail.dat"]);
    assert!(
        facts.notes[0].contains("ask the sender"),
        "{:?}",
        facts.notes
    );
}

#[test]
fn damage_is_one_note() {
    let packed = Packer::new()
        .file("a.pdf", b"%PDF-1.4 a", &[])
        .file("b.pdf", b"%PDF-1.4 b", &[])
        .0;
    let cut = mail("x", &[(TNEF, &packed[..packed.len() - 25])]).facts;
    assert_eq!(names(&cut), ["a.pdf", "b.pdf"]);
    assert_eq!(
        cut.notes,
        [
            "winmail.dat, a format of Outlook, is damaged or cut off; what could be read of it is shown."
        ]
    );
    let mut wrong = packed;
    wrong[20] ^= 1;
    let notes = mail("x", &[(TNEF, &wrong)]).facts.notes;
    assert!(
        notes.len() == 1 && notes[0].contains("checksum"),
        "{notes:?}"
    );
}

#[test]
fn only_some_are_opened_and_none_of_a_message_inside() {
    let packed = Packer::new().file("a.pdf", b"%PDF-1.4 a", &[]).0;
    let five = mail("x", &[(TNEF, packed.as_slice()); 5]).facts;
    assert_eq!(
        names(&five),
        ["a.pdf", "a.pdf", "a.pdf", "a.pdf", "winmail.dat"]
    );
    assert!(five.notes[0].contains("first 4"), "{:?}", five.notes);
    let inside = format!(
        "Content-Type: message/rfc822\n\nSubject: in\nContent-Type: {TNEF}\nContent-Transfer-Encoding: base64\n\n{}",
        STANDARD.encode(&packed)
    );
    assert_eq!(
        names(&read(inside.as_bytes(), &Own::default()).facts),
        ["in.eml"]
    );
}
