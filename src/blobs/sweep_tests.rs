use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ConnectionTrait as _;

use super::{PIECE, Swept};
use crate::blobs::trial::{Place, new, row_of};
use crate::blobs::{SweepError, name};
use crate::store::deliveries::NewDelivery;
use crate::store::fixture::{self, Fixture, at};
use crate::store::{Store, blobs, deliveries, messages};

fn days(days: i64) -> DateTime<Utc> {
    at(0) + TimeDelta::days(days)
}

/// Each place with each database.
async fn everywhere() -> Vec<(Place, Fixture)> {
    let mut all = Vec::new();
    for make in [Place::folder, Place::bucket] {
        for db in fixture::both().await {
            all.push((make(), db));
        }
    }
    all
}

async fn swept(place: &Place, store: &Store, now: DateTime<Utc>) -> (u64, u64) {
    let Swept { rows, objects } = place.blobs.sweep(store, now).await.unwrap();
    (rows, objects)
}

/// Has a delivery name a blob.
async fn deliver(store: &Store, hash: &str) {
    let folder = fixture::inbox(store, hash).await;
    let copy = NewDelivery {
        blob_hash: Some(hash.to_owned()),
        ..fixture::delivery(folder.id, 1, "x")
    };
    deliveries::keep(store, vec![copy]).await.unwrap();
}

#[tokio::test]
async fn an_orphan_is_removed_when_it_was_one_for_a_day_and_what_is_named_stays() {
    for (place, db) in everywhere().await {
        let store = &db.store;
        let named = place.keep(b"named").await;
        let old = row_of(b"old", None);
        let file = place.file_of(&name::of_file(&old.hash));
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, b"old").unwrap();
        blobs::insert_missing(store, vec![new(&named), new(&old)])
            .await
            .unwrap();
        deliver(store, &named.hash).await;
        store
            .execute_unprepared("UPDATE blobs SET created_at = '2027-11-22 12:00:00+00:00'")
            .await
            .unwrap();
        let orphan = place.keep(b"orphan").await.object.unwrap();
        let named = named.object.unwrap();
        for object in [&named, &orphan, &name::of_file(&old.hash)] {
            place.date(object, days(0));
        }

        assert_eq!(swept(&place, store, days(1)).await, (0, 0), "too young");
        assert_eq!(
            swept(&place, store, days(3)).await,
            (0, 0),
            "only just found"
        );
        assert_eq!(
            swept(&place, store, days(4)).await,
            (0, 0),
            "for not yet a day"
        );
        let later = days(4) + TimeDelta::seconds(1);
        assert_eq!(swept(&place, store, later).await, (0, 1));
        assert!(!place.has(&orphan));
        assert_eq!(swept(&place, store, days(9)).await, (0, 0));
        assert!(place.has(&named) && file.exists());
    }
}

#[tokio::test]
async fn an_orphan_that_is_named_after_all_is_none_any_more() {
    for (place, db) in everywhere().await {
        let store = &db.store;
        place.blobs.sweep(store, days(0)).await.unwrap();
        let row = place.keep(b"slow").await;
        let object = row.object.clone().unwrap();
        place.date(&object, days(0));
        assert_eq!(swept(&place, store, days(3)).await, (0, 0));
        blobs::insert_missing(store, vec![new(&row)]).await.unwrap();
        deliver(store, &row.hash).await;
        assert_eq!(swept(&place, store, days(5)).await, (0, 0));
        // Gone from the rows again, it has its day again.
        store
            .execute_unprepared("DELETE FROM deliveries")
            .await
            .unwrap();
        assert_eq!(swept(&place, store, days(6)).await, (1, 0));
        assert_eq!(swept(&place, store, days(7)).await, (0, 0));
        assert!(place.has(&object));
        assert_eq!(swept(&place, store, days(9)).await, (0, 1));
        assert!(!place.has(&object));
    }
}

#[tokio::test]
async fn rows_go_that_neither_a_delivery_nor_a_message_names() {
    for db in fixture::both().await {
        let (store, place) = (&db.store, Place::folder());
        let kept = ["delivered", "told of", "young", "needless"].map(fixture::blob);
        let mut kept = kept.to_vec();
        kept[2].created_at = days(2);
        let hashes: Vec<String> = kept.iter().map(|blob| blob.hash.clone()).collect();
        blobs::insert_missing(store, kept).await.unwrap();
        deliver(store, &hashes[0]).await;
        let message = messages::NewMessage {
            blob_hash: hashes[1].clone(),
            ..fixture::message("told of")
        };
        messages::insert_missing(store, vec![message])
            .await
            .unwrap();
        assert_eq!(
            swept(&place, store, at(0) + TimeDelta::hours(24)).await.0,
            0
        );
        assert_eq!(swept(&place, store, days(2)).await.0, 1);
        let left = blobs::hashes_after(store, "", 9).await.unwrap();
        assert!(left.len() == 3 && !left.contains(&hashes[3]), "{left:?}");
        assert_eq!(swept(&place, store, days(4)).await.0, 1, "young no more");
    }
}

