use entities::deliveries::DeliveryState;
use sea_orm::{EntityTrait as _, QueryOrder as _};

use super::*;
use crate::store::Store;
use crate::store::deliveries::{NewDelivery, keep};
use crate::store::fixture::{at, blob, both, delivery, inbox};
use crate::store::{blobs, folders};

fn present(uids: impl IntoIterator<Item = i64>) -> Present {
    let mut present = Present::default();
    for uid in uids {
        present.push(uid);
    }
    present
}

async fn marked(store: &Store) -> Vec<(i64, i64, Option<DateTime<Utc>>)> {
    let rows = Entity::find().order_by_asc(Column::Id).all(store).await;
    let rows = rows.unwrap().into_iter();
    rows.map(|row| (row.uid_validity, row.uid, row.vanished_at))
        .collect()
}

#[test]
fn ranges_hold_what_was_put_in_and_count_it_once() {
    let some = present([2, 3, 3, 4, 9, 11, 10, 6, 1]);
    assert_eq!(some.count(), 8);
    let held: Vec<i64> = (0..13).filter(|uid| some.has(*uid)).collect();
    assert_eq!(held, [1, 2, 3, 4, 6, 9, 10, 11]);
    assert_eq!(some.uids().collect::<Vec<_>>(), held);
    assert!(!Present::default().has(1));
    assert_eq!(
        present([3, 1, 2]),
        present([1, 2, 3]),
        "holes that close leave no trace"
    );
}

#[tokio::test]
async fn what_is_not_there_is_marked_once_and_unmarked_when_it_is_back() {
    for db in both().await {
        let store = &db.store;
        let folder = inbox(store, "a").await.id;
        blobs::insert_missing(store, vec![blob("a")]).await.unwrap();
        let mut rows: Vec<NewDelivery> = (1..=5).map(|uid| delivery(folder, uid, "a")).collect();
        rows.push(NewDelivery {
            state: DeliveryState::Gone,
            ..delivery(folder, 6, "a")
        });
        rows.push(delivery(folder, 9, "a"));
        keep(store, rows).await.unwrap();

        let swept = mark(store, folder, 1, 1..=8, &present([1, 3, 5]), at(10)).await;
        let two = Swept {
            vanished: 2,
            back: 0,
        };
        assert_eq!(swept, Ok(two));
        let since = |uid: i64| [2, 4].contains(&uid).then(|| at(10));
        let expected: Vec<_> = [1, 2, 3, 4, 5, 6, 9].map(|uid| (1, uid, since(uid))).into();
        assert_eq!(marked(store).await, expected, "9 was not swept, 6 was gone");

        let swept = mark(store, folder, 1, 1..=8, &present([1, 2, 3]), at(20)).await;
        let both_ways = Swept {
            vanished: 1,
            back: 1,
        };
        assert_eq!(swept, Ok(both_ways));
        let since = |uid: i64| match uid {
            4 => Some(at(10)),
            5 => Some(at(20)),
            _ => None,
        };
        let expected: Vec<_> = [1, 2, 3, 4, 5, 6, 9].map(|uid| (1, uid, since(uid))).into();
        assert_eq!(marked(store).await, expected);
    }
}

#[tokio::test]
async fn a_long_folder_is_gone_through_page_by_page() {
    for db in both().await {
        let store = &db.store;
        let folder = inbox(store, "a").await.id;
        blobs::insert_missing(store, vec![blob("a")]).await.unwrap();
        let rows = (1..=12_000).map(|uid| delivery(folder, uid, "a")).collect();
        keep(store, rows).await.unwrap();
        let there = present((1..=12_000).filter(|uid| uid % 3 != 0));
        let swept = mark(store, folder, 1, 1..=12_000, &there, at(10)).await;
        assert_eq!(swept.map(|swept| swept.vanished), Ok(4_000));
    }
}

#[tokio::test]
async fn under_a_new_uidvalidity_only_rows_of_the_server_are_marked() {
    for db in both().await {
        let store = &db.store;
        let folder = inbox(store, "a").await;
        let other = folders::find_or_insert(store, folder.scanner_id, "Sent")
            .await
            .unwrap();
        blobs::insert_missing(store, vec![blob("a")]).await.unwrap();
        let under = |folder, uid_validity| NewDelivery {
            uid_validity,
            ..delivery(folder, 1, "a")
        };
        let rows = vec![
            under(folder.id, 1),
            under(folder.id, 2),
            under(folder.id, 0),
            under(other.id, 1),
        ];
        keep(store, rows).await.unwrap();
        mark_older(store, folder.id, 2, at(10)).await.unwrap();
        let since: Vec<_> = marked(store)
            .await
            .into_iter()
            .map(|(_, _, at)| at)
            .collect();
        assert_eq!(since, [Some(at(10)), None, None, None]);
    }
}
