#![allow(clippy::unwrap_used)]

use axum::body::Body;
use axum::http::StatusCode;
use entities::users::Role;

use super::super::house::House;
use crate::store::fixture::{at, mailbox};
use crate::store::lights;

const PRESSES: [&str; 7] = [
    "/sign-out",
    "/mailboxes/1/authorize",
    "/mailboxes/1/admin-consent",
    "/mailboxes/1/try-again",
    "/mailboxes/1/doctor",
    "/mailboxes/1/disconnect",
    "/servers/1/admin-consent",
];

#[tokio::test]
async fn nothing_is_changed_without_the_token_of_the_session() {
    let house = House::new().await;
    let anna = house.admin().await;
    let lena = house.person("lena@example.com", Role::Admin).await;
    mailbox(&house.fixture.store, "info@example.com").await;
    for path in PRESSES {
        for form in [
            "",
            "token=",
            "token=abc",
            &format!("token={}", lena.form_token),
        ] {
            let answer = house.post(&anna, path, form).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {form}");
            assert!(answer.body.contains("This form is no longer valid"));
        }
    }
    assert_eq!(house.get_as(&anna, "/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn nothing_is_changed_for_another_site_even_with_the_token() {
    let house = House::new().await;
    let anna = house.admin().await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.test"),
        ("origin", "http://mailroom.test:8080"),
        ("origin", "https://mailroom.test"),
    ] {
        for path in PRESSES {
            let request = house
                .request("POST", path)
                .header("cookie", &anna.cookie)
                .header("content-type", "application/x-www-form-urlencoded")
                .header(name, value);
            let form = Body::from(format!("token={}", anna.form_token));
            let answer = house.ask(request.body(form).unwrap()).await;
            assert_eq!(
                answer.status,
                StatusCode::FORBIDDEN,
                "{path} {name}: {value}"
            );
        }
    }
}

#[tokio::test]
async fn a_browser_that_says_nothing_is_believed_with_the_token() {
    let house = House::new().await;
    let anna = house.admin().await;
    let request = house
        .request("POST", "/sign-out")
        .header("cookie", &anna.cookie)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "null");
    let form = Body::from(format!("token={}", anna.form_token));
    assert_eq!(
        house.ask(request.body(form).unwrap()).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn nothing_is_changed_by_loading_a_page() {
    let house = House::new().await;
    let anna = house.admin().await;
    mailbox(&house.fixture.store, "info@example.com").await;
    for path in PRESSES {
        // These have a page of their own.
        if path.ends_with("disconnect") || path.ends_with("doctor") {
            continue;
        }
        let answer = house.get_as(&anna, path).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
}

#[tokio::test]
async fn trying_again_asks_a_worker_and_says_so() {
    let house = House::new().await;
    let anna = house.admin().await;
    let id = mailbox(&house.fixture.store, "info@example.com").await;
    let answer = house
        .press(&anna, &format!("/mailboxes/{id}/try-again"))
        .await;
    assert_eq!(answer.location(), format!("/mailboxes/{id}"));
    let light = lights::find(&house.fixture.store, id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(light.probe_at, Some(at(0)));
    assert!(answer.cookie("mailroom-said").is_some());
}
