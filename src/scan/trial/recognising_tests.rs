#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;

use chrono::TimeDelta;
use entities::deliveries::{self, DeliveryState, Model};
use entities::messages::Direction;
use sandbox::{Fault, Feature, Options};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde_json::json;

use super::looking::{bodies, count};
use super::{ADDRESS, ORDERS, Trial, letter};
use crate::clock::Clock as _;
use crate::store;
use crate::store::deliveries::retried::discard;
use crate::store::fixture::{self, at};

impl Trial {
    /// Gives INBOX another UIDVALIDITY, under which its first message has the UID 500.
    fn renumber(&self) {
        self.provider
            .set_uid_validity(ADDRESS, "INBOX", 77, 500)
            .unwrap();
    }

    /// Every copy of this scanner, in the order they were kept.
    async fn every_copy(&self) -> Vec<Model> {
        deliveries::Entity::find()
            .order_by_asc(deliveries::Column::Id)
            .all(self.store())
            .await
            .unwrap()
    }

    async fn discard(&self, copies: &[&Model]) {
        let ids: Vec<_> = copies.iter().map(|copy| copy.id).collect();
        let tx = self.store().begin().await.unwrap();
        let done = discard(&tx, &ids, "anna", "not ours", self.clock.now()).await;
        assert_eq!(done, Ok(ids.len() as u64));
        tx.commit().await.unwrap();
    }
}

/// The copies that the server has, by UID.
fn present(copies: Vec<Model>) -> BTreeMap<i64, Model> {
    let there = copies.into_iter().filter(|copy| copy.vanished_at.is_none());
    there.map(|copy| (copy.uid, copy)).collect()
}

#[tokio::test]
async fn a_folder_numbered_anew_is_recognised_without_its_bodies() {
    let mut trial = Trial::new().await;
    // Without a Message-ID it is read again.
    trial.deliver_raw("INBOX", |_| {
        b"From: nobody@mail.example\r\nSubject: bare\r\n\r\nx\r\n".to_vec()
    });
    trial.turn().await;
    trial
        .provider
        .set_uid_validity(ADDRESS, "INBOX", 77, 500)
        .unwrap();
    trial.deliver("INBOX");
    let (seen, commands) = trial.good_turn().await;
    assert_eq!(seen.report(), "done");
    assert_eq!(count(&seen, "recognised"), 3);
    assert_eq!(count(&seen, "new_messages"), 1);
    assert!(bodies(&commands) <= 2, "{commands:?}");
    let now: Vec<i64> = trial.vanished("INBOX").await.into_keys().collect();
    assert_eq!(now, [500, 501, 502, 503, 504]);
    trial.has_everything_once().await;
    let (_, commands) = trial.good_turn().await;
    assert_eq!(commands.len(), 3, "{commands:?}");

    // What was under the old numbers is there under the new ones only.
    let old = deliveries::Entity::find()
        .filter(deliveries::Column::VanishedAt.is_not_null())
        .all(trial.store())
        .await
        .unwrap();
    assert_eq!(old.len(), 4);
}

#[tokio::test]
async fn a_server_that_numbers_anew_each_time_is_called_unreliable() {
    let trial = Trial::new().await;
    trial.read(&["INBOX"]).await;
    trial.turn().await;
    let mut said = Vec::new();
    for validity in 10..16 {
        trial
            .provider
            .set_uid_validity(ADDRESS, "INBOX", validity, 1)
            .unwrap();
        let (seen, commands) = trial.good_turn().await;
        assert_eq!(bodies(&commands), 0);
        said.push(seen.says().contains("can't be relied on"));
    }
    assert_eq!(said, [false, false, false, false, true, true]);
    let (seen, _) = trial.good_turn().await;
    assert_eq!(seen.report(), "done");
}

