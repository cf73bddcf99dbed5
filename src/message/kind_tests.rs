use rules::Kind;

use super::super::{Own, read};

fn kind(headers: &str) -> (Kind, String) {
    let own = Own {
        addresses: ["sales@example.com".to_owned()].into(),
        ..Own::default()
    };
    let facts = read(format!("{headers}\n\nx").as_bytes(), &own).facts;
    (facts.kind, facts.kind_reason.0)
}

fn are(table: &[(&str, Kind, &str)]) {
    for (headers, told, reason) in table {
        assert_eq!(kind(headers), (*told, (*reason).to_owned()), "{headers}");
    }
}

#[test]
fn each_sign_has_its_kind_and_says_so() {
    are(&[
        ("From: a@b.c", Kind::Personal, "no sign of a machine"),
        (
            "X-Failed-Recipients: x@y.z",
            Kind::Bounce,
            "X-Failed-Recipients is present",
        ),
        (
            "From: MAILER-DAEMON (Mail Delivery System)\nReturn-Path: <>",
            Kind::Bounce,
            "a mail server sent it, with an empty Return-Path",
        ),
        (
            "From: postmaster@b.c\nSubject: Undeliverable: x",
            Kind::Bounce,
            "a mail server says that it could not deliver",
        ),
        (
            "From: postmaster@b.c\nSubject: Your quota",
            Kind::System,
            "a mail server sent it",
        ),
        (
            "Auto-Submitted: auto-replied; owner=x",
            Kind::AutoReply,
            "Auto-Submitted says auto-replied",
        ),
        (
            "X-Autoreply: yes\nPrecedence: bulk",
            Kind::AutoReply,
            "X-Autoreply is present",
        ),
        (
            "Precedence: auto_reply",
            Kind::AutoReply,
            "Precedence says auto_reply",
        ),
        (
            "Subject: [EXT] Out of Office: x",
            Kind::AutoReply,
            "its subject is that of an automatic answer",
        ),
        (
            "Subject: WG: Out of Office",
            Kind::Personal,
            "no sign of a machine",
        ),
        (
            "List-Unsubscribe: <mailto:x@y.z>",
            Kind::Bulk,
            "List-Unsubscribe is present",
        ),
        (
            "List-Id: Users <users.lists.b.c>",
            Kind::Bulk,
            "List-ID is present",
        ),
        ("Precedence: junk", Kind::Bulk, "Precedence says junk"),
    ]);
}

#[test]
fn machines_that_write_to_one_are_systems() {
    are(&[
        (
            "Auto-Submitted: auto-generated",
            Kind::System,
            "Auto-Submitted says auto-generated",
        ),
        ("Auto-Submitted: no", Kind::Personal, "no sign of a machine"),
        (
            "X-Auto-Response-Suppress: OOF, AutoReply",
            Kind::System,
            "X-Auto-Response-Suppress is present",
        ),
        (
            "Feedback-ID: 1:2:3:x",
            Kind::System,
            "Feedback-ID is present",
        ),
        (
            "From: no_reply@b.c",
            Kind::System,
            "its sender no_reply@b.c takes no answers",
        ),
        (
            "From: ne-pas-repondre@b.c",
            Kind::System,
            "its sender ne-pas-repondre@b.c takes no answers",
        ),
        (
            "From: noreply@b.c\nReply-To: anna@b.c",
            Kind::Personal,
            "no sign of a machine",
        ),
        (
            "From: noreply@b.c\nReply-To: noreply@b.c",
            Kind::System,
            "its sender noreply@b.c takes no answers",
        ),
        (
            "From: a@b.c\nReturn-Path: < >",
            Kind::System,
            "its Return-Path is empty",
        ),
    ]);
}

#[test]
fn a_form_that_a_person_filled_in_is_personal() {
    let form = "\n\nName: Carla\nEmail: carla@bianchi.example\nMessage: Ten desks";
    for (headers, told) in [
        ("From: noreply@b.c\nTo: sales@example.com", Kind::Personal),
        (
            "From: noreply@b.c\nList-Unsubscribe: <mailto:x@y.z>\nAuto-Submitted: auto-generated",
            Kind::Personal,
        ),
        (
            "From: sales@example.com\nPrecedence: bulk\nReply-To: carla@bianchi.example",
            Kind::Personal,
        ),
        (
            "From: noreply@b.c\nAuto-Submitted: auto-replied",
            Kind::AutoReply,
        ),
        // Who writes over a list and has such lines in the letter.
        (
            "From: bo@berg.example\nList-Unsubscribe: <mailto:x@y.z>",
            Kind::Bulk,
        ),
    ] {
        assert_eq!(kind(&format!("{headers}{form}")).0, told, "{headers}");
    }
}

#[test]
fn servers_that_say_what_they_could_not_do_are_known_in_each_language() {
    for subject in [
        "Undeliverable: x",
        "Niedostarczalne: x",
        "Recapito non riuscito: x",
        "Impossibile recapitare: x",
        "Unzustellbar: x",
        "Non remis : x",
        "No se puede entregar: x",
        "Falha na entrega: x",
        "Imposibil de livrat: x",
    ] {
        for from in ["MicrosoftExchange329e71ec88ae@b.c", "postmaster@b.c"] {
            assert_eq!(kind(&format!("From: {from}\nSubject: {subject}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8")).0, Kind::Bounce, "{subject}");
        }
    }
    for subject in [
        "Jestem poza biurem",
        "Sono fuori ufficio fino a lunedì",
        "Estou de férias",
        "În concediu",
        "Ich bin abwesend",
    ] {
        assert_eq!(
            kind(&format!("From: a@b.c\nSubject: {subject}")).0,
            Kind::AutoReply,
            "{subject}"
        );
    }
}

#[test]
fn a_list_of_our_own_domain_is_no_mailing() {
    assert_eq!(
        kind("List-Id: <team.example.com>\nPrecedence: list").0,
        Kind::Personal
    );
    assert_eq!(
        kind("Mailing-List: list team@example.com; contact x@example.com").0,
        Kind::Personal
    );
    assert_eq!(
        kind("List-Id: <team.example.com.evil.example>").0,
        Kind::Bulk
    );
}

#[test]
fn only_invitations_and_answers_are_calendar_mail() {
    let kind_of = |method: &str| kind(&format!("Content-Type: text/calendar; method={method}")).0;
    assert_eq!(kind_of("REQUEST"), Kind::Calendar);
    assert_eq!(kind_of("Reply"), Kind::Calendar);
    assert_eq!(kind_of("PUBLISH"), Kind::Personal);
}
