#![allow(clippy::unwrap_used, clippy::panic)]

use std::time::Duration;

use super::{DeviceCode, DevicePoll, poll_device, start_device};
use crate::oauth::client::Provider;
use crate::oauth::error::OAuthError;
use crate::oauth::script::{Script, http};

const MICROSOFT: &str = r#"{"user_code":"FJC3CD5UL","device_code":"FAQABAAEAAAD","verification_uri":"https://microsoft.com/devicelogin","expires_in":900,"interval":5,"message":"To sign in, use a web browser to open the page https://microsoft.com/devicelogin and enter the code FJC3CD5UL to authenticate."}"#;
const OLD_GOOGLE: &str = r#"{"device_code":"4/4-GM","user_code":"GQVQ-JKEC","verification_url":"https://www.google.com/device","expires_in":"1800","interval":"0"}"#;
const COMPLETE: &str = r#"{"device_code":"d","user_code":"AB","verification_uri":"https://id.example.com/device","verification_uri_complete":"https://id.example.com/device?user_code=AB","expires_in":60}"#;

async fn started(provider: Provider, body: &str) -> Result<DeviceCode, OAuthError> {
    let server = Script::json(&[(200, body)]).await;
    start_device(&http(), &server.client(provider)).await
}

fn code() -> DeviceCode {
    DeviceCode {
        device_code: "the-device-code".into(),
        user_code: "AB".to_owned(),
        verification_uri: "https://id.example.com/device".parse().unwrap(),
        verification_uri_complete: None,
        expires_in: Duration::from_mins(15),
        interval: Duration::from_secs(5),
    }
}

async fn polled(status: u16, body: &str) -> Result<DevicePoll, OAuthError> {
    let server = Script::json(&[(status, body)]).await;
    poll_device(&http(), &server.client(Provider::Microsoft), &code()).await
}

#[tokio::test]
async fn a_code_to_type_comes_with_where_and_how_long() {
    let code = started(Provider::Microsoft, MICROSOFT).await.unwrap();
    assert_eq!(code.user_code, "FJC3CD5UL");
    assert_eq!(
        code.verification_uri.as_str(),
        "https://microsoft.com/devicelogin"
    );
    assert_eq!(code.verification_uri_complete, None);
    assert_eq!(code.expires_in, Duration::from_mins(15));
    assert_eq!(code.interval, Duration::from_secs(5));
    let old = started(Provider::Google, OLD_GOOGLE).await.unwrap();
    assert_eq!(old.expires_in, Duration::from_mins(30));
    assert_eq!(old.interval, Duration::from_secs(1));
    let complete = started(Provider::Generic, COMPLETE).await.unwrap();
    assert!(complete.verification_uri_complete.is_some());
}

#[tokio::test]
async fn a_code_is_asked_for_mail_only() {
    let server = Script::json(&[(200, MICROSOFT)]).await;
    start_device(&http(), &server.client(Provider::Microsoft))
        .await
        .unwrap();
    insta::assert_snapshot!(server.form());
}

#[tokio::test]
async fn a_page_that_is_none_is_not_shown_to_anybody() {
    for page in [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://id.example.com/",
        "",
    ] {
        let body = MICROSOFT.replace(
            "\"https://microsoft.com/devicelogin\"",
            &format!("\"{page}\""),
        );
        let refused = started(Provider::Generic, &body).await;
        assert!(
            matches!(refused, Err(OAuthError::Transient { .. })),
            "{page}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn a_provider_without_codes_is_told_so() {
    let server = Script::json(&[]).await;
    let mut client = server.client(Provider::Google);
    client.endpoints.device = None;
    assert!(matches!(
        start_device(&http(), &client).await,
        Err(OAuthError::Red(_))
    ));
}

#[tokio::test]
async fn waiting_is_no_refusal_whatever_its_status() {
    for status in [400, 403, 428, 429] {
        let pending = polled(
            status,
            r#"{"error":"authorization_pending","error_codes":[70016]}"#,
        )
        .await;
        assert!(
            matches!(pending, Ok(DevicePoll::Pending)),
            "{status}: {pending:?}"
        );
        let slower = polled(status, r#"{"error":"slow_down"}"#).await;
        assert!(
            matches!(slower, Ok(DevicePoll::SlowDown)),
            "{status}: {slower:?}"
        );
    }
}

#[tokio::test]
async fn a_sign_in_on_another_device_ends_in_tokens() {
    let body =
        r#"{"token_type":"Bearer","access_token":"a","refresh_token":"r","expires_in":"3599"}"#;
    let server = Script::json(&[(200, body)]).await;
    let client = server.client(Provider::Microsoft);
    let Ok(DevicePoll::Granted(granted)) = poll_device(&http(), &client, &code()).await else {
        panic!("not granted");
    };
    assert_eq!(granted.expires_in, Some(Duration::from_secs(3599)));
    insta::assert_snapshot!(server.form());
}

#[tokio::test]
async fn an_end_without_tokens_is_no_pending_one() {
    for error in [
        "authorization_declined",
        "access_denied",
        "expired_token",
        "bad_verification_code",
    ] {
        let ended = polled(400, &format!(r#"{{"error":"{error}"}}"#)).await;
        assert!(
            matches!(
                ended,
                Err(OAuthError::Red(_) | OAuthError::Cancelled { .. })
            ),
            "{error}: {ended:?}"
        );
    }
    let broken = polled(200, r#"{"token_type":"Bearer"}"#).await;
    assert!(
        matches!(broken, Err(OAuthError::Transient { .. })),
        "{broken:?}"
    );
    let down = polled(503, "<html>").await;
    assert!(
        matches!(down, Err(OAuthError::Transient { .. })),
        "{down:?}"
    );
}

#[test]
fn the_code_that_asks_is_not_shown() {
    assert!(!format!("{:?}", code()).contains("the-device-code"));
}
