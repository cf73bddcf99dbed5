#![allow(clippy::unwrap_used)]

use chrono::TimeDelta;
use entities::deliveries::DeliveryState;

use super::{arrived, due, forget_older, gone, still};
use crate::store::deliveries::{self, NewDelivery, Next, troubles};
use crate::store::fixture::{at, blob, both, delivery, hash, inbox};
use crate::store::{Store, blobs};

/// A copy that was announced and not delivered.
fn missing(folder: entities::ids::FolderId, uid: i64) -> NewDelivery {
    NewDelivery {
        state: DeliveryState::Failed,
        attempts: 1,
        next_try_at: Some(at(300)),
        error: Some("It did not come.".to_owned()),
        blob_hash: None,
        ..delivery(folder, uid, "none")
    }
}

async fn states(store: &Store, scanner: entities::ids::ScannerId) -> Vec<(DeliveryState, i64)> {
    deliveries::counts(store)
        .await
        .unwrap()
        .into_iter()
        .filter(|(whose, ..)| *whose == scanner)
        .map(|(_, state, count)| (state, count))
        .collect()
}

const LARGEST: i64 = 1_000;

#[tokio::test]
async fn what_is_owed_is_due_at_its_time_under_its_uidvalidity() {
    for db in both().await {
        let store = &db.store;
        let folder = inbox(store, "a").await;
        let rows = vec![missing(folder.id, 7), missing(folder.id, 3)];
        deliveries::keep(store, rows).await.unwrap();
        assert_eq!(due(store, folder.id, 1, LARGEST, at(299)).await, Ok(vec![]));
        assert_eq!(
            due(store, folder.id, 1, LARGEST, at(300)).await,
            Ok(vec![(3, 1), (7, 1)])
        );
        assert_eq!(due(store, folder.id, 2, LARGEST, at(300)).await, Ok(vec![]));
        // What has no bytes can't be decided.
        let pending = deliveries::pending(store, folder.scanner_id, at(900), 10).await;
        assert_eq!(pending, Ok(vec![]));
    }
}

#[tokio::test]
async fn what_arrives_waits_for_its_decision_and_owes_nothing() {
    for db in both().await {
        let store = &db.store;
        let folder = inbox(store, "a").await;
        deliveries::keep(store, vec![missing(folder.id, 7)])
            .await
            .unwrap();
        blobs::insert_missing(store, vec![blob("came")])
            .await
            .unwrap();
        arrived(store, &delivery(folder.id, 7, "came"))
            .await
            .unwrap();
        assert_eq!(due(store, folder.id, 1, LARGEST, at(900)).await, Ok(vec![]));
        let pending = deliveries::pending(store, folder.scanner_id, at(0), 10)
            .await
            .unwrap();
        let copy = &pending[0].delivery;
        assert_eq!((copy.uid, copy.attempts, &copy.error), (7, 0, &None));
        assert_eq!(copy.blob_hash, Some(hash("came")));

        // One that came is not overwritten by a later answer about the same UID.
        gone(store, &missing(folder.id, 7)).await.unwrap();
        assert_eq!(
            states(store, folder.scanner_id).await,
            [(DeliveryState::Pending, 1)]
        );
    }
}

#[tokio::test]
async fn what_does_not_come_is_held_or_gone() {
    for db in both().await {
        let store = &db.store;
        let folder = inbox(store, "a").await;
        let rows = vec![missing(folder.id, 7), missing(folder.id, 8)];
        deliveries::keep(store, rows).await.unwrap();
        let next = Next::TryAt(at(900));
        still(store, &missing(folder.id, 7), 2, next).await.unwrap();
        gone(store, &missing(folder.id, 8)).await.unwrap();
        assert_eq!(due(store, folder.id, 1, LARGEST, at(899)).await, Ok(vec![]));
        assert_eq!(
            due(store, folder.id, 1, LARGEST, at(900)).await,
            Ok(vec![(7, 2)])
        );
        still(store, &missing(folder.id, 7), 3, Next::Hold)
            .await
            .unwrap();
        assert_eq!(
            due(store, folder.id, 1, LARGEST, at(9_000)).await,
            Ok(vec![])
        );
        assert_eq!(
            states(store, folder.scanner_id).await,
            [(DeliveryState::Gone, 1), (DeliveryState::Held, 1)]
        );
        let told: Vec<String> = troubles(store, Some(folder.scanner_id))
            .await
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(told, ["1 message held: It did not come."]);
    }
}

