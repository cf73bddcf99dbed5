use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use entities::lights::LightState;
use entities::outbox::{Channel, Model};
use parts::http_receiver::Answer;
use parts::smtp::Step;
use parts::{HttpReceiver, Smtp, http_receiver, http_receiver_over_tls, smtp};
use secrecy::{SecretSlice, SecretString};

use super::{CLAIMED, Outbox, Turn};
use crate::access::announce::{Channels, Event, OfLight, What, rows};
use crate::clock::{Clock as _, FixedClock};
use crate::config::{Announce, MailOut, SmtpLogin, SmtpTls, Webhook};
use crate::store::fixture::{at, both, sqlite};
use crate::store::{Store, outbox};
use crate::trust::Authorities;

const SECRET: &[u8] = b"0123456789abcdef01234567";

fn event() -> Event {
    Event {
        what: What::Red(OfLight {
            mailbox: "sales@example.com".to_owned(),
            mailbox_id: 1,
            scanners: vec!["sales".to_owned()],
            light: LightState::Red,
            cause: Some("consent_revoked".to_owned()),
            who: Some("mailbox_owner".to_owned()),
            remedy: Some("Sign in again.".to_owned()),
            words: Some("\u{fc}ber \"Token has been revoked.\"".to_owned()),
            since: at(0),
            was: None,
            url: "https://mailroom.example.com/mailboxes/1".to_owned(),
        }),
        timestamp: at(0),
    }
}

async fn ask(store: &Store, webhook: bool, mail: &[&str]) {
    let channels = Channels {
        webhook,
        mail: mail.iter().map(|&address| address.to_owned()).collect(),
    };
    for row in rows(&event(), "light-1-0-red", &channels) {
        assert!(outbox::insert(store, row, at(0)).await.unwrap());
    }
}

fn to_receiver(receiver: &HttpReceiver) -> Announce {
    Announce {
        webhook: Some(Webhook {
            url: format!("{}/hook?key=1", receiver.url()).parse().unwrap(),
            secret: SecretSlice::from(SECRET.to_vec()),
        }),
        mail: None,
    }
}

fn through(server: &Smtp, tls: SmtpTls) -> Announce {
    Announce {
        webhook: None,
        mail: Some(MailOut {
            host: server.host().to_owned(),
            port: match tls {
                SmtpTls::Implicit => server.tls_port(),
                SmtpTls::StartTls | SmtpTls::Plain => server.port(),
            },
            tls,
            login: None,
            from: "Mailroom <mailroom@example.com>".parse().unwrap(),
            to: Vec::new(),
        }),
    }
}

struct Deliverer {
    outbox: Outbox,
    clock: Arc<FixedClock>,
    store: Store,
}

fn deliverer(store: &Store, announce: &Announce, ca_pem: Option<&str>) -> Deliverer {
    let clock = Arc::new(FixedClock::new(at(0)));
    let authorities = ca_pem.map(|pem| Authorities::from_pem(pem.as_bytes()).unwrap());
    let authorities = authorities.unwrap_or_default();
    Deliverer {
        outbox: Outbox::new(store.clone(), clock.clone(), announce, &authorities).unwrap(),
        clock,
        store: store.clone(),
    }
}

impl Deliverer {
    async fn turn(&self) -> Turn {
        self.outbox.run_one().await.unwrap()
    }

    /// Turns until nothing is due.
    async fn until_idle(&self) {
        while self.turn().await == Turn::Done {}
    }

    async fn row(&self) -> Model {
        outbox::list(&self.store, 1).await.unwrap().remove(0)
    }

    /// Turns the clock to the next try of the only row.
    async fn wait(&self) {
        self.clock.set(self.row().await.next_try_at.unwrap());
    }
}

#[tokio::test]
async fn a_receiver_can_verify_what_it_is_told() {
    let receiver = http_receiver();
    let db = sqlite().await;
    ask(&db.store, true, &[]).await;
    let deliverer = deliverer(&db.store, &to_receiver(&receiver), None);
    deliverer.clock.set(at(7));
    assert_eq!(deliverer.turn().await, Turn::Done);
    assert_eq!(deliverer.turn().await, Turn::Idle);

    let calls = receiver.received();
    assert_eq!(calls.len(), 1);
    let call = &calls[0];
    assert_eq!(
        (call.method.as_str(), call.target.as_str()),
        ("POST", "/hook?key=1")
    );
    assert_eq!(call.headers["content-type"], "application/json");
    assert_eq!(call.json(), serde_json::to_value(event()).unwrap());
    let (id, timestamp) = (
        &call.headers["webhook-id"],
        &call.headers["webhook-timestamp"],
    );
    assert_eq!(id, "light-1-0-red-webhook");
    assert_eq!(*timestamp, at(7).timestamp().to_string());
    // By another implementation than the one that signed.
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, SECRET);
    let signed = format!("{id}.{timestamp}.{}", call.text());
    let signature = call.headers["webhook-signature"]
        .strip_prefix("v1,")
        .unwrap();
    let signature = STANDARD.decode(signature).unwrap();
    ring::hmac::verify(&key, signed.as_bytes(), &signature).unwrap();
    assert_eq!(deliverer.row().await.delivered_at, Some(at(7)));
}

