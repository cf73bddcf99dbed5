use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::{CheckError, Checked, Extent};
use crate::blobs::trial::{Place, new, row_of};
use crate::blobs::{BlobError, hash_of};
use crate::store::blobs::{self, NewBlob};
use crate::store::{fixture, messages};

async fn checked(place: &Place, db: &fixture::Fixture, extent: Extent) -> Checked {
    let mut rng = StdRng::seed_from_u64(1);
    place
        .blobs
        .check(&db.store, extent, &mut rng)
        .await
        .unwrap()
}

/// A small message in a row.
fn small(text: &str) -> NewBlob {
    NewBlob {
        hash: hash_of(text.as_bytes()),
        size: i64::try_from(text.len()).unwrap(),
        bytes: Some(zstd::bulk::compress(text.as_bytes(), 1).unwrap()),
        ..fixture::blob(text)
    }
}

#[tokio::test]
async fn what_is_damaged_or_missing_is_found_and_named() {
    for place in Place::both() {
        for db in fixture::both().await {
            let store = &db.store;
            let (good, lost) = (place.keep(b"good").await, row_of(b"lost", None));
            let bad = NewBlob {
                bytes: small("worse").bytes,
                ..small("badly")
            };
            let all = vec![new(&good), new(&lost), bad.clone(), small("fine")];
            blobs::insert_missing(store, all).await.unwrap();
            let message = messages::NewMessage {
                blob_hash: bad.hash.clone(),
                ..fixture::message("bad")
            };
            let stored = messages::insert_missing(store, vec![message])
                .await
                .unwrap();

            let found = checked(&place, &db, Extent::All).await;
            assert_eq!((found.checked, found.bytes), (4, 8));
            let mut damaged = found.damaged;
            damaged.sort_by_key(|damage| damage.size);
            let [first, second] = &damaged[..] else {
                panic!("{damaged:?}");
            };
            assert_eq!((&first.hash, first.messages.len()), (&lost.hash, 0));
            assert!(first.error.contains("is not there"), "{first:?}");
            assert_eq!(second.messages, [stored.values().next().unwrap().id]);
            assert_eq!(second.cure, "Restore the database from a backup.");

            let sampled = checked(&place, &db, Extent::Sample(40)).await;
            assert_eq!(sampled.checked, 40);
            assert!(!sampled.damaged.is_empty());
        }
    }
}

#[tokio::test]
async fn nothing_is_kept_and_nothing_is_damaged() {
    let (place, db) = (Place::folder(), fixture::sqlite().await);
    for extent in [Extent::All, Extent::Sample(3)] {
        assert_eq!(checked(&place, &db, extent).await, Checked::default());
    }
}

#[tokio::test]
async fn a_service_that_is_away_is_no_damage() {
    let (place, db) = (Place::bucket(), fixture::sqlite().await);
    let row = place.keep(b"there").await;
    blobs::insert_missing(&db.store, vec![new(&row)])
        .await
        .unwrap();
    place.service.as_ref().unwrap().stop();
    let mut rng = StdRng::seed_from_u64(1);
    let refused = place.blobs.check(&db.store, Extent::All, &mut rng).await;
    let Err(CheckError::Blobs(BlobError::Bucket { .. })) = refused else {
        panic!("{refused:?}");
    };
}
