#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use entities::deliveries::{DeliveryState, Model};
use entities::folders;
use entities::ids::DeliveryId;
use entities::outbox::Channel;

use super::{Retried, discard, retry};
use crate::store::decisions::NewDecision;
use crate::store::deliveries::chosen::{Filter, by_uids};
use crate::store::deliveries::{Finished, NewDelivery, Next, fail, finish, keep, pending};
use crate::store::fixture::{at, blob, both, delivery, inbox, stored};
use crate::store::outbox::{Asked, NewRow};
use crate::store::{Store, blobs, decisions, folders as cursors, outbox, scanners};

/// Copies 1 to 6 under UIDVALIDITY 1: done, held, failed and owed, gone, ignored, waiting.
async fn ledger(store: &Store) -> folders::Model {
    let inbox = inbox(store, "a").await;
    cursors::set_cursor(store, inbox.id, 1, 6, None)
        .await
        .unwrap();
    for uid in 1..=6 {
        let name = format!("a{uid}");
        blobs::insert_missing(store, vec![blob(&name)])
            .await
            .unwrap();
        let with_bytes = delivery(inbox.id, uid, &name);
        let copy = match uid {
            3 | 4 => NewDelivery {
                state: [DeliveryState::Failed, DeliveryState::Gone][usize::from(uid == 4)],
                next_try_at: (uid == 3).then(|| at(9_000)),
                blob_hash: None,
                ..with_bytes
            },
            _ => with_bytes,
        };
        keep(store, vec![copy]).await.unwrap();
    }
    let decision = NewDecision {
        message_id: stored(store, "a1").await,
        scanner_id: inbox.scanner_id,
        body: serde_json::json!({}),
        doubt: None,
        decided_at: at(0),
        version: None,
    };
    decisions::insert_missing(store, vec![decision])
        .await
        .unwrap();
    for (uid, state) in [(1, DeliveryState::Done), (5, DeliveryState::Ignored)] {
        let message = stored(store, &format!("a{uid}")).await;
        let id = copy(store, &inbox, uid).await.id;
        finish(store, &[Finished { id, message, state }])
            .await
            .unwrap();
    }
    let held = copy(store, &inbox, 2).await.id;
    fail(store, held, "a rule", 5, Next::Hold).await.unwrap();
    inbox
}

async fn copy(store: &Store, inbox: &folders::Model, uid: i64) -> Model {
    let found = by_uids(store, inbox.id, 1, &[uid]).await.unwrap();
    found[0].delivery.clone()
}

async fn states(store: &Store, inbox: &folders::Model) -> Vec<&'static str> {
    let all = by_uids(store, inbox.id, 1, &[1, 2, 3, 4, 5, 6]).await;
    let all = all.unwrap().into_iter();
    all.map(|one| one.delivery.state.as_str()).collect()
}

async fn retried(store: &Store, filter: &Filter) -> Retried {
    let tx = store.begin().await.unwrap();
    let retried = retry(&tx, filter, at(100)).await.unwrap();
    tx.commit().await.unwrap();
    retried
}

#[tokio::test]
async fn each_is_dealt_with_once_more_in_its_way_and_the_scanner_is_due() {
    for db in both().await {
        let store = &db.store;
        let inbox = ledger(store).await;
        scanners::set_next_scan(store, inbox.scanner_id, Some(at(5_000)))
            .await
            .unwrap();
        let all = Filter {
            scanner: Some(inbox.scanner_id),
            ..Filter::default()
        };
        assert_eq!(
            retried(store, &all).await,
            Retried {
                tried_again: 1,
                anew: 2,
                asked_again: 2,
                out_of_reach: 0,
                scanners: vec![inbox.scanner_id],
            }
        );
        assert_eq!(
            states(store, &inbox).await,
            [
                "pending", "failed", "failed", "failed", "pending", "pending"
            ]
        );
        let again = copy(store, &inbox, 1).await;
        assert_eq!(
            (
                again.asked_anew.is_some(),
                again.attempts,
                again.message_id.is_some()
            ),
            (true, 0, true)
        );
        assert_eq!(copy(store, &inbox, 3).await.next_try_at, Some(at(100)));
        assert_eq!(copy(store, &inbox, 6).await.asked_anew, None);
        let waiting = pending(store, inbox.scanner_id, at(100), 10).await.unwrap();
        assert_eq!(waiting.len(), 4, "those whose bytes are here");
        let scanner = scanners::by_id(store, inbox.scanner_id).await.unwrap();
        assert_eq!(scanner.unwrap().next_scan_at, Some(at(100)));
    }
}

