use rules::Kind;

use super::super::{Own, read};

fn kind(headers: &str) -> (Kind, String) {
    let own = Own::new(["sales@example.com".to_owned()]);
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
fn mail_that_goes_round_is_a_machines_and_says_so() {
    let received = |count: usize| "Received: from a by b.example\n".repeat(count);
    let told = kind(&format!("{}From: a@b.c", received(51)));
    assert_eq!(
        told,
        (
            Kind::System,
            "it goes in a circle: 51 servers passed it on".to_owned()
        )
    );
    assert_eq!(
        kind(&format!("{}From: a@b.c", received(50))).0,
        Kind::Personal
    );
    let told = kind("From: a@b.c\nX-Loop: <Sales@example.com>");
    assert_eq!(
        told.1,
        "it goes in a circle: X-Loop says that it has been at sales@example.com"
    );
    // Others mark what they pass on, too.
    assert_eq!(kind("From: a@b.c\nX-Loop: list@b.c").0, Kind::Personal);
    let form = "\n\nName: Carla\nEmail: carla@bianchi.example\nMessage: Ten desks";
    let looped = format!("From: web@example.com\nX-Loop: sales@example.com{form}");
    assert_eq!(kind(&looped).0, Kind::System);
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
        (
            "From: noreply@example.com\nTo: sales@example.com",
            Kind::Personal,
        ),
        (
            "From: noreply@jotform.com\nList-Unsubscribe: <mailto:x@y.z>\nAuto-Submitted: auto-generated",
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
        // Anybody's mailing may look like a form, and answer to whom it names.
        (
            "From: noreply@b.c\nList-Unsubscribe: <mailto:x@y.z>",
            Kind::Bulk,
        ),
        (
            "From: news@bianchi.example\nReply-To: carla@bianchi.example\nPrecedence: bulk",
            Kind::Bulk,
        ),
        ("From: noreply@b.c", Kind::System),
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
    let ours = "Return-Path: <team+bncBC5A@example.com>\n";
    for list in [
        "List-Id: <team.example.com>\nPrecedence: list",
        "Mailing-List: list team@example.com; contact x@example.com",
    ] {
        assert_eq!(kind(&format!("{ours}{list}")).0, Kind::Personal, "{list}");
        let below = ours.replace("example.com", "lists.example.com");
        assert_eq!(kind(&format!("{below}{list}")).0, Kind::Personal, "{list}");
        // Anybody may name our list.
        for path in ["", "Return-Path: <x@evil.example>\n", "Return-Path: <>\n"] {
            assert_eq!(kind(&format!("{path}{list}")).0, Kind::Bulk, "{path}{list}");
        }
    }
    assert_eq!(
        kind(&format!("{ours}List-Id: <team.example.com.evil.example>")).0,
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
