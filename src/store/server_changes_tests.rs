use entities::ids::{DeliveryId, ScannerId};
use entities::server_changes::Change;
use sea_orm::{ConnectionTrait, DbBackend};

use super::{
    NewChange, any_declined, begin, done, due, failed, for_message, insert_missing, renumbered,
    take_back, take_up, troubles,
};
use crate::store::deliveries::{self, Finished};
use crate::store::fixture::{at, both, delivery, inbox, stored};
use crate::store::undos::Scope;
use crate::store::{Store, blobs, fixture};
use entities::deliveries::DeliveryState;

fn wanted(delivery: DeliveryId, scanner: ScannerId, change: Change, argument: &str) -> NewChange {
    NewChange {
        delivery_id: delivery,
        scanner_id: scanner,
        change,
        argument: argument.to_owned(),
        rule: "file away".to_owned(),
        scan_id: None,
        created_at: at(0),
    }
}

async fn asked(store: &Store, new: Vec<NewChange>) {
    let tx = store.begin().await.unwrap();
    insert_missing(&tx, new).await.unwrap();
    tx.commit().await.unwrap();
}

/// Two copies in one folder, each of a message.
async fn two(store: &Store) -> (ScannerId, entities::ids::FolderId, Vec<DeliveryId>) {
    let folder = inbox(store, "sales").await;
    blobs::insert_missing(store, vec![fixture::blob("a"), fixture::blob("b")])
        .await
        .unwrap();
    let rows = vec![delivery(folder.id, 11, "a"), delivery(folder.id, 12, "b")];
    deliveries::keep(store, rows).await.unwrap();
    let pending = deliveries::pending(store, folder.scanner_id, at(0), 9)
        .await
        .unwrap();
    let ids: Vec<DeliveryId> = pending.iter().map(|one| one.delivery.id).collect();
    let mut finished = Vec::new();
    for (id, name) in ids.iter().zip(["a", "b"]) {
        finished.push(Finished {
            id: *id,
            message: stored(store, name).await,
            state: DeliveryState::Done,
        });
    }
    let tx = store.begin().await.unwrap();
    deliveries::finish(&tx, &finished).await.unwrap();
    tx.commit().await.unwrap();
    (folder.scanner_id, folder.id, ids)
}

#[tokio::test]
async fn a_message_is_changed_once_as_a_rule_asks_and_in_its_order() {
    for db in both().await {
        let store = &db.store;
        let (scanner, _, copies) = two(store).await;
        let new = vec![
            wanted(copies[0], scanner, Change::Flag, "\\Seen"),
            wanted(copies[0], scanner, Change::Move, "Done"),
            wanted(copies[1], scanner, Change::Move, "Done"),
        ];
        asked(store, new.clone()).await;
        asked(store, new).await;

        let first = due(store, scanner, at(1), 9).await.unwrap();
        let told: Vec<_> = first.iter().map(|due| (due.change, due.uid)).collect();
        assert_eq!(told, [(Change::Flag, 11), (Change::Move, 12)]);
        assert_eq!((first[0].folder.as_str(), first[0].attempts), ("INBOX", 0));
        assert!(
            due(store, ScannerId(99), at(1), 9)
                .await
                .unwrap()
                .is_empty()
        );

        let tx = store.begin().await.unwrap();
        begin(&tx, &[first[0].id], at(1)).await.unwrap();
        done(&tx, &[first[0].id], at(2)).await.unwrap();
        tx.commit().await.unwrap();
        let then = due(store, scanner, at(1), 1).await.unwrap();
        assert_eq!((then[0].change, then[0].uid), (Change::Move, 11));
    }
}

