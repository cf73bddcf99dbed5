use axum::body::Body;
use axum::http::StatusCode;
use entities::ids::{LightChangeId, ScanId};
use futures_util::StreamExt as _;

use super::super::house::House;
use super::*;
use crate::store::fixture::{at, stored};

#[tokio::test]
async fn an_open_page_is_told_what_sort_of_thing_changed_and_nothing_of_it() {
    let house = House::new().await;
    let anna = house.admin().await;
    let store = &house.fixture.store;
    stored(store, "first").await;
    let mut looked = house.state.pulse.marks.clone();
    looked
        .wait_for(|marks| marks.messages.is_some())
        .await
        .unwrap();
    let request = house.request("GET", "/live").header("cookie", &anna.cookie);
    let answer = house.open(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let mut events = answer.into_body().into_data_stream();
    stored(store, "second").await;
    let event = events.next().await.unwrap().unwrap();
    assert_eq!(event, "data: mail\n\n");
    house.state.pulse.stop.cancel();
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn nobody_listens_without_a_session() {
    let house = House::new().await;
    assert_eq!(house.get("/live").await.status, StatusCode::UNAUTHORIZED);
}

#[test]
fn each_sort_of_change_has_its_word() {
    let last = Marks {
        scans: vec![(ScanId(1), None)],
        ..Marks::default()
    };
    let ended = Marks {
        scans: vec![(ScanId(1), Some(at(0)))],
        ..last.clone()
    };
    let red = Marks {
        lights: Some(LightChangeId(1)),
        ..ended.clone()
    };
    assert_eq!(changed(&last, &last), "");
    assert_eq!(changed(&last, &ended), "scans");
    assert_eq!(changed(&last, &red), "lights scans");
}
