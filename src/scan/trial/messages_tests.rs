#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::os::unix::fs::PermissionsExt as _;

use chrono::TimeDelta;
use entities::deliveries::DeliveryState;
use insta::assert_snapshot;
use sandbox::Options;
use sea_orm::{ConnectionTrait as _, EntityTrait as _};
use serde_json::json;

use super::{ADDRESS, Trial};
use crate::blobs::trial::Place;
use crate::store::{self, fixture};

async fn empty() -> Trial {
    Trial::empty(fixture::sqlite().await, Options::default()).await
}

/// A mail with an attachment of so many bytes, each line another.
fn large(number: u32, bytes: usize) -> Vec<u8> {
    let mut raw = format!(
        "Message-ID: <large{number}@mail.example>\r\nFrom: Person {number} <p{number}@mail.example>\r\nTo: {ADDRESS}\r\n\
         Date: Sun, 22 Nov 2026 11:00:00 +0000\r\nSubject: Large {number}\r\n\r\n"
    )
    .into_bytes();
    let mut line = 0_u64;
    while raw.len() < bytes {
        line += 1;
        raw.extend_from_slice(format!("{line:076}\r\n").as_bytes());
    }
    raw.truncate(bytes);
    raw
}

#[tokio::test]
async fn garbage_is_kept_and_decided_like_any_message() {
    let trial = empty().await;
    let mut noise = 0x9E37_79B9_u32;
    for length in [0, 1, 2, 100, 5_000, 300_000] {
        let bytes = (0..length)
            .map(|_| {
                noise ^= noise << 13;
                noise ^= noise >> 17;
                noise ^= noise << 5;
                noise.to_le_bytes()[0]
            })
            .collect();
        trial
            .provider
            .deliver(ADDRESS, "INBOX", bytes, fixture::at(-60))
            .unwrap();
    }
    trial.scan_inbox_only().await;
    let seen = trial.turn().await;
    assert_eq!(
        (seen.report(), seen.says()),
        ("done".to_owned(), String::new())
    );
    assert_eq!(trial.ledger().await["done"], 6);
}

#[tokio::test]
async fn a_large_message_is_an_object_and_the_same_to_the_last_byte() {
    let mut trial = empty().await;
    // Just below, at and above the sizes at which ways part: in the row or not, one piece or two.
    for bytes in [
        256 * 1024,
        256 * 1024 + 1,
        1024 * 1024,
        1024 * 1024 + 1,
        3_500_000,
    ] {
        trial.deliver_raw("INBOX", |number| large(number, bytes));
    }
    trial.scan_inbox_only().await;
    trial.heals().await;
    for copy in entities::deliveries::Entity::find()
        .all(trial.store().reader())
        .await
        .unwrap()
    {
        let hash = copy.blob_hash.unwrap();
        let bytes = usize::try_from(copy.size).unwrap();
        let raw = large(u32::try_from(copy.uid).unwrap(), bytes);
        assert_eq!(crate::blobs::hash_of(&raw), hash);
        let blob = store::blobs::read(trial.store(), &hash)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(blob.object.is_some(), bytes > 256 * 1024);
        assert_eq!(blob.bytes.is_some(), bytes <= 256 * 1024);
        let files = &trial.worker.scanning.files;
        assert!(files.read_prefix(&blob, 9_000_000).await.unwrap() == raw);
    }
}

#[tokio::test]
async fn a_message_above_the_limit_is_held_until_the_limit_is_raised() {
    let mut trial = empty().await;
    trial.deliver("INBOX");
    trial.deliver_raw("INBOX", |number| large(number, 400_000));
    trial.deliver("INBOX");
    trial.scan_inbox_only().await;
    trial.worker.scanning.largest_message = 300_000;
    let seen = trial.turn().await;
    assert_snapshot!(seen.text("a message that is too large"));
    let ledger = trial.ledger().await;
    assert_eq!((ledger["done"], ledger["held"]), (2, 1));
    let report = trial.scan_now().await.unwrap();
    assert_eq!(report.counts.held, 1, "the limit is as it was");

    trial.worker.scanning.largest_message = 500_000;
    let report = trial.scan_now().await.unwrap();
    assert!(report.is_clean(), "{report:?}");
    trial.has_everything_once().await;
}

#[tokio::test]
async fn a_rule_that_fails_over_a_message_stops_no_other_and_is_tried_again_when_mended() {
    let mut trial = empty().await;
    for _ in 0..3 {
        trial.deliver("INBOX");
    }
    trial.scan_inbox_only().await;
    // Only for message 2 is there nothing to divide by.
    trial.rule(&failing_rule()).await;
    let seen = trial.turn().await;
    assert_snapshot!(seen.text("a template that fails"));
    assert_eq!(seen.health(), "ok");
    let ledger = trial.ledger().await;
    assert_eq!((ledger["done"], ledger["failed"]), (2, 1));

    for _ in 0..4 {
        trial.later(TimeDelta::hours(12)).await;
        trial.turn().await;
    }
    assert_eq!(trial.ledger().await["held"], 1);
    assert_snapshot!(trial.troubles().await);
    trial.later(TimeDelta::days(7)).await;
    assert_eq!(
        trial.turn().await.report(),
        "done",
        "held: not tried by the schedule"
    );

    trial
        .rule(&json!({"name": "Every sender", "then": [{"create_lead": {}}]}))
        .await;
    // As `mailroom apply` does when rules change.
    store::deliveries::decide_again(trial.store(), fixture::at(0))
        .await
        .unwrap();
    trial.heals().await;
}

