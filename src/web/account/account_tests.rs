use axum::http::StatusCode;
use entities::users::Role;

use super::super::house::House;

const PASSWORD: &str = "stapler ochre walnut 41";

#[tokio::test]
async fn people_change_their_name_and_are_told_what_is_wrong_with_it() {
    let house = House::new().await;
    let anna = house.person("anna@example.com", Role::User).await;
    let form = |name: &str| format!("token={}&name={name}", anna.form_token);
    let answer = house.post(&anna, "/account", &form("Anna+Rossi")).await;
    assert_eq!(answer.location(), "/account");
    let page = house.get_as(&anna, "/account").await;
    assert!(page.body.contains("value=\"Anna Rossi\""), "{}", page.body);
    let long = house.post(&anna, "/account", &form(&"x".repeat(101))).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(long.body.contains("Use at most 100 characters."));
}

#[tokio::test]
async fn times_are_told_in_the_zone_that_is_chosen_else_in_the_browsers() {
    let house = House::new().await;
    let anna = house.person("anna@example.com", Role::User).await;
    let told = async |cookie: &str| {
        let page = house.get_with(cookie, "/account").await.body;
        let (_, time) = page.split_once("<time").unwrap();
        time.split(['<', '>']).nth(1).unwrap().to_owned()
    };
    let browser = |zone: &str| format!("{}; mailroom-zone={zone}", anna.cookie);
    assert_eq!(told(&anna.cookie).await, "2026-11-22 12:00 UTC");
    assert_eq!(told(&browser("Mars/Phobos")).await, "2026-11-22 12:00 UTC");
    let tokyo = browser("Asia/Tokyo");
    assert_eq!(told(&tokyo).await, "2026-11-22 21:00 JST");
    let form = |zone: &str| format!("token={}&zone={zone}", anna.form_token);
    let wrong = house.post(&anna, "/account", &form("Mars/Phobos")).await;
    assert!(wrong.body.contains("Choose one of the list."));
    house.post(&anna, "/account", &form("Europe/Rome")).await;
    assert_eq!(told(&tokyo).await, "2026-11-22 13:00 CET");
}

#[tokio::test]
async fn another_password_wants_the_one_there_is_and_ends_other_sessions() {
    let house = House::new().await;
    let anna = house.person("anna@example.com", Role::User).await;
    let form = |before: &str, chosen: &str| {
        format!(
            "token={}&before={before}&password={chosen}",
            anna.form_token
        )
    };
    // A first one needs none before it.
    let chosen = form("", &PASSWORD.replace(' ', "+"));
    let first = house.post(&anna, "/account/password", &chosen).await;
    assert_eq!(first.location(), "/account");
    let sign_in = format!(
        "email=anna@example.com&password={}",
        PASSWORD.replace(' ', "+")
    );
    let other = house.post_with("", "/sign-in", &sign_in).await;
    let elsewhere = format!("mailroom={}", other.cookie("mailroom").unwrap());
    assert_eq!(house.get_with(&elsewhere, "/").await.status, StatusCode::OK);

    let second = "lantern+gravel+quince+88";
    let wrong = house
        .post(&anna, "/account/password", &form("no", second))
        .await;
    assert!(wrong.body.contains("This is not your password."));
    let weak = form(&PASSWORD.replace(' ', "+"), "short");
    let weak = house.post(&anna, "/account/password", &weak).await;
    assert!(weak.body.contains("Use at least 12 characters"));
    let right = form(&PASSWORD.replace(' ', "+"), second);
    let right = house.post(&anna, "/account/password", &right).await;
    assert_eq!(right.location(), "/account");
    let page = house.get_with(&elsewhere, "/").await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert_eq!(house.get_as(&anna, "/").await.status, StatusCode::OK);
}
