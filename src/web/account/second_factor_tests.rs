use axum::http::StatusCode;
use entities::users::Role;

use super::super::super::house::{Answer, House, Person};
use super::without_prologue;
use crate::accounts::SecondFactor;

async fn post(house: &House, person: &Person, path: &str, code: Option<&str>) -> Answer {
    let code = code.map_or_else(String::new, |code| format!("&code={code}"));
    let form = format!("token={}{code}", person.form_token);
    house.post(person, path, &form).await
}

#[tokio::test]
async fn it_is_set_up_by_a_picture_and_a_code() {
    let house = House::new().await;
    let anna = house.person("anna@example.com", Role::User).await;
    let nothing = house.get_as(&anna, "/account/second-factor").await;
    assert_eq!(nothing.location(), "/account");
    let begun = post(&house, &anna, "/account/second-factor/begin", None).await;
    assert_eq!(begun.location(), "/account/second-factor");
    let page = house.get_as(&anna, "/account/second-factor").await;
    assert!(page.body.contains("<svg"), "{}", page.body);
    assert!(!page.body.contains("<?xml"), "{}", page.body);
    let wrong = post(&house, &anna, "/account/second-factor", Some("12")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("not the code that holds now"));
    let state = house.state.accounts.second_factor(anna.id).await.unwrap();
    assert_eq!(state, SecondFactor::Begun);
}

#[tokio::test]
async fn whoever_has_only_the_browser_does_not_turn_it_off() {
    let house = House::new().await;
    let anna = house.person("anna@example.com", Role::User).await;
    house.second_factor(anna.id).await;
    let state = async || house.state.accounts.second_factor(anna.id).await.unwrap();
    for code in [None, Some("000000"), Some("")] {
        let answer = post(&house, &anna, "/account/second-factor/end", code).await;
        assert!(answer.body.contains("Turn the second factor off"));
        let answer = post(&house, &anna, "/account/second-factor/codes", code).await;
        assert!(answer.body.contains("stop working"));
    }
    assert_eq!(state().await, SecondFactor::On { recovery_codes: 10 });
    let begun = post(&house, &anna, "/account/second-factor/begin", None).await;
    assert_eq!(begun.location(), "/account", "another secret is not made");
}

#[tokio::test]
async fn new_codes_replace_the_old_and_a_code_turns_it_off() {
    let house = House::new().await;
    let anna = house.person("anna@example.com", Role::User).await;
    let codes = house.second_factor(anna.id).await;
    let renewed = post(
        &house,
        &anna,
        "/account/second-factor/codes",
        Some(&codes[0]),
    )
    .await;
    assert!(renewed.body.contains("Your new recovery codes"));
    assert!(!renewed.body.contains(&codes[1]));
    let old = post(&house, &anna, "/account/second-factor/end", Some(&codes[1])).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    let (_, after) = renewed.body.split_once("<li><code>").unwrap();
    let (new, _) = after.split_once('<').unwrap();
    let off = post(&house, &anna, "/account/second-factor/end", Some(new)).await;
    assert_eq!(off.location(), "/account");
    let state = house.state.accounts.second_factor(anna.id).await.unwrap();
    assert_eq!(state, SecondFactor::Off);
}

#[test]
fn a_picture_begins_with_its_element() {
    assert_eq!(without_prologue("<?xml version=\"1.0\"?><svg/>"), "<svg/>");
    assert_eq!(without_prologue("nothing"), "");
}
