use super::super::{Own, read};

const MAIL: &str = "From: Anna <a@b.c>\r\nTo: us@example.com\r\nSubject: One two\r\nDate: Tue, 10 Nov 2026 09:15:00 +0100\r\nMessage-ID: <id@b.c>\r\n\r\nHello.\r\n";

fn identity(raw: &str) -> String {
    read(raw.as_bytes(), &Own::default()).identity.0
}

#[test]
fn it_is_a_hash_in_hex() {
    assert_eq!(identity(MAIL).len(), 64);
    assert_eq!(identity(""), identity(""));
}

#[test]
fn what_transports_write_does_not_matter() {
    let delivered = format!(
        "Return-Path: <a@b.c>\r\nDelivered-To: x@example.com\r\nReceived: by y\r\nX-Spam: no\r\n{MAIL}"
    );
    assert_eq!(identity(&delivered), identity(MAIL));
    assert_eq!(identity(&MAIL.replace("\r\n", "\n")), identity(MAIL));
    assert_eq!(
        identity(&MAIL.replace("One two", "One\r\n two")),
        identity(MAIL)
    );
    assert_eq!(
        identity(&MAIL.replace("09:15:00 +0100", "08:15:00 +0000")),
        identity(MAIL)
    );
    assert_eq!(
        identity(&MAIL.replace("Anna <a@b.c>", "<A@B.c>")),
        identity(MAIL)
    );
}

#[test]
fn a_message_id_used_again_makes_another_message() {
    for (was, is) in [
        ("One two", "Three"),
        ("10 Nov", "11 Nov"),
        ("a@b.c>\r\nTo", "z@b.c>\r\nTo"),
        ("id@b.c", "id2@b.c"),
    ] {
        assert_ne!(identity(&MAIL.replace(was, is)), identity(MAIL), "{is}");
    }
}

#[test]
fn without_a_message_id_receivers_and_body_count_too() {
    let mail = MAIL.replace("Message-ID: <id@b.c>\r\n", "");
    assert_eq!(
        identity(&format!("Received: by y\r\n{mail}")),
        identity(&mail)
    );
    assert_eq!(identity(&mail.replace("\r\n", "\n")), identity(&mail));
    assert_eq!(identity(&format!("{mail}\r\n\r\n")), identity(&mail));
    assert_ne!(identity(&mail.replace("Hello", "Bye")), identity(&mail));
    assert_ne!(identity(&mail.replace("us@", "we@")), identity(&mail));
    assert_ne!(identity(&mail), identity(MAIL));
}

#[test]
fn no_part_can_pass_for_another() {
    let a = "From: a@b.c\nSubject: x\nMessage-ID: <i@d>\n\n";
    let b = "From: a@b.c\nMessage-ID: <i@d>\nDate: x\n\n";
    assert_ne!(identity(a), identity(b));
}