#[tokio::test]
async fn gmail_shows_a_message_in_many_folders_and_it_is_read_once() {
    for feature in [Feature::Gmail, Feature::ObjectId] {
        let mut options = Options::default();
        options.features.insert(feature);
        let mut trial = Trial::empty(fixture::sqlite().await, options).await;
        let folders = ["[Gmail]/All Mail", "INBOX", "[Gmail]/Sent Mail"];
        for folder in folders.iter().filter(|name| **name != "INBOX") {
            trial.provider.create_folder(ADDRESS, folder).unwrap();
        }
        trial.read(&folders).await;
        let received = |number: u32| {
            format!(
                "Message-ID: <{number}@mail.example>\r\nFrom: p{number}@mail.example\r\nTo: {ADDRESS}\r\nSubject: {number}\r\n\r\nHello\r\n"
            )
            .into_bytes()
        };
        let sent = || {
            format!(
                "Message-ID: <sent@mail.example>\r\nFrom: {ADDRESS}\r\nTo: p1@mail.example\r\nSubject: Re: 1\r\n\r\nHello\r\n"
            )
            .into_bytes()
        };
        for number in 1..=3 {
            for folder in ["INBOX", "[Gmail]/All Mail"] {
                trial
                    .provider
                    .deliver(ADDRESS, folder, received(number), at(-3600))
                    .unwrap();
            }
        }
        // Archived long ago: in All Mail only.
        trial.deliver_raw("[Gmail]/All Mail", |_| received(9));
        for folder in ["[Gmail]/Sent Mail", "[Gmail]/All Mail"] {
            trial
                .provider
                .deliver(ADDRESS, folder, sent(), at(-3600))
                .unwrap();
        }
        let (seen, commands) = trial.good_turn().await;
        assert_eq!(count(&seen, "new_messages"), 5);
        assert_eq!(count(&seen, "kept"), 9);
        assert_eq!(count(&seen, "recognised"), 4);
        assert_eq!(bodies(&commands), 1, "{commands:?}");
        let messages = entities::messages::Entity::find()
            .all(trial.store())
            .await
            .unwrap();
        let ours: Vec<&str> = messages
            .iter()
            .filter(|message| message.direction == Direction::Sent)
            .filter_map(|message| message.rfc_message_id.as_deref())
            .collect();
        assert_eq!(ours, ["sent@mail.example"]);

        // Archived now: it leaves INBOX and stays in All Mail.
        trial.provider.expunge(ADDRESS, "INBOX", 2).unwrap();
        let (seen, commands) = trial.good_turn().await;
        assert_eq!((count(&seen, "vanished"), bodies(&commands)), (1, 0));
        assert!(trial.vanished("INBOX").await[&2].is_some());
        let everything = trial.vanished("[Gmail]/All Mail").await;
        assert!(everything.values().all(Option::is_none));
    }
}

#[tokio::test]
async fn what_a_server_calls_a_message_is_believed_only_with_its_size() {
    for feature in [Feature::Gmail, Feature::ObjectId] {
        let mut options = Options::default();
        options.features.insert(feature);
        let mut trial = Trial::empty(fixture::sqlite().await, options).await;
        trial.provider.create_folder(ADDRESS, ORDERS).unwrap();
        trial.read(&["INBOX", ORDERS]).await;
        trial.inject(Fault::same_server_id(7));
        trial.deliver("INBOX");
        let long = |number| format!("{}{}", letter(number), "and so on\r\n".repeat(500));
        trial.deliver_raw(ORDERS, |number| long(number).into_bytes());
        let (seen, commands) = trial.good_turn().await;
        assert_eq!(
            (count(&seen, "recognised"), count(&seen, "new_messages")),
            (0, 2)
        );
        assert_eq!(bodies(&commands), 2, "{commands:?}");
        trial.has_everything_once().await;

        // Of one name and one size, it is one message.
        for (folder, raw) in [("INBOX", long(2)), (ORDERS, letter(1))] {
            trial
                .provider
                .deliver(ADDRESS, folder, raw.into_bytes(), at(-3600))
                .unwrap();
        }
        let (seen, commands) = trial.good_turn().await;
        assert_eq!((count(&seen, "recognised"), bodies(&commands)), (2, 0));
        trial.has_everything_once().await;
    }
}