#[tokio::test]
async fn a_new_uidvalidity_forgets_what_was_owed_and_not_what_is_kept() {
    for db in both().await {
        let store = &db.store;
        let folder = inbox(store, "a").await;
        blobs::insert_missing(store, vec![blob("kept")])
            .await
            .unwrap();
        let rows = vec![missing(folder.id, 7), delivery(folder.id, 6, "kept")];
        deliveries::keep(store, rows).await.unwrap();
        forget_older(store, folder.id, 1).await.unwrap();
        assert_eq!(
            due(store, folder.id, 1, LARGEST, at(900)).await,
            Ok(vec![(7, 1)])
        );
        forget_older(store, folder.id, 2).await.unwrap();
        assert_eq!(
            states(store, folder.scanner_id).await,
            [(DeliveryState::Gone, 1), (DeliveryState::Pending, 1)]
        );
    }
}

#[tokio::test]
async fn a_person_has_what_is_held_tried_again_for_one_scanner() {
    for db in both().await {
        let store = &db.store;
        let (ours, theirs) = (inbox(store, "ours").await, inbox(store, "theirs").await);
        for folder in [&ours, &theirs] {
            deliveries::keep(store, vec![missing(folder.id, 7)])
                .await
                .unwrap();
            still(store, &missing(folder.id, 7), 5, Next::Hold)
                .await
                .unwrap();
        }
        let now = at(0) + TimeDelta::days(3);
        assert_eq!(
            deliveries::take_up_held(store, ours.scanner_id, now).await,
            Ok(1)
        );
        assert_eq!(due(store, ours.id, 1, LARGEST, now).await, Ok(vec![(7, 5)]));
        assert_eq!(due(store, theirs.id, 1, LARGEST, now).await, Ok(vec![]));
        assert_eq!(
            deliveries::take_up_held(store, ours.scanner_id, now).await,
            Ok(0)
        );
    }
}

#[tokio::test]
async fn new_rules_decide_again_what_has_its_bytes() {
    for db in both().await {
        let store = &db.store;
        let folder = inbox(store, "a").await;
        blobs::insert_missing(store, vec![blob("kept")])
            .await
            .unwrap();
        let failed = NewDelivery {
            state: DeliveryState::Failed,
            ..delivery(folder.id, 6, "kept")
        };
        deliveries::keep(store, vec![failed, missing(folder.id, 7)])
            .await
            .unwrap();
        assert_eq!(deliveries::decide_again(store, at(60)).await, Ok(1));
        let pending = deliveries::pending(store, folder.scanner_id, at(60), 10)
            .await
            .unwrap();
        assert_eq!(pending.len(), 1);
        assert_eq!(
            due(store, folder.id, 1, LARGEST, at(299)).await,
            Ok(vec![]),
            "its time is as it was"
        );
    }
}

#[tokio::test]
async fn what_was_too_large_is_due_as_soon_as_it_is_let_through() {
    for db in both().await {
        let store = &db.store;
        let folder = inbox(store, "a").await;
        let too_large = NewDelivery {
            state: DeliveryState::Held,
            attempts: 0,
            next_try_at: None,
            size: 1_001,
            ..missing(folder.id, 7)
        };
        let never_came = NewDelivery {
            uid: 8,
            attempts: 5,
            size: 1,
            ..too_large.clone()
        };
        deliveries::keep(store, vec![too_large, never_came])
            .await
            .unwrap();
        assert_eq!(due(store, folder.id, 1, 1_000, at(0)).await, Ok(vec![]));
        assert_eq!(
            due(store, folder.id, 1, 1_001, at(0)).await,
            Ok(vec![(7, 0)])
        );
    }
}
