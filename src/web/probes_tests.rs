#![allow(clippy::unwrap_used)]

use axum::body::Body;
use axum::http::{Request, StatusCode};

use super::super::house::House;
use super::*;

#[test]
fn neighbours_are_in_private_networks() {
    for address in [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.1.1",
        "100.64.0.1",
        "::1",
        "fd00::1",
        "fe80::1",
        "::ffff:10.0.0.1",
    ] {
        assert!(is_neighbour(address.parse().unwrap()), "{address}");
    }
    for address in [
        "8.8.8.8",
        "172.32.0.1",
        "100.128.0.1",
        "2001:db8::1",
        "::ffff:8.8.8.8",
    ] {
        assert!(!is_neighbour(address.parse().unwrap()), "{address}");
    }
}

#[tokio::test]
async fn probes_answer_in_plain_text() {
    let house = House::new().await;
    let alive = house.get("/healthz").await;
    assert_eq!(
        (alive.status, alive.body.as_str()),
        (StatusCode::OK, "alive\n")
    );
    let ready = house.get("/readyz").await;
    assert_eq!(
        (ready.status, ready.body.as_str()),
        (StatusCode::OK, "ready\n")
    );
    house.fixture.store.clone().close().await.unwrap();
    let gone = house.get("/readyz").await;
    assert_eq!(gone.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        gone.body
            .starts_with("not ready: the database does not answer"),
        "{}",
        gone.body
    );
    assert_eq!(house.get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_measured_is_told_to_neighbours_only() {
    let house = House::new().await;
    let told = house.get("/metrics").await;
    assert_eq!(told.status, StatusCode::OK);
    assert!(told.body.contains("mailroom_build_info"), "{}", told.body);
    assert!(
        told.header("content-type")
            .starts_with("text/plain; version=0.0.4")
    );
    let request = house
        .request("GET", "/metrics")
        .header("x-forwarded-for", "10.0.0.1");
    let answer = house.ask(request.body(Body::empty()).unwrap()).await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (StatusCode::NOT_FOUND, "not here\n")
    );
    let house = house.from("203.0.113.9:4000");
    assert_eq!(house.get("/metrics").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn no_name_that_somebody_else_owns_leads_to_what_is_measured() {
    let house = House::called("https://mailroom.test", &[]).await;
    let ask = async |path: &str, host: &str| {
        let request = Request::builder().uri(path).header("host", host);
        house.ask(request.body(Body::empty()).unwrap()).await
    };
    // A page of theirs whose name leads to this machine (DNS rebinding).
    for host in ["evil.test", "evil.test:8025", "127.0.0.1.evil.test", ""] {
        let answer = ask("/metrics", host).await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        assert!(!answer.body.contains("mailroom_build_info"), "{host}");
        assert_eq!(ask("/healthz", host).await.status, StatusCode::OK, "{host}");
    }
    // Prometheus calls by an address, or by a name of its own network.
    for host in [
        "mailroom.test",
        "127.0.0.1:8025",
        "[::1]:8025",
        "10.0.0.7:8025",
        "localhost:8025",
        "mailroom:8025",
    ] {
        let answer = ask("/metrics", host).await;
        assert_eq!(answer.status, StatusCode::OK, "{host}");
    }
    // Those are for machines alone.
    for path in ["/", "/sign-in", "/mailboxes/1"] {
        let answer = ask(path, "127.0.0.1:8025").await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{path}");
    }
}
