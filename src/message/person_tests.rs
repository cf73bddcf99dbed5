use rules::{Authorless, DetailName, DetailSource, Direction, MessageFacts, Role};

use super::super::{Own, read};

fn facts(raw: &str) -> MessageFacts {
    let own = Own::new(["sales@example.com", "me@gmail.com"].map(str::to_owned))
        .with_forms_of(["shop.example".to_owned()]);
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
fn a_form_in_a_strangers_mail_names_somebody_and_is_no_authors() {
    let told = |headers: &str| {
        let facts = facts(&format!("{headers}\nTo: sales@example.com\n\n{FORM}"));
        let named = facts.named.as_ref().map(|named| named.email.clone());
        (facts.author.is_some(), named)
    };
    let carla = Some("carla@bianchi.example".to_owned());
    for headers in [
        "From: wordpress@evil.example",
        "From: noreply@shop.example.evil.example",
        "From: bo@berg.example\nX-PHP-Originating-Script: 1000:mail.php",
        "From: bo@berg.example\nX-WPCF7-Content-Type: text/html",
        "From: bo@berg.example\nSubject: New Entry: Contact",
        "From: bo@notwix.com\nX-Mailer: PHPMailer 6",
        "From: wordpress@wix.com.evil.example",
    ] {
        assert_eq!(told(headers), (false, carla.clone()), "{headers}");
    }
    // A letter with such lines names nobody: of people, of people at the services, and of people who write over the web
    // mail of a host of sites.
    let letter = |headers: &str| {
        let raw = format!("{headers}\nTo: sales@example.com\n\nBuongiorno,\n\n{FORM}");
        facts(&raw).named.map(|named| named.email)
    };
    for headers in [
        "From: Bo <bo@berg.example>",
        "From: Bo <bo@wix.com>",
        "From: bo@berg.example\nX-PHP-Originating-Script: 1000:rcube.php",
    ] {
        assert_eq!(letter(headers), None, "{headers}");
        // Nothing but such lines is what a program sends.
        assert_eq!(told(headers), (false, carla.clone()), "{headers}");
    }
    for headers in [
        "From: noreply@jotform.com",
        "From: no-reply@mail.wix.com",
        "From: wordpress@example.com",
    ] {
        assert_eq!(told(headers), (true, None), "{headers}");
    }
    let facts = facts(&format!("From: wordpress@evil.example\n\n{FORM}"));
    assert_eq!(
        facts.sender().map(|sender| sender.email.as_str()),
        Some("wordpress@evil.example")
    );
    assert_eq!(facts.details.form_value("azienda"), Some("Bianchi SRL"));
}

#[test]
fn a_site_that_reports_a_form_is_no_author() {
    let told = |headers: &str, form: &str| {
        facts(&format!("{headers}\nTo: sales@example.com\n\n{form}")).authorless
    };
    let not_believed = Some(Authorless::NotBelieved);
    for headers in [
        "From: wordpress@theirs.example",
        "From: wordpress@theirs.example\nReply-To: wordpress@theirs.example",
        "From: wordpress@theirs.example\nReply-To: noreply@theirs.example",
        "From: site@theirs.example\nX-Mailer: PHPMailer 6",
    ] {
        assert_eq!(told(headers, FORM), not_believed, "{headers}");
    }
    // Nor where the form tells no address, whoever reports it.
    let phone = FORM.replace("E-mail: Carla@Bianchi.example", "Telefono: 051 555555");
    assert_eq!(told("From: wordpress@theirs.example", &phone), not_believed);
    assert_eq!(
        told("From: wordpress@shop.example", &phone),
        Some(Authorless::NamesNobody)
    );
    // Where somebody is told, and where a person writes such lines.
    for headers in [
        "From: wordpress@shop.example",
        "From: wordpress@theirs.example\nReply-To: carla@bianchi.example",
        "From: carla@bianchi.example\nX-Mailer: PHPMailer 6",
    ] {
        assert_eq!(told(headers, FORM), None, "{headers}");
    }
}

#[test]
fn a_program_that_nobody_knows_is_told_by_sending_nothing_but_a_form() {
    let told = |headers: &str, text: &str| {
        facts(&format!("{headers}\nTo: sales@example.com\n\n{text}")).authorless
    };
    let below = format!("Nuova richiesta dal portale\n\n{FORM}\nCordiali saluti, Carla");
    for headers in [
        "From: Portal <office@portal.example>",
        "From: Bo <bo@berg.example>",
        "From: Il Portale <ilportale@gmail.com>",
        "From: Portal <office@portal.example>\nReply-To: office@portal.example",
    ] {
        for text in [FORM, below.as_str()] {
            assert_eq!(
                told(headers, text),
                Some(Authorless::NotBelieved),
                "{headers}\n{text}"
            );
        }
    }
    // People: with their own name, from their own company or from another address of theirs, and those who write letters.
    for headers in [
        "From: Carla Bianchi <cb77@gmail.com>",
        "From: carla.b@gmail.com",
        "From: carlabianchi@gmail.com",
        "From: Ufficio <ufficio@bianchi.example>",
        "From: Portal <office@portal.example>\nReply-To: carla@bianchi.example",
        "From: Portal <office@portal.example>\nReply-To: bo@berg.example",
    ] {
        assert_eq!(told(headers, FORM), None, "{headers}");
    }
    let bo = "From: Bo <bo77@gmail.com>";
    let order = format!("Buongiorno,\necco il nostro ordine.\n\n{FORM}\n\nGrazie\nBo");
    assert_eq!(told(bo, &order), None);
    let signed = "Please send your price list.\n\nName: B. Berg\nTel: 051 555555\nE-mail: info@berg.example\nWeb: www.berg.example";
    assert_eq!(told(bo, signed), None);
    // An answer is none, nor what one of us sends.
    assert_eq!(
        told(
            "From: Bo <bo@berg.example>\nSubject: Re: Form\nIn-Reply-To: <a@b.example>",
            FORM
        ),
        None
    );
    assert_eq!(told("From: me@gmail.com", FORM), None);
}

#[test]
fn our_own_form_is_not_believed_where_it_is_forged() {
    let own =
        Own::new(["sales@example.com".to_owned()]).trusting(vec!["mx.example.com".to_owned()]);
    let told = |verdict: &str| {
        let raw = format!(
            "Authentication-Results: mx.example.com; dmarc={verdict}\nFrom: wordpress@example.com\nTo: sales@example.com\n\n{FORM}"
        );
        let facts = read(raw.as_bytes(), &own).facts;
        (facts.author.is_some(), facts.named.is_some())
    };
    assert_eq!(told("pass"), (true, false));
    assert_eq!(told("none"), (true, false));
    assert_eq!(told("fail"), (false, true));
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
fn a_card_in_an_attached_message_is_of_whoever_wrote_that() {
    let raw = |email: &str| {
        format!(
            "From: bo@berg.example\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\nsee below\n--a\nContent-Type: message/rfc822\n\nFrom: carla@bianchi.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\nContent-Type: text/vcard; name=c.vcf\n\nBEGIN:VCARD\nVERSION:3.0\nFN:Carla Bianchi\nORG:Bianchi SRL\n{email}END:VCARD\n--b--\n--a--\n"
        )
    };
    for email in ["", "EMAIL:carla@bianchi.example\n"] {
        let details = facts(&raw(email)).details;
        assert_eq!(details.get(DetailName::Company, 0), None, "{email}");
        // Passed on by a colleague the message is its author's, and the card too if it says so.
        let passed = raw(email).replace(
            "From: bo@berg.example",
            "From: max@example.com\nSubject: Fwd: x",
        );
        let company = facts(&passed)
            .details
            .get(DetailName::Company, 90)
            .map(str::to_owned);
        assert_eq!(company.is_some(), !email.is_empty(), "{email}");
    }
}

#[test]
fn an_attached_card_tells_details() {
    let raw = "From: Carla <carla@bianchi.example>\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\nContent-Type: text/vcard; charset=utf-8; name=carla.vcf\nContent-Disposition: attachment\n\nBEGIN:VCARD\nVERSION:3.0\nFN:Carla Bianchi\nORG:Bianchi SRL\nEMAIL:carla@bianchi.example\nEND:VCARD\n--b--\n";
    let details = facts(raw).details;
    assert_eq!(details.get(DetailName::Company, 90), Some("Bianchi SRL"));
    assert_eq!(details.known[0].source, DetailSource::Card);
}
