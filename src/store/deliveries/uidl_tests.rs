#![allow(clippy::unwrap_used)]

use entities::deliveries::DeliveryState;

use super::{Owed, highest_uid, known, leave_out, owed, page};
use crate::store::deliveries::audited::Known;
use crate::store::deliveries::{self, NewDelivery};
use crate::store::fixture::{at, both, delivery, inbox};

fn named(folder: entities::ids::FolderId, uid: i64, uidl: &str) -> NewDelivery {
    NewDelivery {
        uidl: Some(uidl.to_owned()),
        blob_hash: None,
        state: DeliveryState::Failed,
        attempts: 1,
        next_try_at: Some(at(300)),
        error: Some("It did not come.".to_owned()),
        ..delivery(folder, uid, "none")
    }
}

#[tokio::test]
async fn names_are_known_in_their_folder_and_the_highest_number_under_its_validity() {
    for db in both().await {
        let store = &db.store;
        let (a, b) = (inbox(store, "a").await.id, inbox(store, "b").await.id);
        assert_eq!(highest_uid(store, a, 1).await, Ok(0));
        let rows = vec![named(a, 2, "x"), named(a, 9, "y"), named(b, 1, "z")];
        deliveries::keep(store, rows).await.unwrap();
        let found = known(store, a, &["x", "y", "z", "new"], None)
            .await
            .unwrap();
        let mut found: Vec<_> = found.names.into_iter().collect();
        found.sort_unstable();
        assert_eq!(found, ["x", "y"]);
        assert_eq!(highest_uid(store, a, 1).await, Ok(9));
        assert_eq!(highest_uid(store, a, 2).await, Ok(0));
    }
}

#[tokio::test]
async fn one_name_has_one_row_in_a_folder() {
    for db in both().await {
        let store = &db.store;
        let folder = inbox(store, "a").await.id;
        deliveries::keep(store, vec![named(folder, 1, "x")])
            .await
            .unwrap();
        let again = deliveries::keep(store, vec![named(folder, 2, "x")]).await;
        assert!(again.is_err(), "{again:?}");
        // Copies that IMAP brought have no name, and there are many of those.
        let without = |uid| delivery(folder, uid, "none");
        let rows = [3, 4].map(|uid| NewDelivery {
            blob_hash: None,
            ..without(uid)
        });
        assert_eq!(deliveries::keep(store, rows.to_vec()).await, Ok(2));
    }
}

#[tokio::test]
async fn what_is_owed_is_due_at_its_time() {
    for db in both().await {
        let store = &db.store;
        let folder = inbox(store, "a").await.id;
        deliveries::keep(store, vec![named(folder, 7, "x")])
            .await
            .unwrap();
        assert_eq!(owed(store, folder, 1, 100, at(299)).await, Ok(vec![]));
        let due = Owed {
            uidl: "x".to_owned(),
            uid: 7,
            attempts: 1,
        };
        assert_eq!(owed(store, folder, 1, 100, at(300)).await, Ok(vec![due]));
    }
}

#[tokio::test]
async fn what_was_too_old_is_known_until_the_start_date_is_moved_back() {
    for db in both().await {
        let store = &db.store;
        let folder = inbox(store, "a").await.id;
        for _ in 0..2 {
            let old = vec![("old".to_owned(), at(100)), ("older".to_owned(), at(50))];
            leave_out(store, folder, old).await.unwrap();
        }
        for (since, count) in [
            (Some(at(101)), 2),
            (Some(at(100)), 1),
            (Some(at(50)), 0),
            (None, 0),
        ] {
            let known = known(store, folder, &["old", "older"], since)
                .await
                .unwrap();
            assert_eq!(known.names.len(), count, "{since:?}");
        }
    }
}

#[tokio::test]
async fn what_was_taken_for_removed_and_is_listed_again_came_back() {
    for db in both().await {
        let store = &db.store;
        let folder = inbox(store, "a").await.id;
        let gone = NewDelivery {
            state: DeliveryState::Gone,
            next_try_at: None,
            error: None,
            ..named(folder, 7, "x")
        };
        let rows = vec![gone, named(folder, 8, "y")];
        deliveries::keep(store, rows).await.unwrap();
        let known = known(store, folder, &["x", "y"], None).await.unwrap();
        assert_eq!(known.names.len(), 2);
        let back = Owed {
            uidl: "x".to_owned(),
            uid: 7,
            attempts: 0,
        };
        assert_eq!(known.came_back, [back]);
    }
}

#[tokio::test]
async fn a_page_has_what_lies_above_a_number_under_its_validity() {
    for db in both().await {
        let store = &db.store;
        let folder = inbox(store, "a").await.id;
        let other = NewDelivery {
            uid_validity: 2,
            ..named(folder, 9, "z")
        };
        let rows = vec![named(folder, 7, "x"), named(folder, 8, "y"), other];
        deliveries::keep(store, rows).await.unwrap();
        let failed = Known {
            state: DeliveryState::Failed,
            vanished: false,
        };
        let row = |uid, uidl: &str| (uid, Some(uidl.to_owned()), failed);
        let all = vec![row(7, "x"), row(8, "y")];
        assert_eq!(page(store, folder, 1, 0).await, Ok(all));
        assert_eq!(page(store, folder, 1, 7).await, Ok(vec![row(8, "y")]));
        assert_eq!(page(store, folder, 1, 8).await, Ok(vec![]));
    }
}