#[tokio::test]
async fn what_fails_is_tried_again_under_the_same_id() {
    let mut receiver = http_receiver();
    for answer in [
        Answer::status(503).with_header("Retry-After", "3600"),
        Answer::status(302).with_header("Location", "/elsewhere"),
        Answer::nothing(),
    ] {
        receiver.answer_next(answer);
    }
    let db = sqlite().await;
    ask(&db.store, true, &[]).await;
    let deliverer = deliverer(&db.store, &to_receiver(&receiver), None);
    let mut errors = Vec::new();
    for _ in 0..3 {
        deliverer.until_idle().await;
        let row = deliverer.row().await;
        errors.push(format!("{} {}", row.attempts, row.error.unwrap()));
        deliverer.wait().await;
    }
    assert!(deliverer.clock.now() > at(3_600), "Retry-After is honoured");
    receiver.stop();
    deliverer.until_idle().await;
    errors.push(deliverer.row().await.error.unwrap());
    deliverer.wait().await;
    receiver.start_again();
    deliverer.until_idle().await;

    insta::assert_debug_snapshot!(errors);
    let row = deliverer.row().await;
    assert_eq!((row.attempts, row.error.as_deref()), (5, None));
    assert_eq!(row.delivered_at, Some(deliverer.clock.now()));
    let calls = receiver.received();
    assert_eq!(calls.len(), 4);
    assert!(
        calls
            .iter()
            .all(|call| call.headers["webhook-id"] == "light-1-0-red-webhook"
                && call.target == "/hook?key=1")
    );
}

#[tokio::test]
async fn a_receiver_that_wants_no_more_or_never_answers_well_is_given_up() {
    let receiver = http_receiver();
    let db = sqlite().await;
    ask(&db.store, true, &[]).await;
    receiver.answer_next(Answer::status(410));
    let deliverer = deliverer(&db.store, &to_receiver(&receiver), None);
    deliverer.until_idle().await;
    let row = deliverer.row().await;
    assert_eq!((row.given_up_at, row.next_try_at), (Some(at(0)), None));

    ask(&db.store, false, &["anna@example.com"]).await;
    let mut tries = 0;
    while let Some(next) = deliverer.row().await.next_try_at {
        deliverer.clock.set(next);
        deliverer.until_idle().await;
        tries += 1;
    }
    let row = deliverer.row().await;
    assert!((15..20).contains(&tries), "{tries} tries");
    assert!(row.given_up_at.unwrap() >= at(0) + TimeDelta::days(3));
    assert_eq!(
        row.error.as_deref(),
        Some("announce.smtp_url is not set for the worker that tried")
    );
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test]
async fn two_deliverers_at_once_send_once() {
    for db in both().await {
        let receiver = http_receiver();
        ask(&db.store, true, &[]).await;
        let other = Store::open(&db.url).await.unwrap();
        let one = deliverer(&db.store, &to_receiver(&receiver), None);
        let two = deliverer(&other, &to_receiver(&receiver), None);
        let mut turns = tokio::join!(one.turn(), two.turn());
        if turns.0 == Turn::Done {
            turns = (turns.1, turns.0);
        }
        assert_eq!(turns, (Turn::Idle, Turn::Done));
        assert_eq!(receiver.received().len(), 1);
    }
}

#[tokio::test]
async fn a_worker_that_dies_after_sending_has_the_next_send_the_same_again() {
    let receiver = http_receiver();
    let db = sqlite().await;
    ask(&db.store, true, &[]).await;
    let dying = deliverer(&db.store, &to_receiver(&receiver), None);
    let row = outbox::claim(&db.store, at(0), at(0) + CLAIMED)
        .await
        .unwrap()
        .unwrap();
    dying.outbox.deliver(&row, at(0)).await;

    let next = deliverer(&db.store, &to_receiver(&receiver), None);
    assert_eq!(next.turn().await, Turn::Idle, "still claimed");
    next.clock.set(at(0) + CLAIMED);
    assert_eq!(next.turn().await, Turn::Done);
    let calls = receiver.received();
    assert_eq!(calls.len(), 2);
    assert_eq!(
        calls[0].headers["webhook-id"],
        calls[1].headers["webhook-id"]
    );
    assert_eq!(calls[0].body, calls[1].body);
}

