#![allow(clippy::unwrap_used)]

use axum::http::StatusCode;

use super::super::house::House;

#[tokio::test]
async fn assets_may_be_kept_forever_and_are_named_by_their_bytes() {
    let house = House::new().await;
    let page = house.get("/").await.body;
    let address = page
        .split('"')
        .find(|part| part.starts_with("/assets/mailroom-"))
        .unwrap();
    let style = house.get(address).await;
    assert_eq!(style.status, StatusCode::OK);
    assert_eq!(
        style.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert!(style.body.contains("prefers-color-scheme: dark"));
}

#[tokio::test]
async fn no_address_leads_out_of_the_assets() {
    let house = House::new().await;
    for path in [
        "/assets/..%2f..%2fCargo.toml",
        "/assets/../Cargo.toml",
        "/assets/%2e%2e/secret.key",
        "/assets/mailroom.css",
        "/..%2f",
    ] {
        assert_eq!(
            house.get(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}
