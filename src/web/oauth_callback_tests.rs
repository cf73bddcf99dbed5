#![allow(clippy::unwrap_used)]

use axum::body::Body;
use axum::http::StatusCode;
use chrono::TimeDelta;
use entities::ids::MailboxId;
use entities::users::Role;
use url::Url;

use super::super::house::{Answer as Page, House, Person, connected, key};

/// Presses Sign in and gives where the page goes on to.
async fn begin(house: &House, person: &Person, mailbox: MailboxId, form: &str) -> Url {
    let form = format!("token={}&{form}", person.form_token);
    let page = house
        .post(person, &format!("/mailboxes/{mailbox}/authorize"), &form)
        .await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let (_, onward) = page.body.split_once("content=\"0; url=").unwrap();
    let onward = onward.split('"').next().unwrap().replace("&amp;", "&");
    assert!(
        page.body
            .contains(&format!("href=\"{}\"", onward.replace('&', "&amp;")))
    );
    Url::parse(&onward).unwrap()
}

fn part(url: &Url, name: &str) -> Option<String> {
    url.query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

async fn state(house: &House, person: &Person, mailbox: MailboxId) -> String {
    part(&begin(house, person, mailbox, "").await, "state").unwrap()
}

#[tokio::test]
async fn signing_in_goes_on_to_the_provider_by_a_page() {
    let house = House::new().await;
    let anna = house.person("anna@example.com", Role::Admin).await;
    let (mailbox, callback) = connected(&house, &[]).await;
    let url = begin(&house, &anna, mailbox, "").await;
    assert_eq!(url.origin().ascii_serialization(), "http://127.0.0.1:9");
    assert_eq!(
        part(&url, "redirect_uri"),
        Some(house.state.shared.site.url(&callback))
    );
    assert_eq!(
        part(&url, "login_hint").as_deref(),
        Some("info@example.com")
    );
    assert_eq!(part(&url, "code_challenge_method").as_deref(), Some("S256"));
    let other = begin(&house, &anna, mailbox, "choose_account=yes").await;
    assert_eq!(part(&other, "login_hint"), None);
    assert_ne!(part(&url, "state"), part(&other, "state"));
}

#[tokio::test]
async fn who_changes_their_mind_is_told_that_nothing_was_changed() {
    let house = House::new().await;
    let anna = house.person("anna@example.com", Role::Admin).await;
    let (mailbox, callback) = connected(&house, &[]).await;
    let state = state(&house, &anna, mailbox).await;
    let came = format!("{callback}?error=access_denied&state={state}");
    let answer = house.get_as(&anna, &came).await;
    assert_eq!(answer.location(), format!("/mailboxes/{mailbox}"));
    let said = answer.cookie("mailroom-said").unwrap();
    let told = |cookie: String| {
        let request = house
            .request("GET", &format!("/mailboxes/{mailbox}"))
            .header("cookie", cookie);
        house.ask(request.body(Body::empty()).unwrap())
    };
    let page = told(format!("{}; mailroom-said={said}", anna.cookie)).await;
    assert!(page.body.contains("Nothing was changed."), "{}", page.body);
    assert_eq!(page.cookie("mailroom-said").as_deref(), Some(""));
    // Made up, or another session's: not said.
    let lena = house.person("lena@example.com", Role::Admin).await;
    for cookie in [
        format!("{}; mailroom-said={said}", lena.cookie),
        format!(
            "{}; mailroom-said=x.Tm90aGluZyB3YXMgY2hhbmdlZC4",
            anna.cookie
        ),
        format!("{}; mailroom-said=", anna.cookie),
    ] {
        let page = told(cookie).await;
        assert!(!page.body.contains("Nothing was changed."));
    }
}

#[tokio::test]
async fn a_provider_that_does_not_answer_changes_no_light() {
    let house = House::new().await;
    let anna = house.person("anna@example.com", Role::Admin).await;
    let (mailbox, callback) = connected(&house, &[]).await;
    let state = state(&house, &anna, mailbox).await;
    let answer = house
        .get_as(&anna, &format!("{callback}?code=the-code&state={state}"))
        .await;
    assert_eq!(answer.location(), format!("/mailboxes/{mailbox}"));
    let page = house.get_as(&anna, answer.location()).await.body;
    assert!(page.contains("Not tried yet"), "{page}");
}

async fn refusal(answer: &Page, house: &House) -> (StatusCode, String) {
    let location = answer.location().to_owned();
    let page = house.get(&location).await;
    let (_, title) = page.body.split_once("<h1>").unwrap();
    (page.status, title.split('<').next().unwrap().to_owned())
}

#[tokio::test]
async fn an_answer_is_taken_once() {
    let house = House::new().await;
    let anna = house.person("anna@example.com", Role::Admin).await;
    let (mailbox, callback) = connected(&house, &[]).await;
    let state = state(&house, &anna, mailbox).await;
    let came = format!("{callback}?error=access_denied&state={state}");
    house.get_as(&anna, &came).await;
    let again = house.get_as(&anna, &came).await;
    let told = "This sign-in was already used".to_owned();
    assert_eq!(refusal(&again, &house).await, (StatusCode::CONFLICT, told));
}

#[tokio::test]
async fn an_answer_is_taken_from_whoever_began_and_nobody_else_ends_it() {
    let house = House::new().await;
    let anna = house.person("anna@example.com", Role::Admin).await;
    let lena = house.person("lena@example.com", Role::Admin).await;
    let (mailbox, callback) = connected(&house, &[]).await;
    let state = state(&house, &anna, mailbox).await;
    let came = format!("{callback}?error=access_denied&state={state}");
    let stranger = house.get_as(&lena, &came).await;
    let told = "This sign-in was begun in another browser".to_owned();
    assert_eq!(
        refusal(&stranger, &house).await,
        (StatusCode::FORBIDDEN, told)
    );
    let nobody = house.get(&came).await;
    let told = "You are not signed in to Mailroom here".to_owned();
    assert_eq!(
        refusal(&nobody, &house).await,
        (StatusCode::UNAUTHORIZED, told)
    );
    let own = house.get_as(&anna, &came).await;
    assert_eq!(own.location(), format!("/mailboxes/{mailbox}"));
}

#[tokio::test]
async fn an_answer_is_taken_for_ten_minutes() {
    let house = House::new().await;
    let anna = house.person("anna@example.com", Role::Admin).await;
    let (mailbox, callback) = connected(&house, &[]).await;
    let state = state(&house, &anna, mailbox).await;
    house.after(TimeDelta::minutes(10));
    let late = house
        .get_as(
            &anna,
            &format!("{callback}?error=access_denied&state={state}"),
        )
        .await;
    let told = "This sign-in took longer than ten minutes".to_owned();
    assert_eq!(refusal(&late, &house).await, (StatusCode::GONE, told));
}

#[tokio::test]
async fn a_key_that_is_switched_off_takes_nothing() {
    let house = House::new().await;
    let anna = house.person("anna@example.com", Role::Admin).await;
    let (mailbox, callback) = connected(&house, &[]).await;
    let state = state(&house, &anna, mailbox).await;
    key(&house.fixture.store, &[], false).await;
    let came = format!("{callback}?error=access_denied&state={state}");
    let off = house.get_as(&anna, &came).await;
    let told = "This callback address is switched off".to_owned();
    assert_eq!(refusal(&off, &house).await, (StatusCode::FORBIDDEN, told));
    // And nothing can be begun that it would have to take.
    let press = house
        .press(&anna, &format!("/mailboxes/{mailbox}/authorize"))
        .await;
    assert_eq!(press.status, StatusCode::CONFLICT);
    assert!(press.body.contains("is switched off"), "{}", press.body);
    key(&house.fixture.store, &[], true).await;
    let on = house.get_as(&anna, &came).await;
    assert_eq!(on.location(), format!("/mailboxes/{mailbox}"));
}

#[tokio::test]
async fn a_key_takes_answers_from_its_addresses_alone() {
    let house = House::called("http://mailroom.test", &["127.0.0.1/32"]).await;
    let anna = house.person("anna@example.com", Role::Admin).await;
    let (mailbox, callback) = connected(&house, &["203.0.113.0/24"]).await;
    let state = state(&house, &anna, mailbox).await;
    let came = format!("{callback}?error=access_denied&state={state}");
    let from = |address: &str| {
        let request = house
            .request("GET", &came)
            .header("cookie", &anna.cookie)
            .header("x-forwarded-for", address);
        house.ask(request.body(Body::empty()).unwrap())
    };
    // What the caller itself wrote stands left, and proves nothing.
    for address in ["198.51.100.7", "203.0.113.5, 198.51.100.7"] {
        let told = "Your network address may not use this callback".to_owned();
        assert_eq!(
            refusal(&from(address).await, &house).await,
            (StatusCode::FORBIDDEN, told),
            "{address}"
        );
    }
    let answer = from("203.0.113.5").await;
    assert_eq!(answer.location(), format!("/mailboxes/{mailbox}"));
}

#[tokio::test]
async fn an_answer_nobody_asked_for_is_not_taken() {
    let house = House::new().await;
    let anna = house.person("anna@example.com", Role::Admin).await;
    let (_, callback) = connected(&house, &[]).await;
    for (came, told) in [
        (
            format!("{callback}?code=c&state=made-up"),
            "Mailroom did not ask for this sign-in",
        ),
        (
            "/oauth/callback/other?code=c&state=s".to_owned(),
            "This callback address does not exist",
        ),
        (
            format!("{callback}?state=s"),
            "The provider's answer is incomplete",
        ),
        (
            format!("{callback}?code=c"),
            "The provider's answer is incomplete",
        ),
    ] {
        let answer = house.get_as(&anna, &came).await;
        assert_eq!(refusal(&answer, &house).await.1, told, "{came}");
    }
}

#[tokio::test]
async fn an_answer_for_an_administrator_is_none_for_a_mailbox() {
    let house = House::new().await;
    let anna = house.person("anna@example.com", Role::Admin).await;
    let (mailbox, callback) = connected(&house, &[]).await;
    let state = state(&house, &anna, mailbox).await;
    let mixed = house
        .get_as(
            &anna,
            &format!("{callback}/admin-consent?admin_consent=True&state={state}"),
        )
        .await;
    assert_eq!(mixed.location(), "/authorization/unknown");
}
