use std::collections::HashSet;

use entities::deliveries::DeliveryState;

use super::{came_back, uids};
use crate::store::deliveries::{self, NewDelivery};
use crate::store::fixture::{blob, both, delivery, inbox};
use crate::store::folders::Stretch;
use crate::store::{blobs, folders};

#[tokio::test]
async fn what_is_in_the_ledger_is_known_under_its_uidvalidity_and_what_is_gone_may_come_back() {
    for db in both().await {
        let store = &db.store;
        let folder = inbox(store, "a").await;
        let other = folders::find_or_insert(store, folder.scanner_id, "Sent")
            .await
            .unwrap();
        blobs::insert_missing(store, vec![blob("kept")])
            .await
            .unwrap();
        let kept = |folder, uid| delivery(folder, uid, "kept");
        let without = |uid, state| NewDelivery {
            state,
            blob_hash: None,
            ..kept(folder.id, uid)
        };
        let rows = vec![
            kept(folder.id, 3),
            without(4, DeliveryState::Gone),
            without(5, DeliveryState::Held),
            kept(folder.id, 9),
            kept(other.id, 6),
            NewDelivery {
                uid_validity: 2,
                ..kept(folder.id, 7)
            },
        ];
        deliveries::keep(store, rows).await.unwrap();
        let stretch = Stretch { first: 3, last: 8 };
        assert_eq!(
            uids(store, folder.id, 1, stretch).await,
            Ok(HashSet::from([3, 5]))
        );

        assert_eq!(came_back(store, &kept(folder.id, 4)).await, Ok(true));
        assert_eq!(came_back(store, &kept(folder.id, 5)).await, Ok(false));
        assert_eq!(
            uids(store, folder.id, 1, stretch).await,
            Ok(HashSet::from([3, 4, 5]))
        );
        let counts = deliveries::counts(store).await.unwrap();
        assert!(
            counts
                .iter()
                .all(|(_, state, _)| *state != DeliveryState::Gone),
            "{counts:?}"
        );
    }
}