#[tokio::test]
async fn a_receiver_that_can_not_prove_its_name_is_told_nothing() {
    let receiver = http_receiver_over_tls();
    let announce = to_receiver(&receiver);
    for authority in [None, Some(receiver.certificate_authority())] {
        let db = sqlite().await;
        ask(&db.store, true, &[]).await;
        let deliverer = deliverer(&db.store, &announce, authority);
        deliverer.until_idle().await;
        let row = deliverer.row().await;
        assert_eq!(row.delivered_at.is_some(), authority.is_some());
        if let Some(error) = row.error {
            assert!(error.contains("certificate"), "{error}");
        }
        let told = usize::from(authority.is_some());
        assert_eq!(receiver.received().len(), told);
    }
}

#[tokio::test]
async fn people_are_told_by_mail_each_for_themselves_and_only_over_tls() {
    let server = smtp();
    server.set_password("mailroom", "s3cret");
    server.require_sign_in();
    for tls in [SmtpTls::StartTls, SmtpTls::Implicit] {
        server.forget();
        let mut announce = through(&server, tls);
        announce.mail.as_mut().unwrap().login = Some(SmtpLogin {
            user: "mailroom".to_owned(),
            password: SecretString::from("s3cret"),
        });
        let db = sqlite().await;
        ask(&db.store, false, &["anna@example.com", "it@example.com"]).await;
        let deliverer = deliverer(&db.store, &announce, Some(server.certificate_authority()));
        deliverer.until_idle().await;

        let mails = server.mails();
        let to: Vec<_> = mails.iter().map(|mail| mail.to.join(",")).collect();
        assert_eq!(to, ["anna@example.com", "it@example.com"]);
        assert!(
            mails
                .iter()
                .all(|mail| mail.encrypted && mail.from == "mailroom@example.com")
        );
        assert_eq!(mails[0].user.as_deref(), Some("mailroom"));
        insta::assert_snapshot!("mail", mails[0].text().replace("\r\n", "\n"));
        let id = |index: usize| {
            let text = mails[index].text();
            let line = text.lines().find(|line| line.starts_with("Message-ID:"));
            line.unwrap().to_owned()
        };
        assert_ne!(id(0), id(1));
    }
}

#[tokio::test]
async fn a_mail_server_that_can_not_prove_its_name_gets_nothing() {
    let server = smtp();
    for tls in [SmtpTls::StartTls, SmtpTls::Implicit] {
        let db = sqlite().await;
        ask(&db.store, false, &["anna@example.com"]).await;
        let deliverer = deliverer(&db.store, &through(&server, tls), None);
        deliverer.until_idle().await;
        let row = deliverer.row().await;
        let error = row.error.unwrap();
        assert!(error.contains("certificate"), "{error}");
        assert!(row.next_try_at.is_some());
    }
    assert!(server.mails().is_empty());
}

#[tokio::test]
async fn a_mail_that_may_pass_later_is_tried_again_and_one_that_never_will_is_given_up() {
    let server = smtp();
    let authority = Some(server.certificate_authority());
    let announce = through(&server, SmtpTls::StartTls);
    let db = sqlite().await;
    ask(&db.store, false, &["anna@example.com"]).await;
    let deliverer = deliverer(&db.store, &announce, authority);
    let mut errors = Vec::new();
    server.refuse_next(1, Step::Rcpt, 450, "4.2.0 Greylisted, come again");
    server.drop_next(1, Step::Data);
    server.refuse_next(1, Step::Mail, 530, "5.7.0 Sign in first");
    for _ in 0..3 {
        deliverer.until_idle().await;
        let row = deliverer.row().await;
        errors.push(row.error.unwrap());
        deliverer.clock.set(row.next_try_at.unwrap());
    }
    server.stop();
    deliverer.until_idle().await;
    errors.push(deliverer.row().await.error.unwrap());
    server.start_again();
    deliverer.wait().await;
    server.refuse_next(1, Step::Rcpt, 550, "5.1.1 No such user here");
    deliverer.until_idle().await;
    let row = deliverer.row().await;
    errors.push(row.error.unwrap());
    assert_eq!(row.next_try_at, None);
    assert_eq!(row.given_up_at, Some(deliverer.clock.now()));
    insta::assert_debug_snapshot!(errors);
    assert!(server.mails().is_empty());
}

#[tokio::test]
async fn an_address_that_is_none_is_given_up_without_a_connection() {
    let db = sqlite().await;
    ask(&db.store, false, &["nobody"]).await;
    let server = MailOut {
        host: "127.0.0.1".to_owned(),
        port: 1,
        tls: SmtpTls::Plain,
        login: None,
        from: "mailroom@example.com".parse().unwrap(),
        to: Vec::new(),
    };
    let announce = Announce {
        webhook: None,
        mail: Some(server),
    };
    let deliverer = deliverer(&db.store, &announce, None);
    deliverer.until_idle().await;
    let row = deliverer.row().await;
    assert_eq!(row.channel, Channel::Mail);
    assert_eq!(
        row.error.as_deref(),
        Some("\"nobody\" is no address that mail can be sent to")
    );
    assert!(row.given_up_at.is_some());
}
