#![allow(clippy::unwrap_used)]

use axum::body::Body;
use axum::http::Request;
use axum::http::StatusCode;

use super::super::house::House;
use crate::store::fixture::mailbox;

#[tokio::test]
async fn every_answer_says_what_a_browser_may_do_with_it() {
    let house = House::called("https://mailroom.test", &[]).await;
    let anna = house.admin().await;
    for answer in [
        house.get_as(&anna, "/").await,
        house.get("/").await,
        house.get("/nothing").await,
        house.get("/healthz").await,
        house.get("/oauth/callback/key?code=c&state=s").await,
    ] {
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        assert!(policy.contains("form-action 'self'") && policy.contains("frame-ancestors 'none'"));
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(
            answer.header("strict-transport-security"),
            "max-age=31536000"
        );
        assert_eq!(answer.header("x-request-id").len(), 16);
    }
}

#[tokio::test]
async fn without_tls_nothing_promises_it() {
    let house = House::new().await;
    let answer = house.get("/").await;
    assert_eq!(answer.header("strict-transport-security"), "");
}

#[tokio::test]
async fn no_page_has_anything_inline_that_the_policy_would_stop() {
    let house = House::new().await;
    let anna = house.admin().await;
    mailbox(&house.fixture.store, "info@example.com").await;
    for path in [
        "/",
        "/mailboxes/1",
        "/servers/1",
        "/mailboxes/1/disconnect",
        "/nothing",
    ] {
        let page = house.get_as(&anna, path).await.body;
        assert!(
            !page.contains(" style=") && !page.contains("<style"),
            "{path}"
        );
        assert!(
            !page.contains(" onclick=") && !page.contains("<script>"),
            "{path}"
        );
        assert!(
            !page.contains("//cdn") && !page.contains("src=\"http"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn only_our_own_name_is_answered() {
    let house = House::called("https://mailroom.test", &[]).await;
    for host in [
        "evil.test",
        "mailroom.test:8443",
        "mailroom.test.evil.test",
        "localhost:8025",
        "",
    ] {
        let request = Request::builder().uri("/").header("host", host);
        let answer = house.ask(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        assert!(answer.body.contains("Open https://mailroom.test instead"));
        assert!(!answer.body.contains("evil"), "{host}");
    }
    for host in ["mailroom.test", "MAILROOM.test", "mailroom.test:443"] {
        let request = Request::builder().uri("/").header("host", host);
        let answer = house.ask(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{host}");
    }
    let probe = Request::builder()
        .uri("/healthz")
        .header("host", "10.0.0.7:8025");
    assert_eq!(
        house.ask(probe.body(Body::empty()).unwrap()).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_proxy_of_ours_may_call_us_as_it_likes() {
    let house = House::called("https://mailroom.test", &["10.0.0.0/8"])
        .await
        .from("10.1.2.3:5000");
    let request = Request::builder().uri("/").header("host", "127.0.0.1:8025");
    let answer = house.ask(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let house = House::new().await;
    let anna = house.admin().await;
    let form = format!("token={}&more={}", anna.form_token, "a".repeat(70_000));
    let answer = house.post(&anna, "/sign-out", &form).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(
        answer.body.contains("That was too much at once"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn a_panic_is_a_page_with_a_number_to_quote() {
    let house = House::new().await;
    let answer = house.get("/panics").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.body.contains("Something went wrong in Mailroom"));
    assert!(answer.body.contains(answer.header("x-request-id")));
    assert!(!answer.body.contains("a test panics"));
}
