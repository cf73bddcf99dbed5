use axum::http::StatusCode;

use super::super::house::House;

#[tokio::test]
async fn where_a_key_may_be_used_from_is_checked_at_its_field() {
    let house = House::new().await;
    let anna = house.admin().await;
    let form = |rest: &str| format!("token={}&{rest}", anna.form_token);
    let wrong = form("name=Office&type=oauth&active=on&allowed_ips=10.0.0.0/8%0A10.1.2.3/8");
    let answer = house.post(&anna, "/service-keys", &wrong).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.body.contains("id=\"allowed_ips-why\""),
        "{}",
        answer.body
    );
    let right = form("name=Office&type=oauth&active=on&allowed_ips=10.0.0.0/8");
    assert_eq!(
        house.post(&anna, "/service-keys", &right).await.location(),
        "/service-keys"
    );
    let page = house.get_as(&anna, "/service-keys/1").await.body;
    assert!(
        page.contains("http://mailroom.test/oauth/callback/office"),
        "{page}"
    );
    let gone = house.press(&anna, "/service-keys/1/remove").await;
    assert_eq!(gone.location(), "/service-keys");
}
