#![allow(clippy::unwrap_used)]

use super::{check_issuer, refused_at_authorization};
use crate::oauth::client::Provider;
use crate::oauth::error::OAuthError;
use crate::oauth::script::client;

#[test]
fn a_server_that_promised_to_name_itself_must() {
    let mut client = client(Provider::Generic);
    let right = Some("https://id.example.com");
    let wrong = Some("https://evil.example");
    for (promised, iss, fine) in [
        (false, None, true),
        (false, right, true),
        (false, wrong, false),
        (true, None, false),
        (true, right, true),
        (true, wrong, false),
    ] {
        client.endpoints.sends_iss = promised;
        let checked = check_issuer(&client, iss);
        assert_eq!(checked.is_ok(), fine, "{promised} {iss:?}");
    }
    client.endpoints.issuer = None;
    assert!(check_issuer(&client, right).is_err());
    client.endpoints.sends_iss = false;
    assert!(check_issuer(&client, right).is_ok());
}

#[test]
fn google_and_microsoft_may_name_themselves_in_their_way() {
    assert!(
        check_issuer(
            &client(Provider::Google),
            Some("https://accounts.google.com")
        )
        .is_ok()
    );
    let tenant = "https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0";
    assert!(check_issuer(&client(Provider::Microsoft), Some(tenant)).is_ok());
}

#[test]
fn what_another_server_calls_itself_is_shown_on_one_line_and_cut() {
    let name = format!("https://evil.example/\r\n{}", "x".repeat(1000));
    let error = check_issuer(&client(Provider::Generic), Some(&name)).unwrap_err();
    let words = error.to_string();
    assert!(words.len() < 450 && !words.contains('\n'), "{words}");
}

#[test]
fn a_refusal_in_the_callback_is_judged() {
    let client = client(Provider::Microsoft);
    let cancelled = refused_at_authorization(
        &client,
        "access_denied",
        "AADSTS65004: User declined to consent to access the app.",
        Some("cancel"),
    );
    assert!(
        matches!(cancelled, OAuthError::Cancelled { .. }),
        "{cancelled:?}"
    );
}
