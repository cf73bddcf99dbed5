#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use chrono::TimeDelta;
use entities::deliveries::DeliveryState;
use entities::{decisions, leads, links, message_tags, scans};
use sea_orm::{ConnectionTrait as _, EntityTrait as _, PaginatorTrait as _};
use serde_json::json;

use super::{ORDERS, Trial};
use crate::clock::Clock as _;
use crate::store;
use crate::store::deliveries::chosen::{Filter, Listed, list};
use crate::store::deliveries::retried::{Retried, discard, retry};
use crate::store::deliveries::still_wait;

impl Trial {
    async fn retry(&self, filter: Filter) -> Retried {
        let tx = self.store().begin().await.unwrap();
        let retried = retry(&tx, &filter, self.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        retried
    }

    async fn copies(&self) -> Vec<Listed> {
        let mut copies = list(self.store(), &Filter::default(), None, 100)
            .await
            .unwrap();
        copies.reverse();
        copies
    }

    /// Leads, links, decisions, tags.
    async fn made(&self) -> [u64; 4] {
        let db = self.store().reader();
        [
            leads::Entity::find().count(db).await.unwrap(),
            links::Entity::find().count(db).await.unwrap(),
            decisions::Entity::find().count(db).await.unwrap(),
            message_tags::Entity::find().count(db).await.unwrap(),
        ]
    }
}

/// A rule that fails over every message.
fn failing() -> serde_json::Value {
    json!({"name": "Divider", "then": [{"create_lead": {
        "title": "{% if 'Question' in subject %}{{ 1 // 0 }}{% endif %}"
    }}]})
}

/// Every copy in these states.
fn in_states(states: &[DeliveryState]) -> Filter {
    Filter {
        states: states.to_vec(),
        ..Filter::default()
    }
}

#[tokio::test]
async fn what_was_decided_is_decided_anew_and_nothing_is_made_twice() {
    let trial = Trial::new().await;
    trial.turn().await;
    assert_eq!(trial.made().await, [5, 5, 5, 0]);
    trial
        .rule(&json!({"name": "Of today", "then": [{"create_lead": {}}, {"tag": "again"}]}))
        .await;
    // A person has given one lead another address since, and removed nothing.
    trial
        .store()
        .execute_unprepared("UPDATE leads SET email = 'other@x.example' WHERE id = 1")
        .await
        .unwrap();
    trial
        .store()
        .execute_unprepared(
            "UPDATE record_addresses SET email = 'other@x.example' WHERE record_id = 1",
        )
        .await
        .unwrap();
    let asked = trial.clock.now();
    let retried = trial.retry(in_states(&[DeliveryState::Done])).await;
    assert_eq!(retried.anew, 5);
    assert!(trial.is_due(asked).await, "at once");
    assert_eq!(trial.ledger().await["pending"], 5);

    let seen = trial.turn().await;
    assert_eq!(seen.report(), "done", "{}", trial.troubles().await);
    assert_eq!(trial.made().await, [5, 5, 5, 5]);
    let all = decisions::Entity::find().all(trial.store().reader()).await;
    for decision in all.unwrap() {
        assert_eq!(decision.body["rules"][0]["rule"], "Of today");
        assert!(decision.decided_at >= asked);
    }
    let copies = trial.copies().await;
    assert!(copies.iter().all(|copy| copy.delivery.asked_anew.is_none()));
    trial.has_everything_once().await;
}

#[tokio::test]
async fn a_message_is_decided_anew_once_however_many_copies_were_asked_for() {
    let mut trial = Trial::new().await;
    let raw =
        b"Message-ID: <same@x.example>\r\nFrom: <one@x.example>\r\nSubject: Same\r\n\r\nSame.\r\n";
    trial.deliver_raw("INBOX", |_| raw.to_vec());
    trial.deliver_raw(ORDERS, |_| raw.to_vec());
    trial.turn().await;
    trial
        .rule(&json!({"name": "Nothing to do", "then": [{"ignore": "of today"}]}))
        .await;
    trial.retry(in_states(&[DeliveryState::Done])).await;
    let seen = trial.turn().await;
    assert_eq!(seen.scan.counts["copies"], 1);
    assert_eq!(seen.scan.counts["ignored"], 6);
    assert_eq!(trial.made().await, [6, 6, 6, 0], "what was made stays");
    assert_eq!(trial.ledger().await["ignored"], 6);

    // Asked for once more, it is decided once more.
    trial.later(TimeDelta::minutes(1)).await;
    let same = trial.copies().await.remove(3).delivery.id;
    let one = Filter {
        ids: vec![same],
        ..Filter::default()
    };
    assert_eq!(trial.retry(one).await.anew, 1);
    let seen = trial.turn().await;
    assert_eq!(seen.scan.counts["ignored"], 1);
}

#[tokio::test]
async fn what_fails_when_it_is_decided_anew_is_decided_anew_later() {
    let trial = Trial::new().await;
    trial.turn().await;
    trial.rule(&failing()).await;
    trial.retry(in_states(&[DeliveryState::Done])).await;
    trial.turn().await;
    assert_eq!(trial.ledger().await["failed"], 5);
    trial
        .rule(&json!({"name": "Mended", "then": [{"tag": "again"}]}))
        .await;
    trial.retry(in_states(&[DeliveryState::Failed])).await;
    assert_eq!(trial.turn().await.report(), "done");
    assert_eq!(trial.made().await, [5, 5, 5, 5]);
}

#[tokio::test]
async fn a_message_that_a_rule_fails_over_is_known_by_its_sender_and_can_be_discarded() {
    let trial = Trial::new().await;
    trial.rule(&failing()).await;
    trial.turn().await;
    let copies = trial.copies().await;
    let subjects: Vec<_> = copies
        .iter()
        .map(|copy| copy.message.as_ref().unwrap().subject.as_str())
        .collect();
    assert_eq!(subjects.len(), 5);
    assert!(subjects.contains(&"Question 1"), "{subjects:?}");

    let ids: Vec<_> = copies.iter().map(|copy| copy.delivery.id).collect();
    let tx = trial.store().begin().await.unwrap();
    assert_eq!(still_wait(&tx, &ids).await, Ok(true));
    discard(&tx, &ids[..1], "anna", "not ours", trial.clock.now())
        .await
        .unwrap();
    assert_eq!(still_wait(&tx, &ids).await, Ok(false));
    tx.commit().await.unwrap();
    trial
        .rule(&json!({"name": "Every sender", "then": [{"create_lead": {}}]}))
        .await;
    store::deliveries::decide_again(trial.store(), trial.clock.now())
        .await
        .unwrap();
    trial.turn().await;
    assert_eq!(trial.made().await, [4, 4, 4, 0]);
    assert_eq!(
        trial.scan_now().await.unwrap().counts.leads,
        0,
        "left alone"
    );

    trial.retry(in_states(&[DeliveryState::Discarded])).await;
    trial.heals().await;
}

#[tokio::test]
async fn what_a_person_asks_for_while_a_scan_runs_is_taken_up_by_the_next_one_at_once() {
    let trial = Trial::new().await;
    trial.turn().await;
    trial.later(TimeDelta::minutes(1)).await;
    let before = scans::Entity::find().count(trial.store()).await.unwrap();
    let worker = trial.worker.clone();
    let running = tokio::spawn(async move { worker.run_one().await });
    while scans::Entity::find().count(trial.store()).await.unwrap() == before {
        tokio::task::yield_now().await;
    }
    trial.clock.set(trial.clock.now() + TimeDelta::seconds(1));
    trial.retry(in_states(&[DeliveryState::Done])).await;
    running.await.unwrap().unwrap();
    assert!(trial.is_due(trial.clock.now()).await);
}
