#![allow(clippy::unwrap_used, clippy::panic)]

use std::time::Duration;

use serde_json::{Value, json};

use super::{Refusal, Said, read, tidy};
use crate::oauth::client::Provider;
use crate::oauth::error::OAuthError;
use crate::oauth::signals::Stage;
use crate::oauth::wire::Answer;

fn answer(status: u16, body: &str) -> Answer {
    Answer {
        status,
        retry_after: Some(Duration::from_secs(9)),
        body: body.as_bytes().to_vec(),
    }
}

fn refusal(status: u16, body: &str) -> Refusal {
    match read(&answer(status, body)) {
        Ok(Said::Refused(refusal)) => refusal,
        Ok(Said::Granted(_)) => panic!("taken for granted: {body}"),
        Err(error) => panic!("not understood: {error}"),
    }
}

#[test]
fn what_is_no_answer_may_be_one_later() {
    for (status, body) in [
        (200, ""),
        (200, "<html><title>Welcome to the hotel</title>"),
        (200, "[]"),
        (200, "null"),
        (302, ""),
        (400, ""),
        (400, "{}"),
        (401, "{\"message\":\"unauthorized\"}"),
        (403, "<html>blocked by the firewall</html>"),
        (404, "{\"error\":null}"),
        (500, "{\"error\":{}}"),
        (503, "<html><h1>Service Unavailable</h1></html>"),
    ] {
        let Err(error) = read(&answer(status, body)) else {
            panic!("{status} {body}");
        };
        let OAuthError::Transient {
            words, retry_after, ..
        } = &error
        else {
            panic!("{status} {body}: {error:?}");
        };
        // What was granted may be in the part that is missing; a server that declines has granted nothing.
        assert_eq!(error.is_lost(), status == 200, "{status} {body}");
        assert!(words.ends_with(&format!("(status {status}).")), "{words}");
        assert_eq!(*retry_after, Some(Duration::from_secs(9)));
    }
}

#[test]
fn a_server_in_between_may_have_lost_the_answer() {
    for (status, retry_after, lost) in [
        (502, None, true),
        (504, None, true),
        (504, Some(Duration::from_secs(9)), false),
        (500, None, false),
        (503, None, false),
    ] {
        let answer = Answer {
            retry_after,
            ..answer(status, "<html>")
        };
        let Err(error) = read(&answer) else {
            panic!("{status}");
        };
        assert_eq!(error.is_lost(), lost, "{status} {retry_after:?}");
    }
}

#[test]
fn a_refusal_of_microsofts_is_read_with_its_numbers() {
    let body = r#"{"error":"invalid_grant","error_description":"AADSTS65001: The user or administrator has not consented to use the application with ID 'x' named 'y'. Send an interactive authorization request for this user and resource. Trace ID: 0 Correlation ID: 1 Timestamp: 2026-11-22 10:00:00Z","error_codes":[65001],"timestamp":"2026-11-22 10:00:00Z","trace_id":"0","correlation_id":"1","suberror":"consent_required"}"#;
    let refusal = refusal(400, body);
    assert_eq!(refusal.error, "invalid_grant");
    assert_eq!(refusal.codes, [65001]);
    assert_eq!(refusal.suberror.as_deref(), Some("consent_required"));
    assert_eq!(refusal.status, 400);
}

#[test]
fn a_refusal_of_googles_is_read_with_its_subtype() {
    let body = r#"{"error":"invalid_grant","error_description":"reauth related error (invalid_rapt)","error_uri":"https://support.google.com/a/answer/9368756","error_subtype":"invalid_rapt"}"#;
    let refusal = refusal(400, body);
    assert_eq!(refusal.suberror.as_deref(), Some("invalid_rapt"));
    assert_eq!(refusal.description, "reauth related error (invalid_rapt)");
}

#[test]
fn a_refusal_with_a_good_status_is_one() {
    let refusal = refusal(200, r#"{"error":"invalid_code"}"#);
    assert_eq!(refusal.error, "invalid_code");
}

#[test]
fn a_refusal_of_another_service_is_read_as_far_as_it_goes() {
    let body =
        r#"{"error":{"code":403,"message":"Access Not Configured","status":"PERMISSION_DENIED"}}"#;
    let refusal = refusal(403, body);
    assert_eq!(refusal.error, "permission_denied");
    assert_eq!(refusal.description, "Access Not Configured");
}

#[test]
fn a_refusal_is_judged_with_its_status_and_wait() {
    let trouble =
        refusal(503, r#"{"error":"invalid_grant"}"#).judged(Provider::Google, Stage::Token);
    let OAuthError::Transient { retry_after, .. } = trouble else {
        panic!("{trouble:?}");
    };
    assert_eq!(retry_after, Some(Duration::from_secs(9)));
    let lost = refusal(400, r#"{"error":"invalid_grant"}"#).judged(Provider::Google, Stage::Token);
    assert!(matches!(lost, OAuthError::Red(_)), "{lost:?}");
}

fn tidied(said: Value) -> Value {
    let Value::Object(said) = said else {
        panic!("no object");
    };
    Value::Object(tidy(said))
}

#[test]
fn durations_are_seconds_however_they_are_written() {
    for (written, read) in [
        (json!(3599), json!(3599)),
        (json!("3599"), json!(3599)),
        (json!(" 3599 "), json!(3599)),
        (json!(3599.7), json!(3599)),
        (json!("3599.0"), json!(3599)),
        (json!(-1), Value::Null),
        (json!("soon"), Value::Null),
        (json!(null), Value::Null),
        (json!([1]), Value::Null),
    ] {
        let said = tidied(json!({"expires_in": written}));
        assert_eq!(said["expires_in"], read, "{written}");
    }
    let zoho = tidied(json!({"expires_in_sec": 3600, "expires_in": 3_600_000}));
    assert_eq!(zoho["expires_in"], 3600);
    let keycloak = tidied(json!({"refresh_expires_in": 1800}));
    assert_eq!(keycloak["refresh_token_expires_in"], 1800);
}

#[test]
fn scopes_are_one_text_parted_by_spaces() {
    for (written, read) in [
        (json!("a b"), json!("a b")),
        (json!("a,b"), json!("a b")),
        (json!(["a", "b"]), json!("a b")),
        (json!(""), Value::Null),
        (json!([]), Value::Null),
        (json!(null), Value::Null),
    ] {
        assert_eq!(
            tidied(json!({"scope": written}))["scope"],
            read,
            "{written}"
        );
    }
}

#[test]
fn a_token_of_no_kind_is_a_bearers() {
    assert_eq!(tidied(json!({}))["token_type"], "bearer");
    assert_eq!(tidied(json!({"token_type": "DPoP"}))["token_type"], "DPoP");
}
