use axum::http::StatusCode;

use super::super::house::House;
use crate::store::{exceptions, rule_lists};

#[tokio::test]
async fn lists_and_exceptions_are_kept_line_by_line() {
    let house = House::new().await;
    let anna = house.admin().await;
    let store = &house.fixture.store;
    let form = |rest: &str| format!("token={}&{rest}", anna.form_token);
    let list = form("name=partners&members=@example.org%0D%0A%0D%0Alena@example.net");
    assert_eq!(
        house.post(&anna, "/lists", &list).await.location(),
        "/lists"
    );
    let kept = rule_lists::list(store).await.unwrap().remove(0);
    assert_eq!(kept.members.0, ["@example.org", "lena@example.net"]);
    let seen = house.get_as(&anna, "/exceptions").await.value_of("seen");
    let wrong = form(&format!("seen={seen}&entries=not+one"));
    let answer = house.post(&anna, "/exceptions", &wrong).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("not one"), "{}", answer.body);
    let right = form(&format!("seen={seen}&entries=@spam.example"));
    assert_eq!(
        house.post(&anna, "/exceptions", &right).await.location(),
        "/lists"
    );
    assert_eq!(exceptions::list(store).await.unwrap(), ["@spam.example"]);
    let page = house.get_as(&anna, "/audit?kind=exceptions").await.body;
    assert!(
        page.contains("exceptions: change") && page.contains("@spam.example"),
        "{page}"
    );
    let gone = house
        .press(&anna, &format!("/lists/{}/remove", kept.id))
        .await;
    assert_eq!(gone.location(), "/lists");
}
