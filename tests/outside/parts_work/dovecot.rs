//! Dovecot, with passwords and with tokens of the OpenID provider.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use parts::dovecot::Listed;
use parts::{Dovecot, openid};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::application::{Answer, ask, refresh, token_endpoint};
use super::is_gone;

const ADA: &str = "ada@example.com";
const PASSWORD: &str = "pass: word";

/// A client with no opinions: sends lines and shows what comes back.
struct Client<S: Read + Write>(BufReader<S>);

impl<S: Read + Write> Client<S> {
    fn new(stream: S) -> Self {
        let mut client = Self(BufReader::new(stream));
        assert!(client.line().starts_with("* OK"));
        client
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        line
    }

    fn send(&mut self, line: &str) {
        self.0
            .get_mut()
            .write_all(format!("{line}\r\n").as_bytes())
            .unwrap();
    }

    /// Everything up to the tagged answer; an empty line is the answer to a challenge.
    fn ask(&mut self, command: &str) -> String {
        self.send(&format!("a {command}"));
        let mut answer = String::new();
        loop {
            let line = self.line();
            assert!(
                !line.is_empty(),
                "the connection ended after {command}: {answer}"
            );
            answer.push_str(&line);
            if line.starts_with("a ") {
                return answer;
            }
            if line.starts_with("+ ") {
                self.send("");
            }
        }
    }
}

fn plain(dovecot: &Dovecot) -> Client<TcpStream> {
    Client::new(TcpStream::connect((dovecot.host(), dovecot.imap_port())).unwrap())
}

fn signed_in(dovecot: &Dovecot) -> Client<TcpStream> {
    let mut client = plain(dovecot);
    assert!(
        client
            .ask(&format!("LOGIN {ADA} \"{PASSWORD}\""))
            .starts_with("a OK"),
        "{}",
        dovecot.log()
    );
    client
}

fn dovecot_for_ada() -> Dovecot {
    Dovecot::builder().user(ADA, PASSWORD).start()
}

fn xoauth2(token: &str) -> String {
    format!(
        "AUTHENTICATE XOAUTH2 {}",
        STANDARD.encode(format!("user={ADA}\x01auth=Bearer {token}\x01\x01"))
    )
}

fn oauthbearer(token: &str) -> String {
    format!(
        "AUTHENTICATE OAUTHBEARER {}",
        STANDARD.encode(format!("n,a={ADA},\x01auth=Bearer {token}\x01\x01"))
    )
}

#[test]
fn only_the_right_password_opens_a_mailbox() {
    let mut dovecot = dovecot_for_ada();
    signed_in(&dovecot);
    let refused = plain(&dovecot).ask(&format!("LOGIN {ADA} wrong"));
    assert!(refused.contains("a NO [AUTHENTICATIONFAILED]"), "{refused}");

    dovecot.set_password(ADA, "another");
    assert!(
        plain(&dovecot)
            .ask(&format!("LOGIN {ADA} another"))
            .contains("a OK")
    );
}

#[test]
fn tls_shows_a_certificate_of_the_tests_authority() {
    let dovecot = dovecot_for_ada();
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(dovecot.certificate_authority().as_bytes()).unwrap())
        .unwrap();
    let config = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    for name in ["localhost", "127.0.0.1"] {
        let session =
            ClientConnection::new(Arc::new(config.clone()), name.try_into().unwrap()).unwrap();
        let socket = TcpStream::connect((dovecot.host(), dovecot.imaps_port())).unwrap();
        let mut client = Client::new(StreamOwned::new(session, socket));
        assert!(
            client
                .ask(&format!("LOGIN {ADA} \"{PASSWORD}\""))
                .contains("a OK")
        );
    }
}

#[test]
fn where_tls_is_required_no_password_is_taken_without() {
    let dovecot = Dovecot::builder().user(ADA, PASSWORD).require_tls().start();
    let mut client = plain(&dovecot);
    let capabilities = client.ask("CAPABILITY");
    assert!(
        capabilities.contains("LOGINDISABLED") && capabilities.contains("STARTTLS"),
        "{capabilities}"
    );
    let refused = client.ask(&format!("LOGIN {ADA} \"{PASSWORD}\""));
    assert!(refused.contains("a NO [PRIVACYREQUIRED]"), "{refused}");
}

#[test]
fn a_token_opens_the_mailbox_of_its_account_only() {
    let openid = openid();
    let dovecot = Dovecot::builder()
        .user(ADA, PASSWORD)
        .openid(&openid)
        .start();
    let good = openid.mail_token(ADA);
    let revoked = openid.mail_token(ADA);
    openid.revoke(&revoked);
    let expired = openid.token(ADA, "mail", Duration::from_secs(1));
    std::thread::sleep(Duration::from_millis(2100));

    for authenticate in [xoauth2, oauthbearer] {
        let taken = plain(&dovecot).ask(&authenticate(&good));
        assert!(taken.contains("a OK"), "{taken}\n{}", dovecot.log());
        for bad in [
            &openid.mail_token("eve@example.com"),
            &openid.token(ADA, "openid", HOUR),
            &revoked,
            &expired,
        ] {
            let refused = plain(&dovecot).ask(&authenticate(bad));
            assert!(
                refused.starts_with("+ ") && refused.contains("a NO [AUTHENTICATIONFAILED]"),
                "{refused}"
            );
        }
    }
    let as_password = plain(&dovecot).ask(&format!("LOGIN {ADA} {good}"));
    assert!(
        as_password.contains("a NO"),
        "a token is no password: {as_password}"
    );
}

