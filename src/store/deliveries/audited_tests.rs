#![allow(clippy::unwrap_used)]

use entities::deliveries::DeliveryState;

use super::{Known, acted_twice, window};
use crate::store::deliveries::chosen::by_uids;
use crate::store::deliveries::vanished::{self, Present};
use crate::store::deliveries::{Finished, NewDelivery, finish, keep};
use crate::store::fixture::{at, blob, both, delivery, inbox, message, stored};
use crate::store::leads::{NewLead, insert_many};
use crate::store::{blobs, messages};

#[tokio::test]
async fn a_window_has_what_lies_in_it_under_its_uidvalidity() {
    for db in both().await {
        let store = &db.store;
        let inbox = inbox(store, "a").await;
        let gone = |uid_validity, uid| NewDelivery {
            uid_validity,
            state: DeliveryState::Gone,
            blob_hash: None,
            ..delivery(inbox.id, uid, "")
        };
        let copies = vec![gone(1, 9), gone(1, 3), gone(1, 4), gone(2, 5)];
        keep(store, copies).await.unwrap();
        let there = |uid| {
            let state = DeliveryState::Gone;
            (
                uid,
                Known {
                    state,
                    vanished: false,
                },
            )
        };
        assert_eq!(
            window(store, inbox.id, 1, 3, 8).await,
            Ok(vec![there(3), there(4)])
        );
        let owed = NewDelivery {
            state: DeliveryState::Failed,
            ..gone(1, 5)
        };
        keep(store, vec![owed]).await.unwrap();
        let none = Present::default();
        vanished::mark(store, inbox.id, 1, 5..=5, &none, at(0))
            .await
            .unwrap();
        let state = DeliveryState::Failed;
        let removed = (
            5,
            Known {
                state,
                vanished: true,
            },
        );
        assert_eq!(window(store, inbox.id, 1, 5, 5).await, Ok(vec![removed]));
    }
}

#[tokio::test]
async fn who_acted_twice_is_named() {
    for db in both().await {
        let store = &db.store;
        let inbox = inbox(store, "a").await;
        let mut ids = Vec::new();
        for uid in 1..=4 {
            let name = format!("a{}", uid.min(3));
            blobs::insert_missing(store, vec![blob(&name)])
                .await
                .unwrap();
            keep(store, vec![delivery(inbox.id, uid, &name)])
                .await
                .unwrap();
            let id = if uid == 4 {
                // The bytes of the third once more, as a message of its own.
                let mut again = message("a3");
                again.identity = "another".to_owned();
                let stored = messages::insert_missing(store, vec![again]).await.unwrap();
                stored.into_values().next().unwrap().id
            } else {
                stored(store, &name).await
            };
            let copy = by_uids(store, inbox.id, 1, &[uid]).await.unwrap().remove(0);
            let finished = Finished {
                id: copy.delivery.id,
                message: id,
                state: DeliveryState::Done,
            };
            finish(store, &[finished]).await.unwrap();
            ids.push(id);
        }
        let [first, second, third, _] = ids.try_into().unwrap();
        let lead = |message, rule: &str| NewLead {
            email: "anna@example.org".to_owned(),
            message_id: Some(message),
            rule: Some(rule.to_owned()),
            ..NewLead::default()
        };
        let leads = vec![
            lead(first, "one"),
            lead(first, "two"),
            lead(second, "one"),
            lead(second, "one"),
        ];
        insert_many(store, leads).await.unwrap();
        assert_eq!(
            acted_twice(store, inbox.scanner_id, inbox.id).await,
            Ok(vec![second, third])
        );
    }
}