#[tokio::test]
async fn what_has_no_bytes_and_an_old_number_is_out_of_reach() {
    for db in both().await {
        let store = &db.store;
        let inbox = ledger(store).await;
        cursors::set_cursor(store, inbox.id, 2, 0, None)
            .await
            .unwrap();
        let owed = Filter {
            states: vec![DeliveryState::Failed, DeliveryState::Gone],
            ..Filter::default()
        };
        let retried = retried(store, &owed).await;
        assert_eq!((retried.asked_again, retried.out_of_reach), (0, 2));
        assert_eq!(copy(store, &inbox, 4).await.state, DeliveryState::Gone);
    }
}

#[tokio::test]
async fn what_is_discarded_says_who_when_and_why_until_it_is_taken_back() {
    for db in both().await {
        let store = &db.store;
        let inbox = ledger(store).await;
        let mut ids: Vec<DeliveryId> = Vec::new();
        for uid in 1..=6 {
            ids.push(copy(store, &inbox, uid).await.id);
        }
        let tx = store.begin().await.unwrap();
        let discarded = discard(&tx, &ids, "anna", "spam\0", at(50)).await;
        assert_eq!(discarded, Ok(3), "what is dealt with stays");
        tx.commit().await.unwrap();
        assert_eq!(
            states(store, &inbox).await,
            [
                "done",
                "discarded",
                "discarded",
                "gone",
                "ignored",
                "discarded"
            ]
        );
        let held = copy(store, &inbox, 2).await;
        assert_eq!(
            (held.discarded_by, held.discarded_at, held.discard_reason),
            (
                Some("anna".to_owned()),
                Some(at(50)),
                Some("spam\u{fffd}".to_owned())
            )
        );
        let waiting = pending(store, inbox.scanner_id, at(99_999), 10).await;
        assert_eq!(waiting, Ok(vec![]));
        let spam = Filter {
            error: Some("SPAM".to_owned()),
            ..Filter::default()
        };
        let back = retried(store, &spam).await;
        assert_eq!((back.tried_again, back.asked_again), (2, 1));
        let back = copy(store, &inbox, 2).await;
        assert_eq!(
            (back.state, back.discard_reason),
            (DeliveryState::Failed, None)
        );
    }
}

#[tokio::test]
async fn what_waits_to_be_sent_because_of_a_discarded_message_is_not_sent() {
    for db in both().await {
        let store = &db.store;
        let inbox = ledger(store).await;
        let filter = Filter::default();
        retried(store, &filter).await;
        for uid in [1, 5] {
            let message = stored(store, &format!("a{uid}")).await;
            let row = NewRow {
                channel: Channel::Reply,
                key: format!("reply-{uid}"),
                body: serde_json::json!({}),
                asked: Some(Asked {
                    message,
                    rule: "Thanks".to_owned(),
                    scan: None,
                    scanner: inbox.scanner_id,
                    expires_at: at(9_000),
                }),
            };
            outbox::insert_unsent(store, row, at(0)).await.unwrap();
        }
        let first = copy(store, &inbox, 1).await.id;
        let tx = store.begin().await.unwrap();
        discard(&tx, &[first], "anna", "spam", at(9)).await.unwrap();
        tx.commit().await.unwrap();
        let left = outbox::list(store, 9).await.unwrap();
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].key, "reply-5");
    }
}
