use axum::http::StatusCode;
use entities::users::Role;

use super::super::house::{Answer, House};

async fn arrive(house: &House, link: &str, email: &str, password: &str) -> Answer {
    let (path, key) = link.split_once('?').unwrap();
    let form = url::form_urlencoded::Serializer::new(key.to_owned())
        .append_pair("email", email)
        .append_pair("name", "Anna")
        .append_pair("password", password)
        .finish();
    house.post_with("", path, &form).await
}

#[tokio::test]
async fn who_reads_the_terminal_becomes_the_first_admin() {
    let house = House::new().await;
    let link = house.first_admin();
    assert_eq!(house.get(&link).await.status, StatusCode::OK);
    let wrong = arrive(&house, &link, "anna", "short").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.body.contains("2 things are to be mended"),
        "{}",
        wrong.body
    );
    let answer = arrive(&house, &link, "anna@example.com", "stapler ochre walnut 41").await;
    assert_eq!(answer.location(), "/");
    let cookie = format!("mailroom={}", answer.cookie("mailroom").unwrap());
    assert_eq!(
        house.get_with(&cookie, "/users").await.status,
        StatusCode::OK
    );
    assert_eq!(house.get(&link).await.status, StatusCode::GONE);
    let again = arrive(
        &house,
        &link,
        "thief@example.com",
        "stapler ochre walnut 41",
    )
    .await;
    assert_eq!(again.status, StatusCode::GONE);
}

#[tokio::test]
async fn nobody_else_does() {
    let house = House::new().await;
    for link in [
        "/first-admin",
        "/first-admin?key=",
        "/first-admin?key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ] {
        assert_eq!(house.get(link).await.status, StatusCode::GONE, "{link}");
    }
    let link = house.first_admin();
    house.user("boss@example.com", Role::Admin).await;
    assert_eq!(house.get(&link).await.status, StatusCode::GONE);
}
