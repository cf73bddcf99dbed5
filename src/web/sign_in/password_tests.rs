use axum::http::StatusCode;
use chrono::TimeDelta;
use entities::users::Role;

use super::super::super::house::House;

const PASSWORD: &str = "stapler ochre walnut 41";

async fn sign_in(house: &House, form: &str) -> super::super::super::house::Answer {
    house.post_with("", "/sign-in", form).await
}

fn form(email: &str, password: &str, next: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .append_pair("email", email)
        .append_pair("password", password)
        .append_pair("next", next)
        .finish()
}

#[tokio::test]
async fn address_and_password_open_the_pages() {
    let house = House::new().await;
    let anna = house.user("anna@example.com", Role::User).await;
    house.set_password(anna, PASSWORD).await;
    let answer = sign_in(
        &house,
        &form(" Anna@Example.com ", PASSWORD, "/mailboxes/3"),
    )
    .await;
    assert_eq!(answer.location(), "/mailboxes/3");
    let cookie = answer.cookie("mailroom").unwrap();
    let page = house.get_with(&format!("mailroom={cookie}"), "/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(answer.cookie("mailroom-known").is_some());
}

#[tokio::test]
async fn what_does_not_fit_is_told_at_the_field_and_keeps_the_address() {
    let house = House::new().await;
    let anna = house.user("anna@example.com", Role::User).await;
    house.set_password(anna, PASSWORD).await;
    let wrong = sign_in(&house, &form("anna@example.com", "wrong", "")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("value=\"anna@example.com\""));
    assert!(wrong.body.contains("Address and password do not fit"));
    assert!(wrong.cookie("mailroom").is_none());
    let nobody = sign_in(&house, &form("nobody@example.com", PASSWORD, "")).await;
    assert_eq!(
        nobody.body.replace("nobody@", "anna@"),
        wrong.body,
        "nobody learns who has an account"
    );
}

#[tokio::test]
async fn who_guesses_is_told_to_wait() {
    let house = House::new().await;
    let anna = house.user("anna@example.com", Role::User).await;
    house.set_password(anna, PASSWORD).await;
    for _ in 0..5 {
        sign_in(&house, &form("anna@example.com", "wrong", "")).await;
    }
    let answer = sign_in(&house, &form("anna@example.com", PASSWORD, "")).await;
    assert!(
        answer.body.contains("Try again in 5 minutes."),
        "{}",
        answer.body
    );
    house.after(TimeDelta::minutes(5));
    let answer = sign_in(&house, &form("anna@example.com", PASSWORD, "")).await;
    assert_eq!(answer.location(), "/");
}

#[tokio::test]
async fn nobody_is_sent_elsewhere() {
    let house = House::new().await;
    let anna = house.user("anna@example.com", Role::User).await;
    house.set_password(anna, PASSWORD).await;
    for next in [
        "//evil.test/",
        "https://evil.test/",
        "/\\evil.test",
        "/\t/evil.test",
        "javascript:alert(1)",
        "",
    ] {
        let answer = sign_in(&house, &form("anna@example.com", PASSWORD, next)).await;
        assert_eq!(answer.location(), "/", "{next}");
    }
}

#[tokio::test]
async fn with_a_second_factor_the_session_opens_nothing_until_the_code_is_there() {
    let house = House::new().await;
    let anna = house.user("anna@example.com", Role::User).await;
    house.set_password(anna, PASSWORD).await;
    let codes = house.second_factor(anna).await;
    let answer = sign_in(&house, &form("anna@example.com", PASSWORD, "/servers/1")).await;
    assert_eq!(answer.location(), "/sign-in/code?next=%2Fservers%2F1");
    assert!(answer.cookie("mailroom-known").is_none());
    let cookie = format!("mailroom={}", answer.cookie("mailroom").unwrap());
    let page = house.get_with(&cookie, "/").await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    let asked = house.get_with(&cookie, answer.location()).await;
    assert_eq!(asked.status, StatusCode::OK);
    let token = asked.value_of("token");
    let wrong = house
        .post_with(
            &cookie,
            "/sign-in/code",
            &format!("token={token}&code=000000"),
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let forged = house
        .post_with(
            &cookie,
            "/sign-in/code",
            &format!("token=x&code={}", codes[0]),
        )
        .await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let right = format!("token={token}&code={}&next=%2Fservers%2F1", codes[0]);
    let answer = house.post_with(&cookie, "/sign-in/code", &right).await;
    assert_eq!(answer.location(), "/servers/1");
    let session = format!("mailroom={}", answer.cookie("mailroom").unwrap());
    assert_ne!(session, cookie);
    assert_eq!(house.get_with(&session, "/").await.status, StatusCode::OK);
    let before = house.get_with(&cookie, "/sign-in/code").await;
    assert_eq!(before.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_code_is_owed_for_ten_minutes() {
    let house = House::new().await;
    let anna = house.user("anna@example.com", Role::User).await;
    house.set_password(anna, PASSWORD).await;
    house.second_factor(anna).await;
    let answer = sign_in(&house, &form("anna@example.com", PASSWORD, "")).await;
    let cookie = format!("mailroom={}", answer.cookie("mailroom").unwrap());
    house.after(TimeDelta::minutes(10));
    let page = house.get_with(&cookie, "/sign-in/code").await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
}