const HOUR: Duration = Duration::from_hours(1);

#[test]
fn what_the_provider_gives_out_opens_the_mailbox_that_it_is_for() {
    let openid = openid();
    let dovecot = Dovecot::builder().openid(&openid).start();
    let answer = |token: &str| plain(&dovecot).ask(&xoauth2(token));
    let access_token =
        |granted: &Answer| granted.json()["access_token"].as_str().unwrap().to_owned();

    let refresh_token = openid.refresh_grant(ADA, "openid mail");
    let granted = access_token(&refresh(&openid, &refresh_token));
    assert!(answer(&granted).contains("a OK"), "{}", dovecot.log());
    assert!(
        answer(&refresh_token).contains("a NO"),
        "a refresh token is no access token"
    );
    let googles = openid.token(ADA, "https://mail.google.com/", HOUR);
    assert!(answer(&googles).contains("a OK"), "{}", dovecot.log());

    let app_token = || {
        let form = [("grant_type", "client_credentials"), ("scope", "mail")];
        access_token(&ask(&token_endpoint(&openid), &form))
    };
    assert!(
        answer(&app_token()).contains("a NO"),
        "it is for no mailbox"
    );
    openid.app_tokens_open(Some("eve@example.com"));
    assert!(
        answer(&app_token()).contains("a NO"),
        "it is for another mailbox"
    );
    openid.app_tokens_open(Some(ADA));
    assert!(answer(&app_token()).contains("a OK"), "{}", dovecot.log());
    assert_eq!(openid.introspections(), 6);
}

#[test]
fn a_token_opens_another_mailbox_where_its_account_has_full_access_and_the_server_heeds_it() {
    let openid = openid();
    let heeds = Dovecot::builder().openid(&openid).full_access().start();
    let heeds_not = Dovecot::builder().openid(&openid).start();
    let without = openid.mail_token("eve@example.com");
    openid.give_full_access("eve@example.com", ADA);
    let with = openid.mail_token("eve@example.com");
    for (dovecot, token, tagged) in [
        (&heeds, &with, "a OK"),
        (&heeds, &without, "a NO [AUTHENTICATIONFAILED]"),
        (&heeds, &openid.mail_token(ADA), "a OK"),
        (&heeds_not, &with, "a NO [AUTHENTICATIONFAILED]"),
    ] {
        let answer = plain(dovecot).ask(&xoauth2(token));
        assert!(answer.contains(tagged), "{answer}\n{}", dovecot.log());
    }
}

#[test]
fn a_token_is_neither_good_nor_bad_while_the_provider_is_down() {
    let openid = openid();
    let dovecot = Dovecot::builder().openid(&openid).start();
    let token = openid.mail_token(ADA);
    openid.stop();
    let answer = plain(&dovecot).ask(&xoauth2(&token));
    assert!(answer.contains("a NO [UNAVAILABLE]"), "{answer}");
}

#[test]
fn folders_have_any_characters_and_thousands_of_messages() {
    let dovecot = dovecot_for_ada();
    let (folders, count) = (
        ["INBOX", "Kunden/Größe A&B", "受信 \"a\".b", "x~/.y/z "],
        1000,
    );
    for folder in folders {
        let messages = (1..=count).map(|n| format!("Subject: {n}\n\nIn {folder}\n"));
        assert_eq!(dovecot.deliver_all(ADA, folder, messages), count);
    }
    for folder in folders {
        assert_eq!(dovecot.uids(ADA, folder).len(), count, "{folder}");
    }
    let mut client = signed_in(&dovecot);
    let names = client.ask("LIST \"\" *");
    assert!(
        names.contains("\"/\" \"Kunden/Gr&APYA3w-e A&-B\""),
        "{names}"
    );
    assert!(client.ask("EXAMINE INBOX").contains("* 1000 EXISTS"));
    let last = client.ask("UID FETCH 1000 (RFC822.SIZE BODY.PEEK[])");
    assert!(
        last.contains("RFC822.SIZE 27") && last.contains("Subject: 1000\r\n"),
        "{last}"
    );
}

#[test]
fn an_internal_date_is_the_one_asked_for() {
    let dovecot = dovecot_for_ada();
    dovecot.deliver_received(
        ADA,
        "INBOX",
        "Subject: old\n\n",
        UNIX_EPOCH + Duration::from_secs(1_000_000_000),
    );
    let mut client = signed_in(&dovecot);
    client.ask("EXAMINE INBOX");
    let date = client.ask("UID FETCH 1 INTERNALDATE");
    assert!(date.contains("09-Sep-2001 01:46:40 +0000"), "{date}");
}

