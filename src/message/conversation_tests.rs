use rules::Conversation;

use super::super::{Own, read};
use super::{Prefix, prefix};

#[test]
fn prefixes_are_known_in_each_language() {
    for subject in [
        "Re: x",
        "RE[2]: x",
        "R: x",
        "AW: x",
        "Odp: x",
        "RES: x",
        "[EXT] Re: Fwd: x",
        "Antw: x",
        "RIF: x",
    ] {
        assert_eq!(prefix(subject), Prefix::Reply, "{subject}");
    }
    for subject in [
        "Fwd: x",
        "FW: Re: x",
        "I: x",
        "WG: x",
        "TR: x",
        "PD: x",
        "ENC: x",
        "RV: x",
        "[a] [b] Fwd : x",
    ] {
        assert_eq!(prefix(subject), Prefix::Forward, "{subject}");
    }
    for subject in [
        "x",
        "Offer: ten chairs",
        "",
        ":",
        "Reply: x",
        "[Re: x",
        "I need: x",
    ] {
        assert_eq!(prefix(subject), Prefix::None, "{subject}");
    }
}

#[test]
fn a_prefix_counts_with_a_second_sign() {
    let mail =
        "From: Anna <anna@example.net>\nTo: sales@example.com\nSent: now\nSubject: chairs\n\nhello";
    let marked = format!("---------- Forwarded message ---------\n{mail}");
    for (headers, text, told) in [
        ("Subject: chairs", "hello", Conversation::New),
        ("Subject: Re: chairs", "hello", Conversation::New),
        ("Subject: Re: chairs", "yes\n> chairs?", Conversation::Reply),
        (
            "Subject: chairs\nIn-Reply-To: <a@b>",
            "yes",
            Conversation::Reply,
        ),
        (
            "Subject: chairs\nReferences: <a@b>",
            "yes",
            Conversation::Reply,
        ),
        ("Subject: Fwd: chairs", "hello", Conversation::New),
        (
            "Subject: Fwd: chairs\nReferences: <a@b>",
            "hello",
            Conversation::Reply,
        ),
        ("Subject: Fwd: chairs", mail, Conversation::Forward),
        (
            "Subject: FW: chairs\nIn-Reply-To: <a@b>",
            mail,
            Conversation::Forward,
        ),
        ("Subject: chairs", mail, Conversation::New),
        ("Subject: chairs", &marked, Conversation::Forward),
        (
            "Subject: Re: chairs\nIn-Reply-To: <a@b>",
            &marked,
            Conversation::Reply,
        ),
    ] {
        let raw = format!("From: a@b.c\n{headers}\n\n{text}");
        assert_eq!(
            read(raw.as_bytes(), &Own::default()).facts.conversation,
            told,
            "{raw}"
        );
    }
}

#[test]
fn an_attached_message_is_the_second_sign() {
    let raw = |subject: &str, kind: &str| {
        format!(
            "From: a@b.c\nSubject: {subject}\nContent-Type: multipart/{kind}; boundary=b\n\n--b\n\nsee\n--b\nContent-Type: message/rfc822\n\nFrom: c@d.e\n\nhello\n--b--\n"
        )
    };
    let told = |raw: String| read(raw.as_bytes(), &Own::default()).facts.conversation;
    assert_eq!(told(raw("Fwd: x", "mixed")), Conversation::Forward);
    assert_eq!(told(raw("x", "mixed")), Conversation::New);
    assert_eq!(told(raw("Fwd: x", "digest")), Conversation::New);
}
