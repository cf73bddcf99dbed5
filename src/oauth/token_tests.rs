#![allow(clippy::unwrap_used, clippy::panic)]

use std::time::Duration;

use secrecy::ExposeSecret as _;

use super::{Granted, app_token, exchange, refresh};
use crate::cause::Cause;
use crate::oauth::client::Provider;
use crate::oauth::error::OAuthError;
use crate::oauth::script::{Script, answer, client, http};

/// As documented for its web server flow; the tokens are made up.
const GOOGLE: &str = r#"{
  "access_token": "ya29.a0AfB_byC",
  "expires_in": 3599,
  "refresh_token": "1//04dX",
  "scope": "openid https://www.googleapis.com/auth/userinfo.email https://mail.google.com/",
  "token_type": "Bearer",
  "id_token": "eyJhbGciOiJSUzI1NiJ9.e30.c2ln",
  "refresh_token_expires_in": 604799
}"#;
const GOOGLE_REFRESHED: &str = r#"{"access_token":"ya29.second","expires_in":3599,"scope":"https://mail.google.com/ openid","token_type":"Bearer"}"#;
const MICROSOFT: &str = r#"{"token_type":"Bearer","scope":"https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send","expires_in":4799,"ext_expires_in":4799,"access_token":"EwBgA8l6","refresh_token":"M.C105_BAY","id_token":"eyJ0eXAiOiJKV1Qi.e30.c2ln"}"#;
const MICROSOFT_APP: &str =
    r#"{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"eyJ0eXAi"}"#;
const ZOHO: &str = r#"{"access_token":"1000.aa","refresh_token":"1000.bb","scope":"ZOHOMAIL.PROTOCOL.IMAP,ZOHOMAIL.PROTOCOL.SMTP","api_domain":"https://www.zohoapis.eu","token_type":"Bearer","expires_in":"3600"}"#;
const YANDEX: &str = r#"{"token_type":"bearer","access_token":"AQAAAACy1C6ZAAAAfa6vDLuItEy8pg-iIpnDxIs","expires_in":31535998,"refresh_token":"1:GN686QVt0mmakDd9"}"#;
const YAHOO: &str = r#"{"access_token":"Jzxbkqqcvjqik2IM","refresh_token":"AOiRUlJn_qOmByVGTm","expires_in":3600,"token_type":"bearer","xoauth_yahoo_guid":"JUD77JIU"}"#;
const KEYCLOAK: &str = r#"{"access_token":"eyJ","expires_in":300,"refresh_expires_in":0,"refresh_token":"eyJr","token_type":"Bearer","not-before-policy":0,"session_state":"x","scope":"openid email offline_access mail"}"#;

async fn exchanged(server: &Script, provider: Provider) -> Result<Granted, OAuthError> {
    exchange(
        &http(),
        &server.client(provider),
        &"the-code".into(),
        &"the-verifier-that-is-long-enough-for-the-rules".into(),
        &"https://crm.example.com/oauth/callback/mail"
            .parse()
            .unwrap(),
    )
    .await
}

async fn granted(provider: Provider, body: &str) -> Granted {
    exchanged(&Script::json(&[(200, body)]).await, provider)
        .await
        .unwrap()
}

/// What was granted, tokens by their first letters.
fn shown(granted: &Granted) -> String {
    let token =
        |token: &secrecy::SecretString| token.expose_secret().chars().take(3).collect::<String>();
    format!(
        "access {} for {:?}, refresh {:?} for {:?}, identity {:?}\n  {:?}",
        token(&granted.access_token),
        granted.expires_in,
        granted.refresh_token.as_ref().map(token),
        granted.refresh_expires_in,
        granted.id_token.as_ref().map(token),
        granted.scopes,
    )
}