fn failing_rule() -> serde_json::Value {
    json!({"name": "Divider", "then": [{"create_lead": {
        "title": "{% if subject == 'Question 2' %}{{ 1 // 0 }}{% else %}{{ subject }}{% endif %}"
    }}]})
}

#[tokio::test]
async fn a_file_that_is_lost_holds_up_its_message_only() {
    let mut trial = empty().await;
    trial.deliver("INBOX");
    trial.deliver_raw("INBOX", |number| large(number, 400_000));
    trial.scan_inbox_only().await;
    trial.keep_undecided().await;
    let file = trial
        .data
        .path()
        .join("blobs")
        .join(trial.large_object().await);
    let away = trial.data.path().join("away");
    std::fs::rename(&file, &away).unwrap();

    let seen = trial.turn().await;
    let text = seen
        .text("a lost file")
        .replace(&file.display().to_string(), "FILE");
    assert_snapshot!(text);
    assert_eq!(trial.ledger().await["done"], 1);
    std::fs::rename(&away, &file).unwrap();
    trial.later(TimeDelta::minutes(5)).await;
    trial.heals().await;
}

#[tokio::test]
async fn damaged_bytes_hold_up_their_message_only() {
    let mut trial = empty().await;
    trial.deliver("INBOX");
    trial.deliver("INBOX");
    trial.scan_inbox_only().await;
    trial.keep_undecided().await;
    let copies = entities::deliveries::Entity::find()
        .all(trial.store().reader())
        .await
        .unwrap();
    let hash = copies[0].blob_hash.clone().unwrap();
    let good = store::blobs::read(trial.store(), &hash)
        .await
        .unwrap()
        .unwrap();
    let mut bytes = good.bytes.clone().unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    trial.set_blob(&hash, bytes).await;

    let seen = trial.turn().await;
    assert_snapshot!(seen.text("damaged bytes"));
    assert_eq!(trial.ledger().await["done"], 1);
    trial.set_blob(&hash, good.bytes.unwrap()).await;
    trial.later(TimeDelta::minutes(5)).await;
    trial.heals().await;
}

#[tokio::test]
async fn a_data_folder_that_takes_no_file_fails_the_scan_and_loses_nothing() {
    let mut trial = empty().await;
    trial.deliver("INBOX");
    trial.deliver_raw("INBOX", |number| large(number, 400_000));
    trial.scan_inbox_only().await;
    // A file where the folder should be: it can't be written by root either.
    let blobs = trial.data.path().join("blobs");
    std::fs::write(&blobs, "in the way").unwrap();
    std::fs::set_permissions(&blobs, std::fs::Permissions::from_mode(0o400)).unwrap();
    let seen = trial.turn().await;
    assert_snapshot!(seen.text("no room for a file"));
    std::fs::remove_file(&blobs).unwrap();
    trial.heals().await;
}

#[tokio::test]
async fn without_its_buckets_service_a_scan_waits_and_no_message_has_failed() {
    let mut trial = empty().await;
    let place = Place::bucket();
    let service = place.service.as_ref().unwrap();
    trial.worker.scanning.files = place.blobs.clone();
    trial.deliver("INBOX");
    trial.deliver_raw("INBOX", |number| large(number, 400_000));
    trial.scan_inbox_only().await;
    service.stop();
    let seen = trial.turn().await;
    let told = "The blob store s3://mailroom/large/mail can't be used: ";
    assert!(seen.says().contains(told), "{}", seen.says());
    assert!(
        seen.says()
            .contains("nothing is lost, and it is tried again.")
    );
    service.start_again();
    trial.later(TimeDelta::minutes(5)).await;
    trial.keep_undecided().await;

    service.stop();
    let seen = trial.turn().await;
    assert!(seen.says().contains(told), "{}", seen.says());
    assert_eq!(trial.ledger().await["pending"], 2);
    service.start_again();
    trial.later(TimeDelta::minutes(5)).await;
    trial.heals().await;
}

impl Trial {
    async fn scan_inbox_only(&self) {
        self.store()
            .execute_unprepared("UPDATE scanners SET folders = '[\"INBOX\"]'")
            .await
            .unwrap();
    }

    /// Scans and takes the decisions back, as a program leaves it that was killed between its two transactions.
    async fn keep_undecided(&self) {
        self.rule(&failing_rule_for_all()).await;
        self.turn().await;
        self.rule(&json!({"name": "Every sender", "then": [{"create_lead": {}}]}))
            .await;
        self.store()
            .execute_unprepared(
                "UPDATE deliveries SET state = 'pending', attempts = 0, error = NULL, next_try_at = NULL",
            )
            .await
            .unwrap();
        let copies = entities::deliveries::Entity::find()
            .all(self.store().reader())
            .await
            .unwrap();
        assert!(
            copies
                .iter()
                .all(|copy| copy.state == DeliveryState::Pending)
        );
    }

    async fn large_object(&self) -> String {
        let rows = store::blobs::after(self.store(), "", 99).await.unwrap();
        rows.into_iter().find_map(|row| row.object).unwrap()
    }

    async fn set_blob(&self, hash: &str, bytes: Vec<u8>) {
        use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, IntoActiveModel as _};
        let blob = store::blobs::read(self.store(), hash)
            .await
            .unwrap()
            .unwrap();
        let mut row = blob.into_active_model();
        row.bytes = Set(Some(bytes));
        row.update(self.store()).await.unwrap();
    }
}

fn failing_rule_for_all() -> serde_json::Value {
    json!({"name": "Divider", "then": [{"create_lead": {
        "title": "{% if 'Question' in subject or 'Large' in subject %}{{ 1 // 0 }}{% endif %}"
    }}]})
}