#[tokio::test]
async fn what_was_discarded_or_ignored_is_so_still_when_its_folder_is_numbered_anew() {
    let mut trial = Trial::empty(fixture::sqlite().await, Options::default()).await;
    trial.read(&["INBOX"]).await;
    trial
        .rule(&json!({"name": "Divider", "then": [
            {"create_lead": {"title": "{% if 'Question 1' in subject %}{{ 1 // 0 }}{% endif %}"}},
        ]}))
        .await;
    // The first fails in its rule, the second never comes, the third has no Message-ID and fails too.
    trial.deliver("INBOX");
    trial.deliver("INBOX");
    trial.deliver_raw("INBOX", |_| {
        b"From: nobody@mail.example\r\nSubject: Question 1\r\n\r\nx\r\n".to_vec()
    });
    trial.inject(Fault::missing_bodies(&[2]));
    trial.turn().await;
    let copies = trial.every_copy().await;
    assert!(
        copies
            .iter()
            .all(|copy| copy.state == DeliveryState::Failed)
    );
    trial.discard(&copies.iter().collect::<Vec<_>>()).await;
    trial
        .rule(&json!({"name": "Newsletters", "then": [{"ignore": "of today"}]}))
        .await;
    trial.deliver("INBOX");
    trial.good_turn().await;

    trial.provider.clear_faults();
    trial.renumber();
    trial.inject(Fault::missing_bodies(&[501]));
    trial
        .rule(&json!({"name": "Every sender", "then": [{"create_lead": {}}]}))
        .await;
    let (seen, _) = trial.good_turn().await;
    assert_eq!(seen.report(), "done");
    let copies = present(trial.every_copy().await);
    let told: Vec<_> = copies
        .values()
        .map(|copy| (copy.uid, copy.state, copy.discard_reason.as_deref()))
        .collect();
    let discarded = DeliveryState::Discarded;
    assert_eq!(
        told,
        [
            (500, discarded, Some("not ours")),
            (501, discarded, Some("not ours")),
            (502, discarded, Some("not ours")),
            (503, DeliveryState::Ignored, None),
        ]
    );
    let leads = entities::leads::Entity::find().all(trial.store()).await;
    assert_eq!(leads.unwrap(), []);
}

#[tokio::test]
async fn what_is_held_is_met_once_when_its_folder_is_numbered_anew() {
    let trial = Trial::new().await;
    trial.read(&["INBOX"]).await;
    trial
        .rule(&json!({"name": "Divider", "then": [
            {"create_lead": {"title": "{% if 'Question' in subject %}{{ 1 // 0 }}{% endif %}"}},
        ]}))
        .await;
    trial.turn().await;
    for _ in 0..5 {
        trial.later(TimeDelta::days(1)).await;
        trial.turn().await;
    }
    assert_eq!(trial.ledger().await["held"], 3);
    trial.renumber();
    trial.good_turn().await;
    assert_eq!(trial.ledger().await, [("failed", 3), ("gone", 3)].into());
    trial
        .rule(&json!({"name": "Every sender", "then": [{"create_lead": {}}]}))
        .await;
    store::deliveries::decide_again(trial.store(), trial.clock.now())
        .await
        .unwrap();
    let (seen, _) = trial.good_turn().await;
    assert_eq!(count(&seen, "leads"), 3);
    assert_eq!(trial.ledger().await, [("done", 3), ("gone", 3)].into());
}

#[tokio::test]
async fn a_message_whose_headers_break_the_parser_does_not_keep_the_others_from_being_recognised() {
    let mut trial = Trial::new().await;
    trial.read(&["INBOX"]).await;
    for _ in 0..40 {
        trial.deliver("INBOX");
    }
    trial.turn().await;
    trial.renumber();
    trial.inject(Fault::mangled_body(517));
    let (seen, commands) = trial.good_turn().await;
    assert_eq!(seen.report(), "done messages", "{}", seen.says());
    assert_eq!(trial.ledger().await, [("done", 85), ("failed", 1)].into());
    assert!(count(&seen, "recognised") > 30, "{:?}", seen.scan.counts);
    assert!(bodies(&commands) <= 8, "{commands:?}");
    trial.provider.clear_faults();
    trial.later(TimeDelta::hours(1)).await;
    trial.turn().await;
    let present = present(trial.every_copy().await);
    assert_eq!(present.len(), 43);
    assert!(
        present
            .values()
            .all(|copy| copy.state == DeliveryState::Done)
    );
}
