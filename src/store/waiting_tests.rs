use entities::deliveries::DeliveryState;

use super::super::blobs;
use super::super::deliveries::{NewDelivery, keep};
use super::super::fixture::{blob, both, delivery, inbox};
use super::*;

#[tokio::test]
async fn what_is_held_is_counted_and_not_further_than_told() {
    for db in both().await {
        let folder = inbox(&db.store, "info").await;
        blobs::insert_missing(&db.store, vec![blob("a")])
            .await
            .unwrap();
        let copies = (1..=4).map(|uid| NewDelivery {
            state: if uid == 1 {
                DeliveryState::Done
            } else {
                DeliveryState::Held
            },
            ..delivery(folder.id, uid, "a")
        });
        keep(&db.store, copies.collect()).await.unwrap();
        assert_eq!(held(&db.store, 100).await.unwrap(), 3);
        assert_eq!(held(&db.store, 2).await.unwrap(), 2);
        assert_eq!(in_doubt(&db.store, 100).await.unwrap(), 0);
    }
}
