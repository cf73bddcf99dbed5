#![allow(clippy::unwrap_used)]

use super::revoke;
use crate::oauth::client::Provider;
use crate::oauth::error::OAuthError;
use crate::oauth::script::{Script, answer, http};

async fn revoked(status: u16, body: &str) -> Result<(), OAuthError> {
    let server = Script::of(vec![answer(status, "", body)]).await;
    revoke(
        &http(),
        &server.client(Provider::Google),
        &"the-token".into(),
    )
    .await
}

#[tokio::test]
async fn a_token_is_given_back_with_who_we_are() {
    let server = Script::of(vec![answer(200, "", "")]).await;
    revoke(
        &http(),
        &server.client(Provider::Google),
        &"the-token".into(),
    )
    .await
    .unwrap();
    insta::assert_snapshot!(server.form());
}

#[tokio::test]
async fn a_good_status_is_enough_and_a_void_token_is_given_back_already() {
    for (status, body) in [
        (200, "{}"),
        (200, "OK"),
        (204, ""),
        (
            400,
            r#"{"error":"invalid_token","error_description":"Token expired or revoked"}"#,
        ),
    ] {
        assert_eq!(revoked(status, body).await, Ok(()), "{status} {body}");
    }
}

#[tokio::test]
async fn a_token_that_was_not_taken_back_is_told() {
    let red = revoked(401, r#"{"error":"invalid_client"}"#).await;
    assert!(matches!(red, Err(OAuthError::Red(_))), "{red:?}");
    let down = revoked(503, "").await;
    assert!(
        matches!(down, Err(OAuthError::Transient { .. })),
        "{down:?}"
    );
    let mut client = Script::json(&[]).await.client(Provider::Microsoft);
    client.endpoints.revocation = None;
    let nowhere = revoke(&http(), &client, &"the-token".into()).await;
    assert!(matches!(nowhere, Err(OAuthError::Red(_))), "{nowhere:?}");
}
