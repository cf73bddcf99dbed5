use entities::outbox::Channel;
use entities::users::Role;
use serde_json::json;

use super::super::fixture::lines;
use super::super::house::House;
use super::{Untold, render};
use crate::store::fixture::at;
use crate::store::outbox::{self, NewRow};

#[tokio::test]
async fn admins_see_that_announcements_do_not_get_out() {
    let house = House::new().await;
    let store = &house.fixture.store;
    let anna = house.person("anna@example.com", Role::Admin).await;
    let uma = house.person("uma@example.com", Role::User).await;
    let row = NewRow {
        channel: Channel::Webhook,
        key: "light-1-0-red-webhook".to_owned(),
        body: json!({"type": "light.red"}),
        asked: None,
    };
    outbox::insert(store, row, at(0)).await.unwrap();
    let about = "does not get out";
    assert!(!house.get_as(&anna, "/").await.body.contains(about));

    let row = outbox::claim(store, at(0), at(9)).await.unwrap().unwrap();
    let why = "The receiver answered 503";
    outbox::failed(store, &row, why, Some(at(99)), at(0))
        .await
        .unwrap();
    let page = house.get_as(&anna, "/").await.body;
    assert!(page.contains(about) && page.contains(why), "{page}");
    assert!(!house.get_as(&uma, "/").await.body.contains(about));
    outbox::delivered(store, row.id, at(0)).await.unwrap();
    assert!(!house.get_as(&anna, "/").await.body.contains(about));
}

#[test]
fn they_are_counted_and_the_reason_is_told() {
    let of = |count| {
        let why = "The mail server said: 535 5.7.3 <No>. Check `announce.smtp_password`.";
        lines(render(&Untold {
            count,
            why: why.to_owned(),
        }))
    };
    insta::assert_snapshot!([of(1), of(300)].join("\n"));
}