#[tokio::test]
async fn what_was_declined_waits_and_then_needs_a_person() {
    for db in both().await {
        let store = &db.store;
        let (scanner, folder, copies) = two(store).await;
        asked(
            store,
            vec![wanted(copies[0], scanner, Change::Move, "Done")],
        )
        .await;
        let change = due(store, scanner, at(0), 9).await.unwrap().remove(0);

        let tx = store.begin().await.unwrap();
        begin(&tx, &[change.id], at(0)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!any_declined(store, scanner).await.unwrap());
        let unheard = due(store, scanner, at(0), 9).await.unwrap();
        assert_eq!(unheard[0].attempts, 1);

        let tx = store.begin().await.unwrap();
        failed(&tx, change.id, "No folder.", Some(at(90)))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let told = troubles(store, scanner, at(1)).await.unwrap();
        assert_eq!(
            told[0].to_string(),
            "1 message not moved on the server: No folder."
        );
        assert!(due(store, scanner, at(89), 9).await.unwrap().is_empty());

        let tx = store.begin().await.unwrap();
        failed(&tx, change.id, "No folder.", None).await.unwrap();
        tx.commit().await.unwrap();
        assert!(any_declined(store, scanner).await.unwrap());
        assert!(due(store, scanner, at(9_999), 9).await.unwrap().is_empty());
        assert_eq!(troubles(store, scanner, at(0)).await.unwrap().len(), 1);
        assert!(troubles(store, scanner, at(1)).await.unwrap().is_empty());

        let tx = store.begin().await.unwrap();
        take_up(&tx, scanner, at(100)).await.unwrap();
        tx.commit().await.unwrap();
        let again = due(store, scanner, at(100), 9).await.unwrap();
        assert_eq!((again[0].id, again[0].attempts), (change.id, 0));

        let message = again[0].message_id.unwrap();
        let shown = for_message(store, message).await.unwrap();
        assert_eq!((shown.len(), shown[0].1.as_str()), (1, "INBOX"));
        let validity = again[0].uid_validity;
        let here = renumbered(store, folder, message, validity).await.unwrap();
        assert_eq!(here, Some(11));
        let there = renumbered(store, folder, message, validity + 1).await;
        assert_eq!(there.unwrap(), None);
    }
}

#[tokio::test]
async fn of_what_is_taken_back_only_moves_that_may_have_come_about_are_undone_on_the_server() {
    for db in both().await {
        let store = &db.store;
        let (scanner, _, copies) = two(store).await;
        let new = vec![
            wanted(copies[0], scanner, Change::Flag, "\\Seen"),
            wanted(copies[1], scanner, Change::Move, "Done"),
            wanted(copies[0], scanner, Change::Move, "Never begun"),
        ];
        asked(store, new).await;
        let first = due(store, scanner, at(0), 9).await.unwrap();
        let ids: Vec<_> = first.iter().map(|due| due.id).collect();
        let tx = store.begin().await.unwrap();
        begin(&tx, &ids, at(0)).await.unwrap();
        // Declined, but the move may have been made before the answer was lost.
        for id in ids {
            failed(&tx, id, "No.", Some(at(90))).await.unwrap();
        }
        let rule = Scope::Rule("file away".to_owned());
        let mut back = Vec::new();
        for _ in 0..3 {
            back.extend(take_back(&tx, &rule, at(10), 1).await.unwrap());
        }
        assert_eq!(back.len(), 3);
        assert!(take_back(&tx, &rule, at(10), 9).await.unwrap().is_empty());
        tx.commit().await.unwrap();

        let left = due(store, scanner, at(10), 9).await.unwrap();
        let told: Vec<_> = left
            .iter()
            .map(|due| (due.change, due.argument.as_str(), due.attempts))
            .collect();
        assert_eq!(told, [(Change::MoveBack, "Done", 0)]);

        let tx = store.begin().await.unwrap();
        done(&tx, &[left[0].id], at(11)).await.unwrap();
        let again = vec![wanted(copies[1], scanner, Change::Move, "Done")];
        insert_missing(&tx, again).await.unwrap();
        tx.commit().await.unwrap();
        let moved = due(store, scanner, at(11), 9).await.unwrap();
        assert_eq!(moved[0].change, Change::Move, "a rule may move it anew");
    }
}

#[tokio::test]
async fn what_is_taken_back_does_not_wait_for_who_holds_its_copy() {
    for db in both().await {
        let store = &db.store;
        // SQLite has one writer at a time.
        if store.get_database_backend() != DbBackend::Postgres {
            continue;
        }
        let (scanner, _, copies) = two(store).await;
        let new = copies.into_iter();
        let new = new.map(|copy| wanted(copy, scanner, Change::Move, "Done"));
        asked(store, new.collect()).await;
        let holding = store.begin().await.unwrap();
        let held = "SELECT id FROM deliveries FOR UPDATE";
        holding.execute_unprepared(held).await.unwrap();
        let tx = store.begin().await.unwrap();
        let soon = "SET LOCAL lock_timeout = '2s'";
        tx.execute_unprepared(soon).await.unwrap();
        let rule = Scope::Rule("file away".to_owned());
        let back = take_back(&tx, &rule, at(10), 9).await.unwrap();
        assert_eq!(back.len(), 2);
    }
}
