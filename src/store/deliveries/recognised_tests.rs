use entities::deliveries::DeliveryState;

use super::*;
use crate::store::deliveries::{Finished, NewDelivery, finish, keep, pending, vanished};
use crate::store::fixture::{at, blob, both, delivery, hash, inbox, stored};
use crate::store::{blobs, folders, scanners};

fn called(row: NewDelivery, id: &str) -> NewDelivery {
    NewDelivery {
        server_id: Some(id.to_owned()),
        ..row
    }
}

fn kept(name: &str) -> Vec<Kept> {
    vec![Kept {
        blob_hash: hash(name),
        size: 3,
    }]
}

#[tokio::test]
async fn a_message_is_known_by_its_servers_name_in_its_mailbox_only() {
    for db in both().await {
        let store = &db.store;
        let (ours, theirs) = (inbox(store, "ours").await, inbox(store, "theirs").await);
        let sent = folders::find_or_insert(store, ours.scanner_id, "Sent")
            .await
            .unwrap();
        blobs::insert_missing(store, vec![blob("a"), blob("b")])
            .await
            .unwrap();
        let owed = NewDelivery {
            state: DeliveryState::Failed,
            blob_hash: None,
            ..delivery(ours.id, 3, "a")
        };
        let rows = vec![
            called(delivery(ours.id, 1, "a"), "M1"),
            called(delivery(sent.id, 1, "a"), "M1"),
            called(delivery(theirs.id, 1, "b"), "M2"),
            called(owed, "M3"),
            delivery(ours.id, 4, "b"),
        ];
        keep(store, rows).await.unwrap();
        let mailbox = scanners::by_id(store, ours.scanner_id)
            .await
            .unwrap()
            .unwrap()
            .mailbox_id;
        let found = by_server_ids(store, mailbox, &["M1", "M2", "M3", "M4"]).await;
        assert_eq!(found, Ok([("M1".to_owned(), kept("a"))].into()));
    }
}

#[tokio::test]
async fn a_message_is_known_by_its_fingerprint() {
    for db in both().await {
        let store = &db.store;
        let ours = inbox(store, "ours").await;
        let theirs = inbox(store, "theirs").await;
        let (a, b) = (stored(store, "a").await, stored(store, "b").await);
        keep(store, vec![delivery(ours.id, 1, "a")]).await.unwrap();
        keep(store, vec![delivery(theirs.id, 1, "b")])
            .await
            .unwrap();
        for (folder, message) in [(&ours, a), (&theirs, b)] {
            let waiting = pending(store, folder.scanner_id, at(0), 9).await.unwrap();
            let done: Vec<Finished> = waiting
                .iter()
                .map(|one| Finished {
                    id: one.delivery.id,
                    message,
                    state: DeliveryState::Done,
                })
                .collect();
            finish(store, &done).await.unwrap();
        }
        let mailbox = scanners::by_id(store, ours.scanner_id)
            .await
            .unwrap()
            .unwrap()
            .mailbox_id;
        let found = by_identities(store, mailbox, &["a", "b", "c"]).await;
        assert_eq!(found, Ok([("a".to_owned(), kept("a"))].into()));
    }
}

#[tokio::test]
async fn a_folder_numbered_anew_has_older_copies_until_they_are_marked() {
    for db in both().await {
        let store = &db.store;
        let ours = inbox(store, "ours").await;
        blobs::insert_missing(store, vec![blob("a")]).await.unwrap();
        keep(store, vec![delivery(ours.id, 1, "a")]).await.unwrap();
        assert_eq!(has_older(store, ours.id, 1).await, Ok(false));
        assert_eq!(has_older(store, ours.id, 2).await, Ok(true));
        vanished::mark_older(store, ours.id, 2, at(9))
            .await
            .unwrap();
        assert_eq!(has_older(store, ours.id, 2).await, Ok(false));
    }
}

#[tokio::test]
async fn a_mailbox_has_several_folders_when_it_has_two() {
    for db in both().await {
        let store = &db.store;
        let ours = inbox(store, "ours").await;
        let mailbox = scanners::by_id(store, ours.scanner_id)
            .await
            .unwrap()
            .unwrap()
            .mailbox_id;
        inbox(store, "theirs").await;
        assert_eq!(has_several_folders(store, mailbox).await, Ok(false));
        folders::find_or_insert(store, ours.scanner_id, "Sent")
            .await
            .unwrap();
        assert_eq!(has_several_folders(store, mailbox).await, Ok(true));
    }
}
