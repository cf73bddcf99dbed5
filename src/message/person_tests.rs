use rules::{DetailName, DetailSource, Direction, MessageFacts, Role};

use super::super::{Own, read};

fn facts(raw: &str) -> MessageFacts {
    let own = Own {
        addresses: ["sales@example.com".to_owned(), "me@gmail.com".to_owned()].into(),
        ..Own::default()
    };
    read(raw.as_bytes(), &own).facts
}

fn author(raw: &str) -> Option<(String, String, Role)> {
    facts(raw)
        .author
        .map(|author| (author.address.email, author.address.name, author.role))
}

const FORM: &str = "Nome: Carla\nCognome: Bianchi\nE-mail: Carla@Bianchi.example\nAzienda: Bianchi SRL\nMessaggio: Dieci scrivanie";

#[test]
fn who_filled_in_a_form_is_its_author() {
    let carla = Some((
        "carla@bianchi.example".to_owned(),
        "Carla Bianchi".to_owned(),
        Role::Form,
    ));
    for from in [
        "sales@example.com",
        "website@example.com",
        "wordpress@shop.example",
        "noreply@shop.example",
    ] {
        let raw = format!("From: {from}\nTo: sales@example.com\nSubject: Richiesta\n\n{FORM}");
        assert_eq!(author(&raw), carla, "{raw}");
        assert_eq!(facts(&raw).direction, Direction::Received);
    }
    // What Reply-To or From say already needs no saying, and ourselves we are not.
    for headers in [
        "From: website@example.com\nReply-To: carla@bianchi.example",
        "From: carla@bianchi.example",
        "From: Bo <bo@berg.example>",
        "From: Weber <weber@berg.example>",
    ] {
        assert_eq!(
            author(&format!("{headers}\nTo: sales@example.com\n\n{FORM}")),
            None,
            "{headers}"
        );
    }
    assert_eq!(
        author(&format!(
            "From: website@example.com\n\n{}",
            FORM.replace("Carla@Bianchi.example", "max@example.com")
        )),
        None
    );
}

#[test]
fn what_we_send_out_is_ours_whatever_it_looks_like() {
    let raw = format!("From: sales@example.com\nTo: bo@berg.example\n\n{FORM}");
    assert_eq!(author(&raw), None);
}

#[test]
fn a_form_tells_details() {
    let details = facts(&format!("From: website@example.com\n\n{FORM}")).details;
    assert_eq!(details.form_value("azienda"), Some("Bianchi SRL"));
    assert_eq!(details.get(DetailName::Company, 70), Some("Bianchi SRL"));
    assert_eq!(
        details.get(DetailName::Message, 70),
        Some("Dieci scrivanie")
    );
    assert!(
        details
            .known
            .iter()
            .all(|detail| detail.source == DetailSource::Form)
    );
}

#[test]
fn a_table_is_read_where_the_plain_text_has_lost_it() {
    let raw = "From: wordpress@shop.example\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nNameCarlaEmailcarla@bianchi.exampleMessageTen desks\n--b\nContent-Type: text/html\n\n<table><tr><td>Name</td><td>Carla</td></tr><tr><td><strong>Email</strong></td><td><a href='mailto:carla@bianchi.example'>carla@bianchi.example</a></td></tr><tr><td>Message</td><td>Ten desks</td></tr></table>\n--b--\n";
    assert_eq!(
        author(raw).map(|author| author.0).as_deref(),
        Some("carla@bianchi.example")
    );
}

const PASSED: &str = "Subject: Fwd: Richiesta\n\nvedi sotto\n\n---------- Forwarded message ---------\nFrom: Carla Bianchi <carla@bianchi.example>\nDate: Mon, 9 Nov 2026 at 18:00\nSubject: Richiesta\nTo: <max@example.com>\n\nDieci scrivanie?\n\nCordiali saluti\nCarla Bianchi\nBianchi SRL\nTel. 051 555555";

#[test]
fn who_wrote_what_a_colleague_passes_on_is_its_author() {
    let carla = Some((
        "carla@bianchi.example".to_owned(),
        "Carla Bianchi".to_owned(),
        Role::PassedOn,
    ));
    assert_eq!(author(&format!("From: max@example.com\n{PASSED}")), carla);
    assert_eq!(author(&format!("From: sales@example.com\n{PASSED}")), carla);
    // Others pass on too, at our provider of free mail as anywhere.
    assert_eq!(author(&format!("From: bo@berg.example\n{PASSED}")), None);
    assert_eq!(author(&format!("From: bo@gmail.com\n{PASSED}")), None);
    let details = facts(&format!("From: max@example.com\n{PASSED}")).details;
    assert_eq!(details.get(DetailName::Company, 70), Some("Bianchi SRL"));
    assert_eq!(details.get(DetailName::Phone, 70), Some("051 555555"));
}

#[test]
fn the_outermost_author_from_outside_counts() {
    let nested = "From: max@example.com\nSubject: Fwd: Fwd: Richiesta\n\n---------- Forwarded message ---------\nFrom: sales@example.com\nSubject: Fwd: Richiesta\n\nper te\n\n---------- Forwarded message ---------\nFrom: carla@bianchi.example\nSubject: Richiesta\n\nDieci scrivanie?";
    assert_eq!(
        author(nested).map(|author| author.0).as_deref(),
        Some("carla@bianchi.example")
    );
    let form = format!(
        "From: max@example.com\nSubject: Fwd: Modulo\n\n---------- Forwarded message ---------\nFrom: website@example.com\nSubject: Modulo\n\n{FORM}"
    );
    assert_eq!(author(&form).map(|author| author.2), Some(Role::Form));
}

#[test]
fn our_own_signatures_tell_of_nobody() {
    let raw = "From: sales@example.com\nTo: bo@berg.example\n\nHello\n\nBest regards\nMax\nExample Srl\nTel. 051 555555";
    assert!(facts(raw).details.known.is_empty());
}

#[test]
fn an_attached_card_tells_details() {
    let raw = "From: Carla <carla@bianchi.example>\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\nContent-Type: text/vcard; charset=utf-8; name=carla.vcf\nContent-Disposition: attachment\n\nBEGIN:VCARD\nVERSION:3.0\nFN:Carla Bianchi\nORG:Bianchi SRL\nEMAIL:carla@bianchi.example\nEND:VCARD\n--b--\n";
    let details = facts(raw).details;
    assert_eq!(details.get(DetailName::Company, 90), Some("Bianchi SRL"));
    assert_eq!(details.known[0].source, DetailSource::Card);
}