#[tokio::test]
async fn what_another_database_names_is_left_alone() {
    for make in [Place::folder, Place::bucket] {
        let place = make();
        let [one, other] = fixture::both().await;
        let row = place.keep(b"of the one").await;
        let object = row.object.clone().unwrap();
        place.date(&object, days(0));
        blobs::insert_missing(&one.store, vec![new(&row)])
            .await
            .unwrap();
        deliver(&one.store, &row.hash).await;
        // Before the one has said that the objects are its own, and after.
        for _ in 0..2 {
            for day in [3, 5] {
                let refused = place.blobs.sweep(&other.store, days(day)).await;
                assert!(
                    matches!(refused, Err(SweepError::Foreign { .. })),
                    "{refused:?}"
                );
            }
            assert_eq!(swept(&place, &one.store, days(5)).await, (0, 0));
        }
        assert!(place.has(&object));
    }
}

#[tokio::test]
async fn what_has_another_name_than_ours_is_left_alone() {
    for (place, db) in everywhere().await {
        place.blobs.sweep(&db.store, days(0)).await.unwrap();
        let object = place.keep(b"a").await.object.unwrap();
        for name in ["README", "backup/ab", &format!("{object}.bak"), "ab/note"] {
            let file = place.file_of(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, "x").unwrap();
            place.date(name, days(0));
        }
        for day in [3, 5, 7] {
            swept(&place, &db.store, days(day)).await;
        }
        assert!(place.has("README") && place.has("backup/ab") && place.has("ab/note"));
        assert!(place.has(&format!("{object}.bak")));
    }
}

#[tokio::test]
async fn many_objects_are_looked_through_piece_by_piece() {
    let (place, db) = (Place::folder(), fixture::sqlite().await);
    place.blobs.sweep(&db.store, days(0)).await.unwrap();
    let names: Vec<String> = (0..=PIECE)
        .map(|number| name::of_object(&fixture::hash(&format!("{number:x}")), "0123456789abcdef"))
        .collect();
    for name in &names {
        let file = place.file_of(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, "").unwrap();
        place.date(name, days(0));
    }
    for removed in [0, 0, PIECE as u64, 1, 0] {
        let day = if removed == 0 { days(3) } else { days(5) };
        assert_eq!(swept(&place, &db.store, day).await.1, removed);
    }
}

#[tokio::test]
async fn without_its_service_a_bucket_is_not_looked_through_and_nothing_is_forgotten() {
    let (place, db) = (Place::bucket(), fixture::sqlite().await);
    place.blobs.sweep(&db.store, days(0)).await.unwrap();
    let object = place.keep(b"orphan").await.object.unwrap();
    place.date(&object, days(0));
    assert_eq!(swept(&place, &db.store, days(3)).await, (0, 0));
    let service = place.service.as_ref().unwrap();
    service.stop();
    let refused = place.blobs.sweep(&db.store, days(5)).await;
    assert!(matches!(refused, Err(SweepError::Blobs(_))), "{refused:?}");
    service.start_again();
    assert_eq!(swept(&place, &db.store, days(5)).await, (0, 1));
}

#[tokio::test]
async fn what_a_killed_writer_left_is_removed_after_a_day_and_not_before() {
    for (place, db) in everywhere().await {
        let writing = place.blobs.begin("today").await.unwrap();
        let incoming = place.folder.path().join("incoming");
        let unfinished = || std::fs::read_dir(&incoming).unwrap().count();
        let left = incoming.join("left.0123456789abcdef");
        std::fs::File::create(&left).unwrap();
        let now = DateTime::<Utc>::from(std::fs::metadata(&left).unwrap().modified().unwrap());
        std::fs::File::options()
            .write(true)
            .open(&left)
            .and_then(|file| file.set_modified((now - TimeDelta::hours(23)).into()))
            .unwrap();
        swept(&place, &db.store, now).await;
        assert_eq!(unfinished(), 2);
        swept(&place, &db.store, now + TimeDelta::hours(2)).await;
        assert!(!left.exists());
        assert_eq!(unfinished(), 1);
        drop(writing);
    }
}
