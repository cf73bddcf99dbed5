//! The SMTP server.

use lettre::message::Mailbox;
use lettre::transport::smtp::SmtpTransportBuilder;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Message, SmtpTransport, Transport};
use parts::Smtp;
use parts::smtp;
use parts::smtp::Step;

const ADA: &str = "ada@example.com";

fn address(address: &str) -> Mailbox {
    address.parse().unwrap()
}

fn message() -> Message {
    Message::builder()
        .from(address("mailroom@example.com"))
        .to(address(ADA))
        .subject("Red")
        .body("A mailbox is red.\r\n".to_owned())
        .unwrap()
}

fn builder(smtp: &Smtp, wrapped: bool) -> SmtpTransportBuilder {
    let authority = Certificate::from_pem(smtp.certificate_authority().as_bytes()).unwrap();
    let parameters = TlsParameters::builder("localhost".to_owned())
        .add_root_certificate(authority)
        .build()
        .unwrap();
    let (port, tls) = if wrapped {
        (smtp.tls_port(), Tls::Wrapper(parameters))
    } else {
        (smtp.port(), Tls::Required(parameters))
    };
    SmtpTransport::builder_dangerous(smtp.host())
        .port(port)
        .tls(tls)
}

#[test]
fn mail_comes_over_starttls_and_tls() {
    let smtp = smtp();
    smtp.set_password("mailroom", "right");
    let credentials = Credentials::new("mailroom".to_owned(), "right".to_owned());
    for wrapped in [false, true] {
        let sender = builder(&smtp, wrapped)
            .credentials(credentials.clone())
            .build();
        sender.send(&message()).unwrap();
    }
    SmtpTransport::builder_dangerous(smtp.host())
        .port(smtp.port())
        .build()
        .send(&message())
        .unwrap();
    let mails = smtp.mails();
    assert_eq!(mails.len(), 3);
    assert_eq!(
        mails.iter().map(|mail| mail.encrypted).collect::<Vec<_>>(),
        [true, true, false]
    );
    assert_eq!(mails[0].user.as_deref(), Some("mailroom"));
    assert_eq!(mails[2].user, None);
    assert_eq!(mails[0].from, "mailroom@example.com");
    assert_eq!(mails[0].to, [ADA]);
    assert!(mails[0].text().contains("Subject: Red\r\n"));
    smtp.forget();
    assert!(smtp.mails().is_empty());
}

#[test]
fn only_who_signs_in_well_is_taken() {
    let smtp = smtp();
    smtp.require_sign_in();
    smtp.add_token(ADA, "good");
    let code = |user: &str, secret: &str, mechanism: Mechanism| {
        let sent = builder(&smtp, false)
            .credentials(Credentials::new(user.to_owned(), secret.to_owned()))
            .authentication(vec![mechanism])
            .build()
            .send(&message());
        sent.map(|_| ()).map_err(|e| e.status().map(u16::from))
    };
    assert_eq!(code(ADA, "good", Mechanism::Xoauth2), Ok(()));
    smtp.remove_token(ADA, "good");
    assert!(code(ADA, "good", Mechanism::Xoauth2).is_err());
    assert_eq!(code(ADA, "wrong", Mechanism::Plain), Err(Some(535)));
    assert_eq!(code(ADA, "wrong", Mechanism::Login), Err(Some(535)));
    let unsigned = builder(&smtp, false).build().send(&message()).unwrap_err();
    assert_eq!(unsigned.status().map(u16::from), Some(530));
    assert_eq!(smtp.mails().len(), 1);
}

#[test]
fn mail_is_refused_and_dropped_as_the_test_says() {
    let smtp = smtp();
    let send = || {
        let sent = builder(&smtp, false).build().send(&message());
        sent.map(|_| ()).map_err(|e| e.status().map(u16::from))
    };
    for (step, code) in [
        (Step::Connect, 421),
        (Step::Mail, 451),
        (Step::Rcpt, 550),
        (Step::Data, 452),
    ] {
        smtp.refuse_next(1, step, code, "Not now");
        assert_eq!(send(), Err(Some(code)), "{step:?}");
    }
    for step in [Step::Connect, Step::Mail, Step::Data] {
        smtp.drop_next(1, step);
        assert_eq!(send(), Err(None), "{step:?}");
    }
    assert!(smtp.mails().is_empty());
    smtp.stop();
    assert_eq!(send(), Err(None));
    smtp.start_again();
    smtp.refuse_next(7, Step::Data, 451, "Not now");
    smtp.clear_faults();
    assert_eq!(send(), Ok(()));
    assert_eq!(smtp.mails().len(), 1);
}
