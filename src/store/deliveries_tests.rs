use entities::deliveries::DeliveryState;
use entities::folders;
use entities::ids::DeliveryId;

use super::{Finished, NewDelivery, Next, counts, fail, finish, for_message, keep, pending};
use crate::store::fixture::{at, blob, both, delivery, hash, inbox, message};
use crate::store::{Store, blobs, messages};

/// Keeps copies `1..=count` with bytes of their own.
async fn kept(store: &Store, name: &str, count: i64) -> folders::Model {
    let inbox = inbox(store, name).await;
    let names: Vec<String> = (1..=count).map(|uid| format!("{name}{uid}")).collect();
    let tx = store.begin().await.unwrap();
    let bytes = names.iter().map(|name| blob(name)).collect();
    blobs::insert_missing(&tx, bytes).await.unwrap();
    let copies = (1..)
        .zip(&names)
        .map(|(uid, name)| delivery(inbox.id, uid, name))
        .collect();
    let new = keep(&tx, copies).await.unwrap();
    assert_eq!(i64::try_from(new), Ok(count));
    tx.commit().await.unwrap();
    inbox
}

async fn waiting(store: &Store, inbox: &folders::Model, second: i64) -> Vec<i64> {
    let pending = pending(store, inbox.scanner_id, at(second), 100)
        .await
        .unwrap();
    pending.into_iter().map(|one| one.delivery.uid).collect()
}

#[tokio::test]
async fn a_copy_is_kept_once_however_often_it_is_announced() {
    for db in both().await {
        let inbox = kept(&db.store, "a", 3).await;
        let again: Vec<NewDelivery> = (2..=4).map(|uid| delivery(inbox.id, uid, "a1")).collect();
        assert_eq!(keep(&db.store, again).await, Ok(1));
        assert_eq!(waiting(&db.store, &inbox, 0).await, [1, 2, 3, 4]);

        // Another UIDVALIDITY counts its UIDs anew.
        let renumbered = NewDelivery {
            uid_validity: 2,
            ..delivery(inbox.id, 2, "a2")
        };
        assert_eq!(keep(&db.store, vec![renumbered]).await, Ok(1));
    }
}

#[tokio::test]
async fn more_copies_than_a_statement_can_bind_are_kept() {
    for db in both().await {
        let inbox = inbox(&db.store, "a").await;
        let copies = (1..=5000)
            .map(|uid| NewDelivery {
                state: DeliveryState::Gone,
                blob_hash: None,
                ..delivery(inbox.id, uid, "")
            })
            .collect();
        assert_eq!(keep(&db.store, copies).await, Ok(5000));
    }
}

#[tokio::test]
async fn pending_copies_come_with_the_hash_of_their_bytes_and_folder_in_their_order() {
    for db in both().await {
        let store = &db.store;
        let inbox = kept(store, "a", 3).await;
        kept(store, "b", 2).await;
        let first = pending(store, inbox.scanner_id, at(0), 2).await.unwrap();
        let seen: Vec<_> = first
            .iter()
            .map(|one| (one.delivery.uid, one.folder.as_str(), one.hash()))
            .collect();
        let hashes = [hash("a1"), hash("a2")];
        assert_eq!(seen, [(1, "INBOX", &*hashes[0]), (2, "INBOX", &*hashes[1])]);
        assert_eq!(first[0].delivery.internal_date, Some(at(-60)));
    }
}

#[tokio::test]
async fn a_decided_copy_names_its_message_and_waits_no_more() {
    for db in both().await {
        let store = &db.store;
        let inbox = kept(store, "a", 3).await;
        let copies = pending(store, inbox.scanner_id, at(0), 10).await.unwrap();
        let stored = messages::insert_missing(store, vec![message("a1"), message("a2")])
            .await
            .unwrap();
        fail(store, copies[1].delivery.id, "no", 1, Next::TryAt(at(0)))
            .await
            .unwrap();
        let decided = [
            Finished {
                id: copies[0].delivery.id,
                message: stored["a1"].id,
                state: DeliveryState::Done,
            },
            Finished {
                id: copies[1].delivery.id,
                message: stored["a2"].id,
                state: DeliveryState::Ignored,
            },
        ];
        finish(store, &decided).await.unwrap();
        finish(store, &[]).await.unwrap();

        assert_eq!(waiting(store, &inbox, 100).await, [3]);
        let (copy, folder) = for_message(store, stored["a2"].id).await.unwrap().remove(0);
        assert_eq!(
            (copy.state, copy.attempts, copy.error, copy.next_try_at),
            (DeliveryState::Ignored, 2, None, None)
        );
        assert_eq!(folder.name, "INBOX");
        let counted = counts(store).await.unwrap();
        assert_eq!(
            counted,
            [
                (inbox.scanner_id, DeliveryState::Done, 1),
                (inbox.scanner_id, DeliveryState::Ignored, 1),
                (inbox.scanner_id, DeliveryState::Pending, 1),
            ]
        );
    }
}

#[tokio::test]
async fn a_failed_copy_waits_for_its_time_and_a_held_one_for_a_person() {
    for db in both().await {
        let store = &db.store;
        let inbox = kept(store, "a", 3).await;
        let copies = pending(store, inbox.scanner_id, at(0), 10).await.unwrap();
        let id = |index: usize| -> DeliveryId { copies[index].delivery.id };
        fail(store, id(0), "can't\0 read", 1, Next::TryAt(at(30)))
            .await
            .unwrap();
        fail(store, id(1), "again", 5, Next::Hold).await.unwrap();

        assert_eq!(waiting(store, &inbox, 29).await, [3]);
        assert_eq!(waiting(store, &inbox, 30).await, [1, 3]);
        let failed = pending(store, inbox.scanner_id, at(30), 1)
            .await
            .unwrap()
            .remove(0)
            .delivery;
        assert_eq!(
            (failed.attempts, failed.error.as_deref()),
            (1, Some("can't\u{fffd} read"))
        );
    }
}
