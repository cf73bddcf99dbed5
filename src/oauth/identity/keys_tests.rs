#![allow(clippy::unwrap_used, clippy::panic)]

use chrono::{DateTime, TimeDelta};
use serde_json::json;

use super::{Key, Keys};
use crate::oauth::error::OAuthError;
use crate::oauth::identity::signed::Signed;
use crate::oauth::identity::signer::{Signer, set};
use crate::oauth::script::{Script, answer, http};

/// The key of a token, looked for so many seconds after the first time.
async fn found(server: &Script, keys: &Keys, token: &str, seconds: i64) -> Result<Key, OAuthError> {
    let now = DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
    let token = Signed::read(token).unwrap();
    keys.key(&http(), &server.url("/keys"), &token, now).await
}

#[tokio::test]
async fn keys_are_kept_and_asked_for_again_when_one_is_unknown() {
    let (old, new) = (Signer::p256("old"), Signer::p256("new"));
    let (old_token, new_token) = (old.sign(&json!({})), new.sign(&json!({})));
    let server = Script::of(vec![set(&[old.published()]), set(&[new.published()])]).await;
    let keys = Keys::new();
    for seconds in [0, 1, 50] {
        found(&server, &keys, &old_token, seconds).await.unwrap();
    }
    assert_eq!(server.heard().len(), 1);
    let early = found(&server, &keys, &new_token, 59).await;
    let Err(OAuthError::Transient { retry_after, .. }) = early else {
        panic!("{early:?}");
    };
    assert_eq!(retry_after.unwrap().as_secs(), 1);
    assert_eq!(server.heard().len(), 1);
    found(&server, &keys, &new_token, 60).await.unwrap();
    assert_eq!(server.heard().len(), 2);
    let gone = found(&server, &keys, &old_token, 61).await;
    assert!(
        matches!(gone, Err(OAuthError::Transient { .. })),
        "{gone:?}"
    );
}

#[tokio::test]
async fn keys_that_were_read_long_ago_are_read_again_and_serve_while_the_provider_is_down() {
    let signer = Signer::p256("one");
    let token = signer.sign(&json!({}));
    let day = 24 * 3600;
    let down = || answer(503, "", "");
    let server = Script::of(vec![down(), set(&[signer.published()]), down()]).await;
    let keys = Keys::new();
    let never_read = found(&server, &keys, &token, 0).await;
    assert!(
        matches!(never_read, Err(OAuthError::Transient { .. })),
        "{never_read:?}"
    );
    found(&server, &keys, &token, 60).await.unwrap();
    found(&server, &keys, &token, 59 + day).await.unwrap();
    assert_eq!(server.heard().len(), 2);
    found(&server, &keys, &token, 60 + day).await.unwrap();
    assert_eq!(server.heard().len(), 3);
    found(&server, &keys, &token, 70 + day).await.unwrap();
    assert_eq!(server.heard().len(), 3);
}

#[tokio::test]
async fn those_who_want_the_same_keys_at_once_ask_once() {
    let signer = Signer::p256("one");
    let token = signer.sign(&json!({}));
    let server = Script::of(vec![set(&[signer.published()])]).await;
    let keys = Keys::new();
    let both = tokio::join!(
        found(&server, &keys, &token, 0),
        found(&server, &keys, &token, 0)
    );
    assert!(both.0.is_ok() && both.1.is_ok(), "{both:?}");
    assert_eq!(server.heard().len(), 1);
}
