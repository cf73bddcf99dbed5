#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;

use sea_orm::QueryOrder;

use super::*;
use crate::store::Store;
use crate::store::deliveries::retried::discard;
use crate::store::deliveries::{Finished, finish, keep};
use crate::store::fixture::{at, blob, both, delivery, inbox, stored};
use crate::store::{blobs, folders};

/// What the server numbers anew.
fn anew(row: NewDelivery, uid: i64) -> NewDelivery {
    NewDelivery {
        uid_validity: 2,
        uid,
        ..row
    }
}

/// One that is owed, announced with this size.
fn owed(row: NewDelivery, size: i64) -> NewDelivery {
    NewDelivery {
        state: DeliveryState::Held,
        blob_hash: None,
        size,
        internal_date: Some(at(7)),
        ..row
    }
}

async fn states(store: &Store, uid_validity: i64) -> BTreeMap<i64, Model> {
    let copies = Entity::find()
        .filter(Column::UidValidity.eq(uid_validity))
        .order_by_asc(Column::Uid)
        .all(store)
        .await
        .unwrap();
    copies.into_iter().map(|copy| (copy.uid, copy)).collect()
}

#[tokio::test]
async fn what_was_discarded_or_ignored_is_so_under_its_new_number() {
    for db in both().await {
        let store = &db.store;
        let ours = inbox(store, "ours").await;
        let message = stored(store, "b").await;
        blobs::insert_missing(store, vec![blob("a"), blob("c")])
            .await
            .unwrap();
        let of = |uid, name: &str| delivery(ours.id, uid, name);
        let before = vec![of(1, "a"), of(2, "b"), of(3, "c"), owed(of(4, "c"), 900)];
        keep(store, before.clone()).await.unwrap();
        let copies = states(store, 1).await;
        let ignored = Finished {
            id: copies[&2].id,
            message,
            state: DeliveryState::Ignored,
        };
        finish(store, &[ignored]).await.unwrap();
        let tx = store.begin().await.unwrap();
        let ids = [copies[&1].id, copies[&4].id];
        discard(&tx, &ids, "anna", "not ours", at(60))
            .await
            .unwrap();
        tx.commit().await.unwrap();

        let mut after: Vec<NewDelivery> = before
            .into_iter()
            .map(|row| {
                let uid = row.uid + 10;
                anew(row, uid)
            })
            .collect();
        // One more that is owed, of another size.
        after.push(anew(owed(of(0, "c"), 901), 15));
        keep(store, after.clone()).await.unwrap();
        assert_eq!(stay_settled(store, &after).await, Ok(3));
        let copies = states(store, 2).await;
        let told: Vec<_> = copies
            .values()
            .map(|copy| (copy.uid, copy.state, copy.discarded_by.as_deref()))
            .collect();
        assert_eq!(
            told,
            [
                (11, DeliveryState::Discarded, Some("anna")),
                (12, DeliveryState::Ignored, None),
                (13, DeliveryState::Pending, None),
                (14, DeliveryState::Discarded, Some("anna")),
                (15, DeliveryState::Held, None),
            ]
        );
        assert_eq!(copies[&12].message_id, Some(message));
        assert_eq!(copies[&11].discarded_at, Some(at(60)));
        assert_eq!(copies[&11].discard_reason.as_deref(), Some("not ours"));
    }
}

#[tokio::test]
async fn what_was_discarded_unread_is_known_by_its_servers_name_when_it_comes() {
    for db in both().await {
        let store = &db.store;
        let ours = inbox(store, "ours").await;
        blobs::insert_missing(store, vec![blob("a"), blob("b")])
            .await
            .unwrap();
        let called = |row: NewDelivery| NewDelivery {
            server_id: Some("M1".to_owned()),
            ..row
        };
        keep(store, vec![called(owed(delivery(ours.id, 1, "a"), 900))])
            .await
            .unwrap();
        let tx = store.begin().await.unwrap();
        let id = states(store, 1).await[&1].id;
        discard(&tx, &[id], "anna", "too large", at(60))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let now = vec![
            anew(delivery(ours.id, 0, "b"), 11),
            anew(called(delivery(ours.id, 0, "a")), 12),
        ];
        keep(store, now.clone()).await.unwrap();
        assert_eq!(stay_settled(store, &now).await, Ok(1));
        assert_eq!(states(store, 2).await[&12].state, DeliveryState::Discarded);
    }
}

#[tokio::test]
async fn what_is_not_dealt_with_waits_under_one_number() {
    for db in both().await {
        let store = &db.store;
        let ours = inbox(store, "ours").await;
        blobs::insert_missing(store, vec![blob("a"), blob("b"), blob("c")])
            .await
            .unwrap();
        let before = ["a", "b", "c"].iter().zip(1..);
        let before: Vec<_> = before
            .map(|(name, uid)| delivery(ours.id, uid, name))
            .collect();
        keep(store, before.clone()).await.unwrap();
        let id = states(store, 1).await[&1].id;
        Entity::update_many()
            .col_expr(Column::AskedAnew, Expr::value(5))
            .filter(Column::Id.eq(id))
            .exec(store)
            .await
            .unwrap();
        // The third is there no longer.
        let here = vec![anew(before[0].clone(), 11), anew(before[1].clone(), 12)];
        keep(store, here).await.unwrap();
        forget_unfinished(store, ours.id, 2).await.unwrap();
        let told: Vec<_> = states(store, 1)
            .await
            .values()
            .map(|copy| copy.state)
            .collect();
        let (waits, gone) = (DeliveryState::Pending, DeliveryState::Gone);
        assert_eq!(told, [waits, gone, waits]);
    }
}

#[tokio::test]
async fn another_folder_settles_nothing() {
    for db in both().await {
        let store = &db.store;
        let ours = inbox(store, "ours").await;
        let sent = folders::find_or_insert(store, ours.scanner_id, "Sent")
            .await
            .unwrap();
        blobs::insert_missing(store, vec![blob("a")]).await.unwrap();
        keep(store, vec![delivery(ours.id, 1, "a")]).await.unwrap();
        let tx = store.begin().await.unwrap();
        let id = states(store, 1).await[&1].id;
        discard(&tx, &[id], "anna", "not ours", at(60))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let there = vec![anew(delivery(sent.id, 1, "a"), 1)];
        keep(store, there.clone()).await.unwrap();
        assert_eq!(stay_settled(store, &there).await, Ok(0));
        assert_eq!(stay_settled(store, &[]).await, Ok(0));
    }
}
