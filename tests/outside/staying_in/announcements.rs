//! What people and programs are told of a light, by the running program: through a webhook and a mail server whose
//! certificates are of the company's own authorities.

use std::collections::BTreeSet;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use entities::outbox::Model;
use parts::http_receiver::{Answer, Received};
use parts::{HttpReceiver, Smtp, browser, http_receiver, http_receiver_over_tls, smtp};
use ring::hmac;

use super::company::{Company, Inside, light};
use crate::program::{Program, Running};
use crate::waiting::until;

const SALES: &str = "sales@ours.example";
const IT: &str = "it@ours.example";
const SITE: &str = "https://mailroom.ours.example";
const SECRET: &[u8] = b"a secret of both sides";
const EACH_SECOND: &str = "* * * * * *";
const SOON: Duration = Duration::from_mins(1);

/// A program that scans a mailbox each second, and tells the receiver.
fn told_by_webhook(company: &Company, receiver: &HttpReceiver) -> (Program, Inside) {
    company.deliver(SALES, 3);
    let mut program = Program::new();
    let url = format!("{}/hook?key=1", receiver.url());
    program.set("MAILROOM_ANNOUNCE_WEBHOOK_URL", url);
    let secret = format!("whsec_{}", STANDARD.encode(SECRET));
    program.set("MAILROOM_ANNOUNCE_WEBHOOK_SECRET", secret);
    program.set("MAILROOM_PUBLIC_URL", SITE);
    let inside = company.authorized(&program, &[SALES], EACH_SECOND);
    (program, inside)
}

/// The same, and people by mail.
fn told_by_both(company: &Company, receiver: &HttpReceiver, post: &Smtp) -> (Program, Inside) {
    let (mut program, inside) = told_by_webhook(company, receiver);
    post.set_password("mailroom", "any pass word");
    post.require_sign_in();
    let server = format!("smtp://{}:{}", post.host(), post.port());
    program.set("MAILROOM_ANNOUNCE_SMTP_URL", server);
    program.set("MAILROOM_ANNOUNCE_SMTP_USER", "mailroom");
    program.set("MAILROOM_ANNOUNCE_SMTP_PASSWORD", "any pass word");
    program.set("MAILROOM_ANNOUNCE_FROM", "mailroom@ours.example");
    program.set("MAILROOM_ANNOUNCE_TO", IT);
    let authorities = [
        receiver.certificate_authority(),
        post.certificate_authority(),
    ]
    .concat();
    let file = program.file("company-ca.pem", authorities);
    program.set("MAILROOM_CA_FILE", file.to_str().unwrap());
    (program, inside)
}

/// Waits for the light of a program that runs.
fn wait_for_light(program: &Program, running: &Running, wanted: &str) {
    until(&format!("{wanted}: {}", running.said()), SOON, || {
        (light(program, SALES) == wanted).then_some(())
    });
}

/// Takes back at the provider what it has given, and has the next scan need it.
fn revoke(company: &Company, inside: &Inside) {
    assert!(company.openid.revoke_account(SALES) > 0);
    inside.end_access(SALES);
}

/// Scans by hand, as often as that: a person's scan tries red mailboxes too.
fn scan_in_vain(program: &Program, times: usize) {
    for _ in 0..times {
        assert_eq!(program.run(["scan", SALES]).code, 1);
    }
}

/// Waits until so many rows of the outbox are there and none waits.
fn all_told(inside: &Inside, count: usize) -> Vec<Model> {
    until("all is told", SOON, || {
        let rows = inside.outbox();
        let told = rows.iter().filter(|row| row.delivered_at.is_some()).count();
        assert!(rows.len() <= count, "{rows:?}");
        (told == count).then_some(rows)
    })
}

/// Fails unless the call is signed as Standard Webhooks say, by another implementation than the one that signed.
#[track_caller]
fn assert_signed(call: &Received) {
    let header = |name: &str| call.headers[name].as_str();
    let (id, timestamp) = (header("webhook-id"), header("webhook-timestamp"));
    let signature = header("webhook-signature").strip_prefix("v1,").unwrap();
    let signature = STANDARD.decode(signature).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET);
    let signed = [format!("{id}.{timestamp}.").as_bytes(), &call.body].concat();
    hmac::verify(&key, &signed, &signature).unwrap();
    let other = hmac::Key::new(hmac::HMAC_SHA256, b"another secret of both");
    assert!(hmac::verify(&other, &signed, &signature).is_err());
}

/// The mails that were taken, each with its lines put together again and its signs decoded as far as the tests ask.
fn mails(post: &Smtp, count: usize) -> Vec<String> {
    let mails = until("mail comes", SOON, || {
        let mails = post.mails();
        (mails.len() >= count).then_some(mails)
    });
    assert_eq!(mails.len(), count, "{mails:?}");
    mails
        .into_iter()
        .map(|mail| {
            assert!(mail.encrypted && mail.user.as_deref() == Some("mailroom"));
            assert_eq!(mail.to, [IT]);
            mail.text().replace("=\r\n", "").replace("=3D", "=")
        })
        .collect()
}

/// Its owner signs in again at the provider.
fn sign_in_again(program: &Program) {
    let words = ["authorize", SALES, "--no-browser", "--port", "0"];
    let mut terminal = program.start(words);
    let address = until("the address is told", SOON, || {
        let said = terminal.said();
        let start = said.find("http://127.0.0.1:")?;
        let (address, _) = said[start..].split_once('\n')?;
        Some(address.to_owned())
    });
    let browser = browser();
    browser.open(&address);
    browser.fill("#address", SALES);
    browser.fill("#password", "any");
    browser.click("#sign-in");
    browser.click("#allow");
    browser.wait_for_text("Back to the terminal");
    assert_eq!(terminal.wait(SOON), Some(0), "{}", terminal.said());
}