#[tokio::test]
async fn answers_of_all_providers_are_understood() {
    let mut text = Vec::new();
    for (name, provider, body) in [
        ("Google", Provider::Google, GOOGLE),
        ("Google, refreshed", Provider::Google, GOOGLE_REFRESHED),
        ("Microsoft", Provider::Microsoft, MICROSOFT),
        ("Microsoft, app only", Provider::Microsoft, MICROSOFT_APP),
        ("Zoho", Provider::Zoho, ZOHO),
        ("Yandex", Provider::Yandex, YANDEX),
        ("Yahoo", Provider::Yahoo, YAHOO),
        ("Keycloak", Provider::Generic, KEYCLOAK),
    ] {
        text.push(format!("{name}: {}", shown(&granted(provider, body).await)));
    }
    insta::assert_snapshot!(text.join("\n"));
}

#[tokio::test]
async fn a_code_is_exchanged_with_everything_that_belongs_to_it() {
    let mut text = Vec::new();
    for provider in [Provider::Google, Provider::Microsoft] {
        let server = Script::json(&[(200, GOOGLE)]).await;
        exchanged(&server, provider).await.unwrap();
        text.push(format!("{provider:?}\n{}", server.form()));
        assert!(!server.heard()[0].to_lowercase().contains("authorization:"));
    }
    insta::assert_snapshot!(text.join("\n"));
}

#[tokio::test]
async fn a_refresh_names_the_scopes_only_where_that_is_wanted() {
    let mut text = Vec::new();
    for provider in [Provider::Google, Provider::Microsoft] {
        let server = Script::json(&[(200, GOOGLE_REFRESHED)]).await;
        let client = server.client(provider);
        let granted = refresh(&http(), &client, &"the-refresh-token".into())
            .await
            .unwrap();
        assert!(granted.refresh_token.is_none());
        text.push(format!("{provider:?}\n{}", server.form()));
    }
    insta::assert_snapshot!(text.join("\n"));
}

#[tokio::test]
async fn an_app_asks_in_its_own_name() {
    let server = Script::json(&[(200, MICROSOFT_APP)]).await;
    let client = server.client(Provider::Microsoft);
    let granted = app_token(&http(), &client).await.unwrap();
    assert!(granted.refresh_token.is_none() && granted.scopes.is_none());
    insta::assert_snapshot!(server.form());
}

#[tokio::test]
async fn a_public_client_sends_no_secret() {
    let server = Script::json(&[(200, GOOGLE_REFRESHED)]).await;
    let mut client = server.client(Provider::Fastmail);
    client.client_secret = None;
    refresh(&http(), &client, &"r".into()).await.unwrap();
    let form = server.form();
    assert!(
        !form.contains("client_secret") && form.contains("client_id = the-client\n"),
        "{form}"
    );
}

#[tokio::test]
async fn a_mail_scope_that_was_unticked_is_missing() {
    let unticked = GOOGLE.replace(" https://mail.google.com/", "");
    for (provider, body, missing) in [
        (Provider::Google, GOOGLE, None),
        (
            Provider::Google,
            unticked.as_str(),
            Some("https://mail.google.com/"),
        ),
        (Provider::Microsoft, MICROSOFT, None),
        (
            Provider::Microsoft,
            &MICROSOFT.replace("IMAP", "POP"),
            Some("https://outlook.office.com/IMAP.AccessAsUser.All"),
        ),
        (Provider::Zoho, ZOHO, None),
        // Nothing said is everything granted.
        (Provider::Generic, YANDEX, None),
    ] {
        let server = Script::json(&[(200, body)]).await;
        let granted = exchanged(&server, provider).await.unwrap();
        let found = granted.missing_scopes(&server.client(provider));
        assert_eq!(found, Vec::from_iter(missing), "{provider:?} {body}");
    }
}

