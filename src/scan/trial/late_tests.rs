#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::time::Duration;

use ::rules::{Decision, Outcome};
use entities::ids::MessageId;
use entities::record_kind::RecordKind;
use entities::{decisions as decided, messages as stored};
use sandbox::Options;
use sea_orm::{ConnectionTrait as _, EntityTrait as _};
use serde_json::json;

use super::{ADDRESS, Trial};
use crate::apply::take_back_in_parts;
use crate::records::undo::Teller;
use crate::store::contacts::{self, NewContact};
use crate::store::fixture::{Fixture, at, both, postgres};
use crate::store::organizations::OrganizationFields;
use crate::store::rules::RuleFields;
use crate::store::undos::Scope;
use crate::store::{bounces, late_links, leads, links, organizations, record_locks, rules};

/// A letter to us, with further headers.
fn letter(number: u32, from: &str, more: &str) -> Vec<u8> {
    format!(
        "Message-ID: <{number}@mail.example>\r\nFrom: <{from}>\r\nTo: {ADDRESS}\r\n{more}\
         Date: Sun, 22 Nov 2026 11:00:00 +0000\r\nSubject: Question {number}\r\n\r\nHow much is it?\r\n"
    )
    .into_bytes()
}

async fn trial(fixture: Fixture) -> Trial {
    let trial = Trial::empty(fixture, Options::default()).await;
    for sql in [
        "UPDATE scanners SET folders = '[\"INBOX\"]', search_fields = '[]'",
        "DELETE FROM rules",
    ] {
        trial.store().execute_unprepared(sql).await.unwrap();
    }
    trial
        .rule(&json!({"name": "known", "then": ["link"]}))
        .await;
    trial
}

async fn link_late(trial: &Trial) {
    while trial.worker.scanning.link_late().await.unwrap() {}
    assert_eq!(late_links::count(trial.store()).await, Ok(0));
}

async fn linked(trial: &Trial) -> Vec<(MessageId, RecordKind)> {
    let rows = stored::Entity::find().all(trial.store()).await.unwrap();
    let ids: Vec<MessageId> = rows.iter().map(|row| row.id).collect();
    let links = links::for_messages(trial.store(), &ids).await.unwrap();
    links
        .iter()
        .map(|one| (one.link.message_id, one.link.record_kind))
        .collect()
}

async fn contact(trial: &Trial, email: &str) {
    let new = NewContact {
        email: Some(email.to_owned()),
        ..NewContact::default()
    };
    contacts::insert_many(trial.store(), &[new], at(0))
        .await
        .unwrap();
}

#[tokio::test]
async fn mail_that_lies_before_its_lead_in_one_window_is_linked_late() {
    for db in both().await {
        let mut trial = trial(db).await;
        let fields = RuleFields {
            name: "leads".to_owned(),
            position: 2,
            enabled: true,
            definition: json!({
                "name": "leads",
                "when": {"from": {"is": "anna@example.it"}},
                "then": [{"create_lead": {}}],
            }),
        };
        rules::insert(trial.store(), fields, at(0)).await.unwrap();
        let copied = "Cc: <anna@example.it>\r\n";
        trial.deliver_raw("INBOX", |number| {
            letter(number, "bob@other.example", copied)
        });
        trial.deliver_raw("INBOX", |number| letter(number, "anna@example.it", ""));
        trial.deliver_raw("INBOX", |number| {
            letter(number, "bob@other.example", copied)
        });
        trial.turn().await;
        assert_eq!(leads::list(trial.store(), None, 9).await.unwrap().len(), 1);
        assert_eq!(linked(&trial).await.len(), 2);
        link_late(&trial).await;
        assert_eq!(linked(&trial).await.len(), 3);
    }
}

#[tokio::test]
async fn what_was_taken_back_is_not_linked_late_again() {
    for db in both().await {
        let mut trial = trial(db).await;
        contact(&trial, "anna@example.it").await;
        trial.deliver_raw("INBOX", |number| letter(number, "anna@example.it", ""));
        trial.turn().await;
        assert_eq!(linked(&trial).await.len(), 1);

        let store = trial.store();
        let teller = Teller {
            name: ADDRESS,
            author: "bob",
            now: at(9),
        };
        let scope = Scope::Mailbox(trial.mailbox);
        let undone = take_back_in_parts(store, &scope, teller).await.unwrap();
        assert_eq!(undone.counts.links, 1);
        let row = decided::Entity::find().one(store).await.unwrap().unwrap();
        let decision: Decision = serde_json::from_value(row.body).unwrap();
        let told = Outcome::TakenBack("bob took it back".to_owned());
        assert_eq!(decision.actions[0].outcome, told);

        // Her company appears, and mail from there is looked at again.
        let company = OrganizationFields {
            name: "Example".to_owned(),
            domains: vec!["example.it".to_owned()],
            phone: String::new(),
            website: String::new(),
        };
        organizations::insert(store, company, at(9)).await.unwrap();
        assert_eq!(late_links::count(store).await, Ok(1));
        link_late(&trial).await;
        assert_eq!(linked(&trial).await, []);
    }
}