#[test]
fn a_light_that_turns_red_is_told_once_on_each_channel_and_so_is_its_recovery() {
    let (company, receiver, post) = (Company::new(), http_receiver_over_tls(), smtp());
    let (program, inside) = told_by_both(&company, &receiver, &post);
    let serving = program.start(["serve", "--listen", "127.0.0.1:0"]);
    wait_for_light(&program, &serving, "green");
    assert!(inside.outbox().is_empty(), "the first green is no news");

    revoke(&company, &inside);
    wait_for_light(&program, &serving, "red consent_revoked");
    all_told(&inside, 2);
    scan_in_vain(&program, 3);
    all_told(&inside, 2);

    let calls = receiver.received();
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert_signed(&calls[0]);
    let red = calls[0].json();
    let page = format!("{SITE}/mailboxes/{}", red["data"]["mailbox_id"]);
    assert_eq!(red["type"], "light.red");
    for (field, value) in [
        ("mailbox", SALES),
        ("cause", "consent_revoked"),
        ("who", "mailbox_owner"),
        ("url", &page),
    ] {
        assert_eq!(red["data"][field], value, "{red}");
    }
    let status = program.status(SALES)["light"].clone();
    assert_eq!(red["data"]["remedy"], status["remedy"]);

    let mail = mails(&post, 1).remove(0);
    for said in [
        "Subject: sales@ours.example: red",
        "the consent was withdrawn",
        "Who must act: the mailbox's owner",
        "What to do: The permission was withdrawn at the provider",
        "invalid_grant",
        &page,
    ] {
        assert!(mail.contains(said), "{said} is not in {mail}");
    }

    sign_in_again(&program);
    wait_for_light(&program, &serving, "green");
    all_told(&inside, 4);
    program.well(["scan", SALES]);
    all_told(&inside, 4);
    let calls = receiver.received();
    assert_eq!(calls.len(), 2, "{calls:?}");
    assert_signed(&calls[1]);
    let recovered = calls[1].json();
    assert_eq!(recovered["type"], "light.recovered");
    assert_eq!(recovered["data"]["was"]["cause"], "consent_revoked");
    let mail = mails(&post, 2).remove(1);
    for said in ["Subject: sales@ours.example: green again", &page] {
        assert!(mail.contains(said), "{said} is not in {mail}");
    }
    assert_eq!(serving.terminate(SOON), Some(0));
}

#[test]
fn killed_before_it_knows_that_it_told_it_tells_again_under_the_same_id() {
    let (company, receiver) = (Company::new(), http_receiver());
    let (program, inside) = told_by_webhook(&company, &receiver);
    receiver.answer_next(Answer::held());
    let worker = program.start(["worker"]);
    wait_for_light(&program, &worker, "green");
    revoke(&company, &inside);
    assert_eq!(receiver.wait_for(1).len(), 1);
    worker.kill();
    let row = inside.outbox().remove(0);
    assert_eq!((row.attempts, row.delivered_at), (1, None));

    inside.end_claims();
    let worker = program.start(["worker"]);
    all_told(&inside, 1);
    scan_in_vain(&program, 2);
    all_told(&inside, 1);
    assert_eq!(worker.terminate(SOON), Some(0));
    let calls = receiver.received();
    assert_eq!(calls.len(), 2, "{calls:?}");
    let ids: BTreeSet<_> = calls
        .iter()
        .map(|call| &call.headers["webhook-id"])
        .collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(calls[0].body, calls[1].body);
    for call in &calls {
        assert_signed(call);
    }
}

#[test]
fn killed_before_it_told_it_tells_once_when_it_is_started_again() {
    let (company, receiver) = (Company::new(), http_receiver());
    let (program, inside) = told_by_webhook(&company, &receiver);
    let worker = program.start(["worker"]);
    wait_for_light(&program, &worker, "green");
    revoke(&company, &inside);
    // It looks into its outbox every few seconds.
    until("it is written down", SOON, || {
        (!inside.outbox().is_empty()).then_some(())
    });
    worker.kill();
    inside.end_claims();

    let worker = program.start(["worker"]);
    let row = all_told(&inside, 1).remove(0);
    scan_in_vain(&program, 2);
    all_told(&inside, 1);
    assert_eq!(worker.terminate(SOON), Some(0));
    let calls = receiver.received();
    assert!(calls.len() <= usize::try_from(row.attempts).unwrap());
    let ids: BTreeSet<_> = calls
        .iter()
        .map(|call| &call.headers["webhook-id"])
        .collect();
    assert_eq!(ids.len(), 1, "{calls:?}");
}

#[test]
fn a_file_of_authorities_that_is_none_stops_the_start() {
    let mut program = Program::new();
    let missing = program.path("missing.pem");
    let empty = program.file("empty.pem", "");
    for (file, why) in [
        (missing, "No such file or directory"),
        (empty, "the CA file holds no certificate"),
    ] {
        program.set("MAILROOM_CA_FILE", file.to_str().unwrap());
        let ran = program.run(["worker"]);
        assert_eq!(ran.code, 1);
        for said in ["The setting ca_file, ", file.to_str().unwrap(), why] {
            assert!(ran.err.contains(said), "{said} is not in {}", ran.err);
        }
    }
}
