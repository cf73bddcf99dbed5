use entities::lights::LightState;

use super::super::house::House;
use crate::store::fixture::{at, scanner};
use crate::store::lights::{self, Showing};

#[tokio::test]
async fn the_guide_says_what_is_done_and_what_is_next() {
    let house = House::new().await;
    let anna = house.admin().await;
    let page = house.get_as(&anna, "/guide").await;
    assert!(
        page.body.contains("0 of 7 steps are done."),
        "{}",
        page.body
    );
    assert!(page.body.contains("/service-keys/new?from=guide"));
    let form = format!(
        "token={}&name=Office&type=oauth&active=on&from=guide",
        anna.form_token
    );
    assert_eq!(
        house.post(&anna, "/service-keys", &form).await.location(),
        "/guide"
    );
    let page = house.get_as(&anna, "/guide").await.body;
    assert!(page.contains("1 of 7 steps are done."), "{page}");
    assert!(
        page.contains("/servers/new?from=guide&amp;preset=google"),
        "{page}"
    );
    let info = scanner(&house.fixture.store, "info").await;
    let green = Showing::plain(LightState::Green);
    lights::set(&house.fixture.store, info.mailbox_id, green, at(0))
        .await
        .unwrap();
    let page = house.get_as(&anna, "/guide").await;
    assert_eq!(page.header("refresh"), "3", "it waits for the first scan");
    assert!(
        page.body.contains("5 of 7 steps are done."),
        "{}",
        page.body
    );
}