#[test]
fn messages_go_and_folders_are_numbered_anew() {
    let dovecot = dovecot_for_ada();
    dovecot.deliver_all(ADA, "INBOX", (1..=5).map(|n| format!("Subject: {n}\n\n")));
    assert_eq!(dovecot.uids(ADA, "INBOX"), [1, 2, 3, 4, 5]);
    dovecot.expunge(ADA, "INBOX", "2:3");
    assert_eq!(dovecot.uids(ADA, "INBOX"), [1, 4, 5]);

    let validity = |dovecot: &Dovecot| {
        let answer = signed_in(dovecot).ask("EXAMINE INBOX");
        answer
            .split("UIDVALIDITY ")
            .nth(1)
            .unwrap()
            .split(']')
            .next()
            .unwrap()
            .to_owned()
    };
    let before = validity(&dovecot);
    dovecot.renumber(ADA, "INBOX");
    assert_ne!(validity(&dovecot), before);
    assert_eq!(dovecot.uids(ADA, "INBOX"), [1, 2, 3]);
}

#[test]
fn dovecot_stops_starts_and_ends_with_the_test() {
    let mut dovecot = dovecot_for_ada();
    dovecot.deliver(ADA, "INBOX", "Subject: kept\n\n");
    let address = ("127.0.0.1", dovecot.imap_port());
    let mut open = signed_in(&dovecot);

    dovecot.stop();
    assert!(TcpStream::connect(address).is_err());
    let mut rest = String::new();
    open.0.read_to_string(&mut rest).ok();
    dovecot.start_again();
    assert!(
        signed_in(&dovecot)
            .ask("EXAMINE INBOX")
            .contains("* 1 EXISTS")
    );

    drop(dovecot);
    assert!(is_gone(address), "Dovecot outlives the test");
}

#[test]
fn a_user_is_thrown_out() {
    let dovecot = dovecot_for_ada();
    let mut client = signed_in(&dovecot);
    dovecot.kick(ADA);
    let mut rest = String::new();
    client.0.read_to_string(&mut rest).ok();
    signed_in(&dovecot);
}

#[test]
fn one_user_has_so_many_connections() {
    let dovecot = Dovecot::builder()
        .user(ADA, PASSWORD)
        .connections_per_user(1)
        .start();
    let _first = signed_in(&dovecot);
    let second = plain(&dovecot).ask(&format!("LOGIN {ADA} \"{PASSWORD}\""));
    assert!(second.contains("a NO [LIMIT]"), "{second}");
}

#[test]
fn a_mail_program_does_what_people_do_and_the_administrator_sees_it() {
    let dovecot = dovecot_for_ada();
    let mut program = dovecot.mail_program(ADA);
    let ids = |listed: Vec<Listed>| -> Vec<(u32, String)> {
        let all = listed.into_iter();
        all.map(|one| (one.uid, one.message_id)).collect()
    };
    let named = |numbers: &[(u32, u32)]| -> Vec<(u32, String)> {
        let all = numbers.iter();
        all.map(|(uid, number)| (*uid, format!("{number}@x.example")))
            .collect()
    };
    program.create("Old mail");
    for number in 1..=4 {
        let raw = format!("message-id: <{number}@x.example>\r\nSubject: {number}\r\n\r\nText\r\n");
        program.append("INBOX", raw);
    }
    program.move_to("INBOX", 2, "Old mail");
    program.copy_to("INBOX", 4, "Old mail");
    program.expunge("INBOX", 1);
    program.flag("INBOX", 3, "\\Seen", true);
    assert_eq!(ids(program.list("INBOX")), named(&[(3, 3), (4, 4)]));
    assert_eq!(
        ids(dovecot.messages(ADA, "INBOX")),
        named(&[(3, 3), (4, 4)])
    );
    assert_eq!(
        ids(dovecot.messages(ADA, "Old mail")),
        named(&[(1, 2), (2, 4)])
    );

    let before = dovecot.numbers(ADA, "Old mail");
    assert_eq!(before.uid_next, 3);
    program.rename("Old mail", "Older mail");
    assert_eq!(dovecot.numbers(ADA, "Older mail"), before);
    assert_eq!(dovecot.messages(ADA, "Old mail"), []);
    dovecot.raise_uid_validity(ADA, "Older mail");
    let raised = dovecot.numbers(ADA, "Older mail");
    assert!(raised.uid_validity > before.uid_validity, "{raised:?}");
    assert_eq!(ids(program.list("Older mail")), named(&[(1, 2), (2, 4)]));

    program.delete("Older mail");
    program.create("Older mail");
    let again = dovecot.numbers(ADA, "Older mail").uid_validity;
    assert!(
        ![before.uid_validity, raised.uid_validity].contains(&again),
        "{before:?} {raised:?} {again}"
    );
    assert_eq!(program.list("Older mail"), []);
}
