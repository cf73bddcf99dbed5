#![allow(clippy::unwrap_used, clippy::panic)]

use std::net::TcpListener;
use std::time::Duration;

use sandbox::{Fault, Harm, Moment, Options, Speaker, Verb};
use sea_orm::ConnectionTrait as _;

use super::super::tests::{claim, news, reason, scanned, until, waiting_at};
use crate::scan::trial::{ADDRESS, Trial};
use crate::store::fixture::{self, at};
use crate::store::mail_servers::MailServerFields;
use crate::store::scanners::ScannerFields;
use crate::worker::Turn;

use super::*;

async fn empty() -> Trial {
    let trial = Trial::empty(fixture::sqlite().await, Options::default()).await;
    let fields = ScannerFields {
        schedule: "*/5 * * * *".to_owned(),
        idle: true,
        ..fixture::scanner_fields("sales", trial.mailbox)
    };
    store::scanners::update(trial.store(), trial.scanner, fields, at(0))
        .await
        .unwrap();
    trial
}

#[tokio::test]
async fn mail_that_comes_between_a_look_and_the_idle_after_it_is_read_at_once() {
    for (verb, skip) in [
        (Verb::Open, 0),
        (Verb::Open, 1),
        (Verb::Open, 2),
        (Verb::Idle, 0),
        (Verb::Idle, 1),
    ] {
        let mut trial = empty().await;
        let hold = Fault::on(verb, Harm::Stall(Moment::Before));
        let hold = trial.provider.inject(hold.after(skip).times(1));
        let worker = trial.worker.clone();
        let scan = tokio::spawn(async move { worker.run_one().await });
        until("The moment", async || trial.provider.struck(hold) == 1).await;
        trial.deliver("INBOX");
        trial.provider.clear(hold);
        assert!(matches!(scan.await.unwrap(), Ok(Turn::Done(_))));
        while trial.lost().await.is_some() {
            news(&trial.worker).await;
            scanned(&trial.worker).await;
        }
        trial.has_everything_once().await;
        assert_eq!(trial.provider.connections(), 1, "{verb:?} {skip}");
    }
}

#[tokio::test]
async fn the_wait_begins_before_the_lease_is_given_back() {
    let trial = empty().await;
    let watch = "CREATE TRIGGER no_gap BEFORE UPDATE OF expires_at ON leases \
        WHEN NEW.expires_at < OLD.expires_at \
        AND NOT EXISTS (SELECT 1 FROM idlings WHERE mailbox_id = NEW.mailbox_id AND owner IS NOT NULL) \
        BEGIN SELECT RAISE(ABORT, 'whoever leases the mailbox now finds no session'); END";
    trial.store().execute_unprepared(watch).await.unwrap();
    assert!(matches!(trial.worker.run_one().await, Ok(Turn::Done(_))));
    assert!(trial.scan_now().await.is_ok());
    assert_eq!(trial.provider.connections(), 1);
}

#[tokio::test]
async fn what_waits_at_a_healthy_host_hears_of_mail_while_another_host_is_silent() {
    let mut trial = waiting_at(Options::default()).await;
    let limits = &mut trial.worker.scanning.access.limits;
    (limits.connect, limits.greeting) = (Duration::from_secs(2), Duration::from_secs(2));
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    for number in 0..6 {
        let name = format!("silent{number}");
        let scanner = fixture::scanner(trial.store(), &name).await;
        let mailbox = store::mailboxes::by_id(trial.store(), scanner.mailbox_id).await;
        let server = mailbox.unwrap().unwrap().mail_server_id;
        let fields = MailServerFields::generic(
            &name,
            "127.0.0.1",
            port,
            entities::mail_servers::TlsMode::None,
            entities::mail_servers::AuthMethod::Password,
        );
        store::mail_servers::update(trial.store(), server, fields, at(0))
            .await
            .unwrap();
        let kind = entities::credentials::CredentialKind::Password;
        trial.give_to(scanner.mailbox_id, kind, "right").await;
    }
    let worker = trial.worker.clone();
    let running = tokio::spawn(async move { worker.run(2).await });
    for _ in 0..3 {
        trial.deliver("INBOX");
        until("The mail", async || trial.lost().await.is_none()).await;
    }
    assert_eq!(trial.provider.connections(), 1);
    trial.worker.stop.cancel();
    running.await.unwrap();
    assert_eq!(trial.worker.idling.len(), 0);
}

#[tokio::test]
async fn a_server_that_numbers_anew_each_time_is_left_to_the_schedule() {
    let mut trial = empty().await;
    trial.deliver("INBOX");
    trial.inject(Fault::on(Verb::Open, Harm::NewUidValidity));
    scanned(&trial.worker).await;
    let mut scans = 1;
    while claim(&trial).await.resting_until.is_none() {
        news(&trial.worker).await;
        scanned(&trial.worker).await;
        scans += 1;
        assert!(scans < 10, "it is believed again and again");
    }
    assert_eq!(
        reason(&trial).await,
        "The server numbers the folder's messages anew each time it is opened (UIDVALIDITY); for an hour new mail is found by the schedule."
    );
    assert_eq!(trial.worker.idling.len(), 0);
    trial.provider.clear_faults();
    trial.deliver("INBOX");
    assert_eq!(trial.turn().await.report(), "done");
    trial.has_everything_once().await;
}

#[tokio::test]
async fn a_server_that_lies_about_how_many_there_are_is_waited_in_and_heard() {
    let mut trial = empty().await;
    trial.worker.scanning.access.limits.waiting.crowd = Duration::from_millis(10);
    trial.inject(Fault::on(Verb::Open, Harm::Exists(5)));
    scanned(&trial.worker).await;
    let idles = || {
        let said = trial.provider.transcript();
        said.iter()
            .filter(|line| line.speaker == Speaker::Client && line.text.ends_with(" IDLE"))
            .count()
    };
    until("It waits", async || idles() >= 1).await;
    let waits_since = std::time::Instant::now();
    let crowds = Duration::from_millis(10) * 10;
    until("Time to ask", async || waits_since.elapsed() > crowds).await;
    assert!(idles() <= 2, "it does not ask again and again");
    trial.deliver("INBOX");
    until("The mail", async || {
        if trial.worker.idling.has_woken() {
            trial.worker.idling.drop_woken(trial.scanner);
            scanned(&trial.worker).await;
        }
        trial.lost().await.is_none()
    })
    .await;
    assert!(!trial.provider.uids(ADDRESS, "INBOX").unwrap().is_empty());
}
