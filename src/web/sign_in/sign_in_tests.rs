#![allow(clippy::unwrap_used)]

use axum::body::Body;
use axum::http::StatusCode;
use chrono::TimeDelta;
use entities::users::Role;

use super::super::house::House;
use crate::store::fixture::at;
use crate::store::users;

#[tokio::test]
async fn a_link_signs_in_once_and_leaves_the_address() {
    let house = House::called("https://mailroom.test", &[]).await;
    let user = house.user("anna@example.com", Role::Admin).await;
    let link = house.link(user).await;
    let answer = house.sign_in(&link).await;
    assert_eq!(answer.location(), "/");
    let set = answer.header("set-cookie");
    assert!(set.starts_with("__Host-mailroom="), "{set}");
    for flag in [
        "; Path=/",
        "; HttpOnly",
        "; SameSite=Lax",
        "; Secure",
        "; Max-Age=604800",
    ] {
        assert!(set.contains(flag), "{set}");
    }
    assert!(!set.contains("Domain"), "{set}");
    for again in [house.sign_in(&link).await, house.get(&link).await] {
        assert_eq!(again.status, StatusCode::GONE);
        assert!(again.body.contains("This sign-in link no longer works"));
        assert!(again.cookie("__Host-mailroom").is_none());
    }
}

#[tokio::test]
async fn without_tls_the_cookie_has_another_name() {
    let house = House::new().await;
    let user = house.user("anna@example.com", Role::Admin).await;
    let answer = house.sign_in(&house.link(user).await).await;
    let set = answer.header("set-cookie");
    assert!(
        set.starts_with("mailroom=") && !set.contains("Secure"),
        "{set}"
    );
}

#[tokio::test]
async fn a_link_works_for_ten_minutes() {
    let house = House::new().await;
    let user = house.user("anna@example.com", Role::Admin).await;
    let link = house.link(user).await;
    house.after(TimeDelta::minutes(10));
    assert_eq!(house.get(&link).await.status, StatusCode::GONE);
    assert_eq!(house.sign_in(&link).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn opening_a_link_uses_nothing_up_whoever_opens_it() {
    let house = House::new().await;
    let user = house.user("anna@example.com", Role::Admin).await;
    let link = house.link(user).await;
    let (_, ticket) = link.split_once('=').unwrap();
    let button = format!("name=\"ticket\" value=\"{ticket}\"");
    let head = house.request("HEAD", &link).body(Body::empty()).unwrap();
    assert!(house.ask(head).await.cookie("mailroom").is_none());
    for (name, value) in [
        // What previews, scanners of mail and old browsers don't send.
        ("accept", "*/*"),
        ("sec-fetch-site", "none"),
        ("sec-fetch-site", "same-origin"),
        ("sec-fetch-site", "cross-site"),
        ("sec-purpose", "prefetch;prerender"),
    ] {
        let request = house.request("GET", &link).header(name, value);
        let answer = house.ask(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.cookie("mailroom").is_none(), "{name}: {value}");
        assert!(answer.body.contains(&button), "{}", answer.body);
        assert!(answer.body.contains("method=\"post\" action=\"/sign-in\""));
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    assert_eq!(house.sign_in(&link).await.location(), "/");
}

#[tokio::test]
async fn another_site_can_press_nothing() {
    let house = House::new().await;
    let user = house.user("anna@example.com", Role::Admin).await;
    let link = house.link(user).await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.test"),
    ] {
        let mut request = house.signing_in(&link);
        request.headers_mut().insert(name, value.parse().unwrap());
        let answer = house.ask(request).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}: {value}");
        assert!(answer.cookie("mailroom").is_none());
    }
    assert_eq!(house.sign_in(&link).await.location(), "/");
}

#[tokio::test]
async fn signing_in_ends_the_session_that_the_browser_had() {
    let house = House::new().await;
    let lena = house.person("lena@example.com", Role::User).await;
    let user = house.user("anna@example.com", Role::Admin).await;
    let link = house.link(user).await;
    let mut request = house.signing_in(&link);
    let cookie = lena.cookie.parse().unwrap();
    request.headers_mut().insert("cookie", cookie);
    assert_eq!(house.ask(request).await.location(), "/");
    assert_eq!(
        house.get_as(&lena, "/").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn an_unused_session_ends_after_twelve_hours() {
    let house = House::new().await;
    let anna = house.admin().await;
    house.after(TimeDelta::hours(11));
    assert_eq!(house.get_as(&anna, "/").await.status, StatusCode::OK);
    house.after(TimeDelta::hours(22));
    assert_eq!(house.get_as(&anna, "/").await.status, StatusCode::OK);
    house.after(TimeDelta::hours(34));
    assert_eq!(
        house.get_as(&anna, "/").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_session_in_use_ends_after_seven_days() {
    let house = House::new().await;
    let anna = house.admin().await;
    for hours in (8..7 * 24).step_by(8) {
        house.after(TimeDelta::hours(hours));
        assert_eq!(
            house.get_as(&anna, "/").await.status,
            StatusCode::OK,
            "{hours}"
        );
    }
    house.after(TimeDelta::days(7));
    assert_eq!(
        house.get_as(&anna, "/").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let house = House::called("https://mailroom.test", &[]).await;
    let anna = house.admin().await;
    let answer = house.press(&anna, "/sign-out").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        answer
            .header("set-cookie")
            .starts_with("__Host-mailroom=; Path=/; Max-Age=0;")
    );
    assert_eq!(
        house.get_as(&anna, "/").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_user_who_is_switched_off_is_out_at_once() {
    let house = House::new().await;
    let anna = house.admin().await;
    let fields = users::UserFields {
        email: "anna@example.com".to_owned(),
        name: String::new(),
        role: Role::Admin,
        active: false,
    };
    users::update(&house.fixture.store, anna.id, fields, at(1))
        .await
        .unwrap();
    assert_eq!(
        house.get_as(&anna, "/").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_made_up_cookie_opens_nothing() {
    let house = House::new().await;
    for cookie in [
        "mailroom=",
        "mailroom=x",
        &format!("mailroom={}", "a".repeat(43)),
        "mailroom=%00",
    ] {
        let request = house.request("GET", "/").header("cookie", cookie);
        let answer = house.ask(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{cookie}");
        assert!(answer.body.contains("You are not signed in"));
    }
}
