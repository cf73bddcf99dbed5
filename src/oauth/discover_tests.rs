#![allow(clippy::unwrap_used, clippy::panic)]

use std::time::Duration;

use serde_json::{Value, json};

use super::{Discovered, discover, is_named, places};
use crate::oauth::error::OAuthError;
use crate::oauth::script::{Script, answer, http};

fn document(issuer: &str) -> Value {
    let endpoints = "https://id.example.com";
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{endpoints}/authorize"),
        "token_endpoint": format!("{endpoints}/token"),
        "jwks_uri": format!("{endpoints}/keys"),
        "revocation_endpoint": format!("{endpoints}/revoke"),
        "device_authorization_endpoint": format!("{endpoints}/device"),
        "authorization_response_iss_parameter_supported": true,
        "scopes_supported": ["openid", "mail"],
        "claims_supported": ["sub"],
    })
}

fn found(document: &Value) -> Vec<u8> {
    answer(
        200,
        "Content-Type: application/json\r\n",
        &document.to_string(),
    )
}

fn missing() -> Vec<u8> {
    answer(404, "Content-Type: text/html\r\n", "<html>")
}

async fn discovered(server: &Script, path: &str) -> Result<Discovered, OAuthError> {
    discover(&http(), &server.url(path)).await
}

#[tokio::test]
async fn openids_document_is_asked_for_first() {
    let server =
        Script::answering(|origin| vec![found(&document(&format!("{origin}/realms/a")))]).await;
    let found = discovered(&server, "/realms/a").await.unwrap();
    assert_eq!(
        found.endpoints.token.as_str(),
        "https://id.example.com/token"
    );
    assert_eq!(
        found.endpoints.issuer.as_deref(),
        Some(server.url("/realms/a").as_str())
    );
    assert!(found.endpoints.sends_iss && found.endpoints.device.is_some());
    assert_eq!(found.scopes_supported, ["openid", "mail"]);
    assert_eq!(
        server.lines(),
        ["GET /realms/a/.well-known/openid-configuration HTTP/1.1"]
    );
}

#[tokio::test]
async fn oauths_document_lies_elsewhere() {
    let server = Script::answering(|origin| {
        vec![missing(), found(&document(&format!("{origin}/realms/a")))]
    })
    .await;
    discovered(&server, "/realms/a/").await.unwrap();
    assert_eq!(
        server.lines()[1],
        "GET /.well-known/oauth-authorization-server/realms/a HTTP/1.1"
    );
}

#[tokio::test]
async fn a_server_that_says_nothing_is_red_and_one_that_is_down_is_not() {
    let server = Script::of(vec![missing(), answer(200, "", "<html>")]).await;
    let refused = discovered(&server, "/").await;
    assert!(matches!(refused, Err(OAuthError::Red(_))), "{refused:?}");
    let server = Script::of(vec![answer(503, "Retry-After: 5\r\n", "")]).await;
    let Err(OAuthError::Transient { retry_after, .. }) = discovered(&server, "/").await else {
        panic!("not transient");
    };
    assert_eq!(retry_after, Some(Duration::from_secs(5)));
}

#[tokio::test]
async fn a_server_that_names_another_or_lacks_something_is_not_believed() {
    let changed = |key: &'static str, value: Value| {
        move |origin: &str| {
            let mut document = document(origin);
            document[key] = value;
            vec![found(&document)]
        }
    };
    for (key, value, words) in [
        ("issuer", json!("https://evil.example"), "calls itself"),
        ("issuer", json!(7), "can't be read"),
        ("token_endpoint", json!(null), "can't be read"),
        ("token_endpoint", json!("/token"), "can't be read"),
        (
            "token_endpoint",
            json!("http://id.example.com/token"),
            "may not be asked",
        ),
        (
            "jwks_uri",
            json!("https://169.254.169.254/keys"),
            "may not be asked",
        ),
    ] {
        let server = Script::answering(changed(key, value)).await;
        let Err(OAuthError::Red(red)) = discovered(&server, "/").await else {
            panic!("{key}");
        };
        assert!(red.words.contains(words), "{}", red.words);
    }
}

#[test]
fn a_document_lies_below_the_path_or_before_it() {
    let places = |issuer: &str| places(&issuer.parse().unwrap()).map(|url| url.to_string());
    assert_eq!(
        places("https://id.example.com"),
        [
            "https://id.example.com/.well-known/openid-configuration",
            "https://id.example.com/.well-known/oauth-authorization-server"
        ]
    );
    assert_eq!(
        places("https://id.example.com/a/b/?x=y#z"),
        [
            "https://id.example.com/a/b/.well-known/openid-configuration",
            "https://id.example.com/.well-known/oauth-authorization-server/a/b"
        ]
    );
}

#[test]
fn microsoft_leaves_a_gap_for_the_tenant_and_nobody_else_may() {
    let common = "https://login.microsoftonline.com/common/v2.0"
        .parse()
        .unwrap();
    let tenant = "https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0";
    assert!(is_named(
        &common,
        "https://login.microsoftonline.com/{tenantid}/v2.0"
    ));
    assert!(is_named(&common, tenant));
    assert!(!is_named(&common, "https://evil.example/{tenantid}/v2.0"));
    assert!(!is_named(
        &common,
        "http://login.microsoftonline.com/{tenantid}/v2.0"
    ));
    let china = "https://login.chinacloudapi.cn/common/v2.0"
        .parse()
        .unwrap();
    assert!(is_named(
        &china,
        "https://login.partner.microsoftonline.cn/{tenantid}/v2.0"
    ));
    let other = "https://id.example.com/common/v2.0".parse().unwrap();
    assert!(!is_named(&other, "https://id.example.com/{tenantid}/v2.0"));
}

/// What a real server says, followed to its keys and its token endpoint.
#[tokio::test]
async fn a_real_server_is_discovered_and_asked() {
    let provider = tokio::task::spawn_blocking(parts::openid).await.unwrap();
    let issuer = provider.issuer().parse().unwrap();
    let found = discover(&http(), &issuer).await.unwrap();
    assert_eq!(found.endpoints.issuer, Some(provider.issuer()));
    assert!(
        found
            .scopes_supported
            .iter()
            .any(|scope| scope == parts::openid::MAIL_SCOPE)
    );
    let answer = http()
        .get(&found.endpoints.jwks.clone().unwrap())
        .await
        .unwrap();
    let keys: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(keys["keys"][0]["alg"], "RS256");
    let client = crate::oauth::Client {
        client_id: "mailroom".to_owned(),
        client_secret: Some("mailroom-secret".into()),
        endpoints: found.endpoints,
        ..crate::oauth::script::client(crate::oauth::Provider::Generic)
    };
    let refused = crate::oauth::refresh(&http(), &client, &"no such token".into()).await;
    assert!(matches!(refused, Err(OAuthError::Red(_))), "{refused:?}");
    let token = provider.mail_token("ann@example.com").into();
    assert_eq!(crate::oauth::revoke(&http(), &client, &token).await, Ok(()));
}
