use axum::http::StatusCode;
use entities::users::Role;

use super::super::house::{House, Person};
use super::checked;
use crate::store::users;

fn form(person: &Person, rest: &str) -> String {
    format!("token={}&{rest}", person.form_token)
}

#[tokio::test]
async fn an_invitation_is_shown_once_and_works() {
    let house = House::new().await;
    let boss = house.admin().await;
    let invite = form(&boss, "email=+lena@example.com&name=Lena&role=user");
    let shown = house.post(&boss, "/users", &invite).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
    let (_, link) = shown
        .body
        .split_once("http://mailroom.test/welcome")
        .unwrap();
    let (link, _) = link.split_once('<').unwrap();
    let welcome = house.get(&format!("/welcome{link}")).await;
    assert!(
        welcome.body.contains("lena@example.com"),
        "{}",
        welcome.body
    );
    let list = house.get_as(&boss, "/users").await;
    assert!(
        list.body.contains("lena@<wbr>example.<wbr>com"),
        "{}",
        list.body
    );
    let again = house.post(&boss, "/users", &invite).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        again
            .body
            .contains("There is a user with this address already.")
    );
}

#[tokio::test]
async fn a_user_is_changed_and_what_is_wrong_is_told_at_its_field() {
    let house = House::new().await;
    let boss = house.admin().await;
    let lena = house.person("lena@example.com", Role::User).await;
    let path = format!("/users/{}", lena.id);
    let wrong = form(&boss, "email=lena&name=L&role=user&active=on");
    let wrong = house.post(&boss, &path, &wrong).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("This is not an e-mail address."));
    let off = form(&boss, "email=lena@example.com&name=Lena&role=admin");
    let changed = house.post(&boss, &path, &off).await;
    assert_eq!(changed.location(), path);
    let store = &house.fixture.store;
    let user = users::by_id(store, lena.id).await.unwrap().unwrap();
    assert_eq!((user.role, user.active), (Role::Admin, false));
    let out = house.get_as(&lena, "/").await;
    assert_eq!(out.status, StatusCode::UNAUTHORIZED);
    let own = format!("/users/{}", boss.id);
    let last = form(&boss, "email=anna@example.com&role=user&active=on");
    let last = house.post(&boss, &own, &last).await;
    assert!(
        last.body.contains("This is the only admin"),
        "{}",
        last.body
    );
}

#[tokio::test]
async fn admins_help_who_lost_what_they_sign_in_with() {
    let house = House::new().await;
    let boss = house.admin().await;
    let lena = house.person("lena@example.com", Role::User).await;
    house.set_password(lena.id, "stapler ochre walnut 41").await;
    house.second_factor(lena.id).await;
    let path = format!("/users/{}", lena.id);
    let link = house.press(&boss, &format!("{path}/link")).await;
    assert!(link.body.contains("/new-password?ticket="), "{}", link.body);
    let off = house
        .press(&boss, &format!("{path}/second-factor/end"))
        .await;
    assert_eq!(off.location(), path);
    let out = house.get_as(&lena, "/").await;
    assert_eq!(out.status, StatusCode::UNAUTHORIZED);
    let page = house.get_as(&boss, &path).await;
    assert!(!page.body.contains("Turn the second factor off"));
    house.press(&boss, &format!("{path}/sign-out")).await;
    let removed = house.press(&boss, &format!("{path}/remove")).await;
    assert_eq!(removed.location(), "/users");
    let gone = house.get_as(&boss, &path).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whoever_is_no_admin_sees_and_does_nothing_here() {
    let house = House::new().await;
    house.admin().await;
    let lena = house.person("lena@example.com", Role::User).await;
    let own = format!("/users/{}", lena.id);
    for page in ["/users", &own] {
        let answer = house.get_as(&lena, page).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{page}");
    }
    for button in ["", "/link", "/sign-out", "/second-factor/end", "/remove"] {
        let answer = house.press(&lena, &format!("{own}{button}")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{button}");
    }
    let answer = house.press(&lena, "/users").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[test]
fn what_is_no_address_is_not_taken() {
    for email in [
        "anna@example.com",
        "a@xn--bcher-kva.example",
        "o'neil@example.com",
    ] {
        assert_eq!(checked(email), Ok(()), "{email}");
    }
    for email in [
        "",
        "anna",
        "@example.com",
        "anna@",
        "a b@c.de",
        "a@b\r\nBcc: x",
        "<a@b.de>",
    ] {
        assert!(checked(email).is_err(), "{email}");
    }
}