#[tokio::test]
async fn what_is_no_token_is_health_and_never_red() {
    let html = "<html><body><h1>503 Service Unavailable</h1></body></html>";
    for (status, headers, body) in [
        (503, "Content-Type: text/html\r\nRetry-After: 30\r\n", html),
        (
            429,
            "Retry-After: 30\r\n",
            "{\"error\":\"rate_limit_exceeded\"}",
        ),
        (429, "Retry-After: 30\r\n", ""),
        (500, "Retry-After: 30\r\n", "{\"error\":\"invalid_grant\"}"),
        (
            302,
            "Location: https://elsewhere.example/\r\nRetry-After: 30\r\n",
            "",
        ),
        (
            200,
            "Content-Type: text/html\r\nRetry-After: 30\r\n",
            "<html>Sign in to the WLAN</html>",
        ),
        (200, "Retry-After: 30\r\n", ""),
    ] {
        let server = Script::of(vec![answer(status, headers, body)]).await;
        let refused = refresh(&http(), &server.client(Provider::Google), &"r".into()).await;
        let Err(OAuthError::Transient {
            words, retry_after, ..
        }) = refused
        else {
            panic!("{status} {body}: {refused:?}");
        };
        assert_eq!(
            retry_after,
            Some(Duration::from_secs(30)),
            "{status} {body}"
        );
        assert!(!words.contains('<'), "{words}");
    }
}

#[tokio::test]
async fn an_answer_that_lacks_something_is_not_repeated_in_words() {
    for body in [
        r#"{"token":"hush"}"#,
        r#"{"access_token":["hush"]}"#,
        r#"{"access_token":""}"#,
    ] {
        let server = Script::json(&[(200, body)]).await;
        let refused = exchanged(&server, Provider::Generic).await.unwrap_err();
        assert!(
            matches!(refused, OAuthError::Transient { .. }),
            "{refused:?}"
        );
        assert!(!refused.to_string().contains("hush"), "{refused}");
    }
}

#[tokio::test]
async fn a_code_whose_answer_was_lost_is_not_sent_again() {
    let half = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"access_token\":\"hu".to_vec();
    let server = Script::of(vec![half.clone(), half]).await;
    let lost = exchanged(&server, Provider::Generic).await.unwrap_err();
    assert!(lost.is_lost(), "{lost:?}");
    assert!(lost.to_string().contains("was lost on its way: "), "{lost}");
    assert_eq!(server.heard().len(), 1);
}

#[tokio::test]
async fn only_bearer_tokens_open_mailboxes() {
    let server = Script::json(&[(200, r#"{"access_token":"x","token_type":"DPoP"}"#)]).await;
    let Err(OAuthError::Red(red)) = exchanged(&server, Provider::Generic).await else {
        panic!("taken");
    };
    assert_eq!(red.cause, Cause::RequestRefused);
}

#[tokio::test]
async fn a_lost_grant_is_red() {
    let body =
        r#"{"error":"invalid_grant","error_description":"Token has been expired or revoked."}"#;
    let server = Script::json(&[(400, body)]).await;
    let refused = refresh(&http(), &server.client(Provider::Google), &"r".into()).await;
    assert!(matches!(refused, Err(OAuthError::Red(_))), "{refused:?}");
}

#[tokio::test]
async fn an_address_that_may_not_be_asked_needs_a_person() {
    let server = Script::json(&[]).await;
    let mut client = server.client(Provider::Generic);
    client.endpoints.token = "https://169.254.169.254/token".parse().unwrap();
    let refused = refresh(&http(), &client, &"r".into()).await;
    assert!(matches!(refused, Err(OAuthError::Red(_))), "{refused:?}");
}

/// Workers move between threads; it need not even run.
#[test]
fn requests_may_be_spawned() {
    fn may_be_spawned(_: impl Future<Output = Result<Granted, OAuthError>> + Send) {}
    let (http, client, token) = (http(), client(Provider::Google), "r".into());
    may_be_spawned(refresh(&http, &client, &token));
    may_be_spawned(app_token(&http, &client));
    let back = "https://crm.example.com/".parse().unwrap();
    may_be_spawned(exchange(&http, &client, &token, &token, &back));
}

#[tokio::test]
async fn nothing_secret_is_shown_of_a_grant() {
    let granted = granted(Provider::Google, GOOGLE).await;
    let shown = format!("{granted:?}");
    for secret in ["ya29", "1//04dX", "eyJ"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
