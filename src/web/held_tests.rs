use entities::deliveries::DeliveryState;

use super::super::house::House;
use crate::store::deliveries::chosen::{Filter, list};
use crate::store::deliveries::{NewDelivery, keep};
use crate::store::fixture::{blob, delivery, inbox};
use crate::store::{Store, blobs};

async fn states(store: &Store) -> Vec<DeliveryState> {
    let found = list(store, &Filter::default(), None, 10).await.unwrap();
    found.iter().map(|listed| listed.delivery.state).collect()
}

#[tokio::test]
async fn those_that_are_ticked_are_processed_again_or_discarded_with_a_reason() {
    let house = House::new().await;
    let anna = house.admin().await;
    let store = &house.fixture.store;
    let folder = inbox(store, "info").await;
    blobs::insert_missing(store, vec![blob("a")]).await.unwrap();
    let copies = (1..=2).map(|uid| NewDelivery {
        state: DeliveryState::Held,
        error: Some("The rule \"odd\" can't be carried out.".to_owned()),
        ..delivery(folder.id, uid, "a")
    });
    keep(store, copies.collect()).await.unwrap();
    let page = house.get_as(&anna, "/held").await.body;
    assert!(
        page.contains("can't be carried out") && page.contains("name=\"id.2\""),
        "{page}"
    );
    assert!(
        house
            .get_as(&anna, "/held?error=elsewhere&scanner=")
            .await
            .body
            .contains("There is none.")
    );
    let form = |rest: &str| format!("token={}&{rest}", anna.form_token);
    let nameless = house
        .post(&anna, "/held", &form("what=discard&id.1=on"))
        .await;
    assert_eq!(nameless.location(), "/held");
    assert_eq!(
        states(store).await,
        [DeliveryState::Held, DeliveryState::Held],
        "a reason is wanted"
    );
    house
        .post(&anna, "/held", &form("what=discard&id.1=on&reason=spam"))
        .await;
    house
        .post(&anna, "/held", &form("what=retry&id.2=on"))
        .await;
    assert_eq!(
        states(store).await,
        [DeliveryState::Failed, DeliveryState::Discarded]
    );
    let page = house.get_as(&anna, "/held?state=discarded").await.body;
    assert!(page.contains("by anna@example.com: spam"), "{page}");
    let log = house.get_as(&anna, "/audit").await.body;
    assert!(
        log.contains("message: discard") && log.contains("message: retry"),
        "{log}"
    );
}
