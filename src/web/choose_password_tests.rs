use axum::http::StatusCode;
use chrono::TimeDelta;
use entities::ids::UserId;
use entities::sign_in_links::LinkPurpose::{self, Invitation, NewPassword};
use entities::users::Role;

use super::super::house::{Answer, House};
use crate::store::users;

const PASSWORD: &str = "stapler ochre walnut 41";

async fn link(house: &House, user: UserId, purpose: LinkPurpose) -> String {
    let now = house.state.shared.clock.now();
    house.ticket(user, purpose, now).await
}

async fn choose(house: &House, link: &str, name: &str, password: &str) -> Answer {
    let (path, ticket) = link.split_once('?').unwrap();
    let form = url::form_urlencoded::Serializer::new(ticket.to_owned())
        .append_pair("name", name)
        .append_pair("password", password)
        .finish();
    house.post_with("", path, &form).await
}

#[tokio::test]
async fn who_was_invited_chooses_a_name_and_a_password_and_is_in() {
    let house = House::new().await;
    let anna = house.user("anna@example.com", Role::User).await;
    let link = link(&house, anna, Invitation).await;
    for _ in 0..2 {
        let page = house.get(&link).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("anna@example.com"), "{}", page.body);
    }
    let weak = choose(&house, &link, "Anna R.", "password1234").await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(weak.body.contains("soon guessed"), "{}", weak.body);
    assert!(weak.body.contains("value=\"Anna R.\""), "{}", weak.body);
    let answer = choose(&house, &link, "Anna R.", PASSWORD).await;
    assert_eq!(answer.location(), "/");
    let cookie = format!("mailroom={}", answer.cookie("mailroom").unwrap());
    assert!(house.get_with(&cookie, "/").await.body.contains("Anna R."));
    assert_eq!(house.get(&link).await.status, StatusCode::GONE);
    let again = choose(&house, &link, "", "lantern gravel quince 88").await;
    assert_eq!(again.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_new_password_ends_all_sessions_and_only_the_last_link_works() {
    let house = House::new().await;
    let anna = house.person("anna@example.com", Role::User).await;
    let first = link(&house, anna.id, NewPassword).await;
    let last = link(&house, anna.id, NewPassword).await;
    assert_eq!(house.get(&first).await.status, StatusCode::GONE);
    let other = last.replace("/new-password", "/welcome");
    assert_eq!(house.get(&other).await.status, StatusCode::GONE);
    let answer = choose(&house, &last, "Somebody else", PASSWORD).await;
    assert_eq!(answer.location(), "/");
    let before = house.get_as(&anna, "/").await;
    assert_eq!(before.status, StatusCode::UNAUTHORIZED);
    let store = &house.fixture.store;
    let user = users::by_id(store, anna.id).await.unwrap().unwrap();
    assert_ne!(
        user.name, "Somebody else",
        "only who is new says how they are called"
    );
}

#[tokio::test]
async fn a_new_password_does_not_replace_the_second_factor() {
    let house = House::new().await;
    let anna = house.user("anna@example.com", Role::User).await;
    house.second_factor(anna).await;
    let link = link(&house, anna, NewPassword).await;
    let answer = choose(&house, &link, "", PASSWORD).await;
    assert_eq!(answer.location(), "/sign-in/code");
    let cookie = format!("mailroom={}", answer.cookie("mailroom").unwrap());
    let page = house.get_with(&cookie, "/").await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn links_end() {
    let house = House::new().await;
    let anna = house.user("anna@example.com", Role::User).await;
    for (purpose, life) in [
        (NewPassword, TimeDelta::hours(1)),
        (Invitation, TimeDelta::days(7)),
    ] {
        let link = link(&house, anna, purpose).await;
        let (begun, now) = (house.state.shared.clock.now(), life - TimeDelta::seconds(1));
        house.clock.set(begun + now);
        assert_eq!(house.get(&link).await.status, StatusCode::OK);
        house.clock.set(begun + life);
        assert_eq!(house.get(&link).await.status, StatusCode::GONE);
        house.clock.set(begun);
    }
}
