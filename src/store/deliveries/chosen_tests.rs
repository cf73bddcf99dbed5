#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use entities::deliveries::DeliveryState;
use entities::folders;

use super::{Filter, by_uids, count, list, of_messages};
use crate::store::deliveries::{Finished, Next, OF_FILES, fail, finish, keep};
use crate::store::fixture::{at, blob, both, delivery, inbox, stored};
use crate::store::{Store, blobs};

/// Copies 1, 2 and 3, kept a second after the other; the first failed, the second is held, the third waits.
async fn troubled(store: &Store, name: &str) -> folders::Model {
    let inbox = inbox(store, name).await;
    let mut copies = Vec::new();
    for uid in 1..=3 {
        let name = format!("{name}{uid}");
        blobs::insert_missing(store, vec![blob(&name)])
            .await
            .unwrap();
        let mut copy = delivery(inbox.id, uid, &name);
        copy.kept_at = at(uid);
        copies.push(copy);
    }
    keep(store, copies).await.unwrap();
    let all = by_uids(store, inbox.id, 1, &[1, 2, 3]).await.unwrap();
    let id = |index: usize| all[index].delivery.id;
    fail(store, id(0), "No 100% Template", 1, Next::TryAt(at(60)))
        .await
        .unwrap();
    fail(store, id(1), "another", 5, Next::Hold).await.unwrap();
    inbox
}

async fn uids(store: &Store, filter: Filter) -> Vec<i64> {
    let listed = list(store, &filter, None, 10).await.unwrap();
    listed.into_iter().map(|one| one.delivery.uid).collect()
}

#[tokio::test]
async fn copies_are_chosen_by_what_is_given() {
    for db in both().await {
        let store = &db.store;
        let inbox = troubled(store, "a").await;
        troubled(store, "b").await;
        let of = |change: fn(&mut Filter)| {
            let mut filter = Filter {
                scanner: Some(inbox.scanner_id),
                ..Filter::default()
            };
            change(&mut filter);
            filter
        };
        assert_eq!(uids(store, Filter::default()).await, [3, 2, 1, 3, 2, 1]);
        assert_eq!(uids(store, of(|_| {})).await, [3, 2, 1]);
        let held = of(|filter| filter.states = vec![DeliveryState::Held, DeliveryState::Failed]);
        assert_eq!(uids(store, held).await, [2, 1]);
        for (words, found) in [
            ("100% TEMPLATE", &[1][..]),
            ("1_0%", &[]),
            ("no%template", &[]),
            ("ANOTHER", &[2]),
        ] {
            let filter = Filter {
                scanner: Some(inbox.scanner_id),
                error: Some(words.to_owned()),
                ..Filter::default()
            };
            assert_eq!(uids(store, filter).await, found, "{words}");
        }
        assert_eq!(
            uids(store, of(|filter| filter.since = Some(at(2)))).await,
            [3, 2]
        );
        let first = list(store, &of(|_| {}), None, 1).await.unwrap();
        let rest = list(store, &of(|_| {}), Some(first[0].delivery.id), 10).await;
        let rest: Vec<i64> = rest.unwrap().iter().map(|one| one.delivery.uid).collect();
        assert_eq!(rest, [2, 1]);
        let ids = of(|_| {});
        let ids = Filter {
            ids: vec![first[0].delivery.id],
            ..ids
        };
        assert_eq!(
            count(store, &ids).await,
            Ok(vec![(inbox.scanner_id, DeliveryState::Pending, 1)])
        );
    }
}

#[tokio::test]
async fn a_copy_comes_with_its_folder_and_its_message() {
    for db in both().await {
        let store = &db.store;
        let inbox = troubled(store, "a").await;
        let message = stored(store, "a3").await;
        let third = by_uids(store, inbox.id, 1, &[3]).await.unwrap().remove(0);
        assert_eq!((third.message.as_ref(), third.is_file()), (None, false));
        assert_eq!(third.folder.name, "INBOX");
        finish(
            store,
            &[Finished {
                id: third.delivery.id,
                message,
                state: DeliveryState::Done,
            }],
        )
        .await
        .unwrap();
        let found = of_messages(store, &[message]).await.unwrap();
        assert_eq!(found[0].message.as_ref().unwrap().subject, "About a3");
        assert_eq!(by_uids(store, inbox.id, 2, &[3]).await, Ok(vec![]));
        assert_eq!(by_uids(store, inbox.id, OF_FILES, &[3]).await, Ok(vec![]));
    }
}