#[tokio::test]
async fn a_message_that_can_not_be_linked_does_not_hold_up_the_others() {
    for db in both().await {
        let mut trial = trial(db).await;
        for _ in 0..3 {
            trial.deliver_raw("INBOX", |number| letter(number, "anna@example.it", ""));
        }
        trial.turn().await;
        let rows = stored::Entity::find().all(trial.store()).await.unwrap();
        let bad = rows[1].id;
        let refuse = match trial.store().get_database_backend() {
            sea_orm::DbBackend::Postgres => {
                format!("ALTER TABLE links ADD CONSTRAINT refused CHECK (message_id <> {bad})")
            }
            _ => format!(
                "CREATE TRIGGER refused BEFORE INSERT ON links WHEN NEW.message_id = {bad} \
                 BEGIN SELECT RAISE(ABORT, 'refused'); END"
            ),
        };
        trial.store().execute_unprepared(&refuse).await.unwrap();
        contact(&trial, "anna@example.it").await;
        link_late(&trial).await;
        assert_eq!(linked(&trial).await.len(), 2);
        let all = decided::Entity::find().all(trial.store()).await.unwrap();
        let failed: Vec<MessageId> = all
            .iter()
            .filter(|row| row.late_error.is_some())
            .map(|row| row.message_id)
            .collect();
        assert_eq!(failed, [bad]);
    }
}

#[tokio::test]
async fn a_window_waits_for_who_changes_records() {
    let mut trial = trial(postgres().await).await;
    trial.deliver_raw("INBOX", |number| letter(number, "anna@example.it", ""));
    let tx = trial.store().begin().await.unwrap();
    record_locks::own(&tx).await.unwrap();
    let mut turn = Box::pin(trial.turn());
    let soon = Duration::from_millis(500);
    assert!(tokio::time::timeout(soon, &mut turn).await.is_err());
    tx.commit().await.unwrap();
    assert_eq!(turn.await.report(), "done");
}

#[tokio::test]
async fn linking_late_waits_for_windows_that_did_not_know_the_address() {
    let mut trial = trial(postgres().await).await;
    trial.deliver_raw("INBOX", |number| letter(number, "anna@example.it", ""));
    trial.turn().await;
    // Another window is being written while she becomes known.
    let window = trial.store().begin().await.unwrap();
    record_locks::share(&window).await.unwrap();
    contact(&trial, "anna@example.it").await;
    {
        let mut late = Box::pin(link_late(&trial));
        let soon = Duration::from_millis(500);
        assert!(tokio::time::timeout(soon, &mut late).await.is_err());
        window.commit().await.unwrap();
        late.await;
    }
    assert_eq!(linked(&trial).await.len(), 1);
}

#[tokio::test]
async fn a_report_about_mail_of_ours_marks_the_address_and_undoing_the_mailbox_takes_that_back() {
    for db in both().await {
        let mut trial = trial(db).await;
        let sent = format!(
            "Message-ID: <ours@mail.example>\r\nFrom: <{ADDRESS}>\r\nTo: <anna@example.it>\r\n\
             Date: Sun, 22 Nov 2026 10:00:00 +0000\r\nSubject: Offer\r\n\r\nHere it is.\r\n"
        );
        trial.deliver_raw("INBOX", |_| sent.clone().into_bytes());
        let report = format!(
            "From: <mailer-daemon@example.net>\r\nTo: {ADDRESS}\r\nSubject: Undelivered\r\nMessage-ID: <r@mail.example>\r\n\
             Date: Sun, 22 Nov 2026 11:00:00 +0000\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
             --b\r\n\r\nIt failed.\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n\
             Final-Recipient: rfc822; anna@example.it\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n\
             --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <ours@mail.example>\r\n\r\n--b--\r\n"
        );
        trial.deliver_raw("INBOX", |_| report.clone().into_bytes());
        trial.turn().await;
        let store = trial.store();
        let states = bounces::states(store, &["anna@example.it"]).await.unwrap();
        assert_eq!(states["anna@example.it"].last.status, "5.1.1");

        let teller = Teller {
            name: ADDRESS,
            author: "bob",
            now: at(9),
        };
        let scope = Scope::Mailbox(trial.mailbox);
        let undone = take_back_in_parts(store, &scope, teller).await.unwrap();
        assert_eq!(undone.counts.bounces, 1);
        let states = bounces::states(store, &["anna@example.it"]).await.unwrap();
        assert!(states.is_empty());
    }
}
