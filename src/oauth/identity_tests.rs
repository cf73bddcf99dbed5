#![allow(clippy::unwrap_used, clippy::panic)]

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::signer::{Signer, encoded, set};
use super::{Identity, Keys, identity};
use crate::cause::Cause;
use crate::oauth::client::{Client, Provider};
use crate::oauth::error::OAuthError;
use crate::oauth::script::{Script, client, http};

const TENANT: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const OTHER: &str = "11111111-2222-3333-4444-555555555555";
const NOW: i64 = 1_795_000_000;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(NOW, 0).unwrap()
}

fn claims() -> Value {
    json!({
        "iss": "https://id.example.com",
        "aud": "the-client",
        "sub": "4711",
        "exp": NOW + 3600,
        "iat": NOW,
        "nonce": "the-nonce",
        "email": "Ann@Example.com",
    })
}

fn with(changes: &Value) -> Value {
    let mut claims = claims();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}

/// Checks a token against these keys.
async fn checked_by(client: Client, keys: &[Value], token: &str) -> Result<Identity, OAuthError> {
    let server = Script::of(vec![set(keys)]).await;
    let mut client = client;
    client.endpoints.jwks = Some(server.url("/keys"));
    let nonce = "the-nonce".into();
    identity(
        &http(),
        &Keys::new(),
        &client,
        &token.into(),
        Some(&nonce),
        now(),
    )
    .await
}

async fn checked(provider: Provider, claims: &Value) -> Result<Identity, OAuthError> {
    let signer = Signer::p256("one");
    checked_by(
        client(provider),
        &[signer.published()],
        &signer.sign(claims),
    )
    .await
}

/// The words of a token that is not trusted.
fn distrust(checked: Result<Identity, OAuthError>) -> String {
    match checked {
        Err(OAuthError::Red(red)) if red.cause == Cause::RequestRefused => red
            .words
            .strip_prefix("The provider's word on who signed in is not to be trusted: ")
            .unwrap()
            .to_owned(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_honest_token_says_who_signed_in() {
    for signer in [Signer::rsa("one"), Signer::p256("one")] {
        let client = client(Provider::Generic);
        let keys = [Signer::p256("other").published(), signer.published()];
        let found = checked_by(client, &keys, &signer.sign(&claims()))
            .await
            .unwrap();
        assert_eq!(
            found,
            Identity {
                issuer: "https://id.example.com".to_owned(),
                subject: "4711".to_owned(),
                tenant: None,
                object_id: None,
                addresses: vec!["ann@example.com".to_owned()],
                email: Some("ann@example.com".to_owned()),
            }
        );
    }
}

#[tokio::test]
async fn an_address_that_nobody_verified_is_not_vouched_for() {
    let signer = Signer::p256("one");
    for (verified, vouched) in [
        (json!(true), true),
        (json!("true"), true),
        (json!(null), true),
        (json!(false), false),
        (json!("false"), false),
        (json!(0), false),
    ] {
        let claims = with(&json!({"email_verified": verified}));
        let keys = [signer.published()];
        let found = checked_by(client(Provider::Generic), &keys, &signer.sign(&claims)).await;
        assert_eq!(found.unwrap().email.is_some(), vouched, "{verified}");
    }
}

#[tokio::test]
async fn addresses_are_gathered_from_wherever_the_provider_writes_them() {
    let claims = with(&json!({
        "email": "Ann@Example.com",
        "preferred_username": "ANN@example.com",
        "upn": "ann@contoso.onmicrosoft.com",
    }));
    let found = checked(Provider::Generic, &claims).await.unwrap();
    assert_eq!(
        found.addresses,
        ["ann@example.com", "ann@contoso.onmicrosoft.com"]
    );
    for (name, no_address) in [
        ("email", json!("+49 30 1234")),
        ("email", json!("@example.com")),
        ("email", json!("ann@")),
        ("email", json!("ann@example.com\r\nX: y")),
        ("email", json!(format!("ann@{}.example", "x".repeat(300)))),
        ("email", json!(["ann@example.com"])),
        ("email", json!(null)),
    ] {
        let found = checked(Provider::Generic, &with(&json!({name: no_address})))
            .await
            .unwrap();
        assert_eq!(found.addresses, [""; 0], "{no_address}");
    }
}

#[tokio::test]
async fn a_token_for_another_app_server_or_time_is_not_trusted() {
    for (changes, words) in [
        (
            json!({"iss": "https://evil.example"}),
            "it was made by \"https://evil.example\".",
        ),
        (json!({"aud": "another"}), "it was made for another app."),
        (json!({"aud": []}), "it was made for another app."),
        (
            json!({"aud": ["the-client", "another"]}),
            "it was made for another app.",
        ),
        (json!({"azp": "another"}), "it was made for another app."),
        (
            json!({"aud": ["the-client", "another"], "azp": "another"}),
            "it was made for another app.",
        ),
        (
            json!({"exp": NOW - 300}),
            "it has ended; look at this machine's clock.",
        ),
        (json!({"exp": null}), "its end can't be read."),
        (
            json!({"iat": NOW + 301}),
            "it is from the future; look at this machine's clock.",
        ),
        (json!({"iat": null}), "its time can't be read."),
        (
            json!({"nbf": NOW + 301}),
            "it is from the future; look at this machine's clock.",
        ),
        (
            json!({"nonce": "another"}),
            "it belongs to another sign-in.",
        ),
        (json!({"nonce": ""}), "it belongs to another sign-in."),
        (json!({"nonce": null}), "it belongs to another sign-in."),
        (json!({"sub": null}), "what it says can't be read."),
        (json!({"exp": "tomorrow"}), "what it says can't be read."),
    ] {
        let refused = distrust(checked(Provider::Generic, &with(&changes)).await);
        assert_eq!(refused, words, "{changes}");
    }
    for changes in [
        json!({"exp": NOW - 299}),
        json!({"exp": 1_795_000_000.5}),
        json!({"iat": NOW + 300}),
        json!({"azp": "the-client"}),
        json!({"aud": ["the-client"]}),
        json!({"aud": ["another", "the-client"], "azp": "the-client"}),
    ] {
        let fine = checked(Provider::Generic, &with(&changes)).await;
        assert!(fine.is_ok(), "{changes}: {fine:?}");
    }
}

#[tokio::test]
async fn a_token_that_was_refreshed_needs_no_nonce() {
    let signer = Signer::p256("one");
    let server = Script::of(vec![set(&[signer.published()])]).await;
    let client = Client {
        endpoints: crate::oauth::Endpoints {
            jwks: Some(server.url("/keys")),
            ..client(Provider::Generic).endpoints
        },
        ..client(Provider::Generic)
    };
    let token = signer.sign(&with(&json!({"nonce": null}))).into();
    let found = identity(&http(), &Keys::new(), &client, &token, None, now()).await;
    assert!(found.is_ok(), "{found:?}");
}

#[tokio::test]
async fn a_token_without_a_signature_that_holds_is_not_trusted() {
    let (signer, other) = (Signer::p256("one"), Signer::p256("one"));
    let keys = [signer.published(), Signer::rsa("two").published()];
    let honest = signer.sign(&claims());
    let (said, signature) = honest.rsplit_once('.').unwrap();
    let header = |header: Value| signer.sign_with(&header, &claims());
    let forged = {
        let (head, _) = said.split_once('.').unwrap();
        let payload = encoded(with(&json!({"sub": "1"})).to_string().as_bytes());
        format!("{head}.{payload}.{signature}")
    };
    for (token, words) in [
        (forged, "its signature is false."),
        (other.sign(&claims()), "its signature is false."),
        (format!("{said}."), "its signature is false."),
        (
            header(json!({"alg": "none"})),
            "it is not signed in a way that can be checked (\"none\").",
        ),
        (
            header(json!({"alg": "HS256", "kid": "one"})),
            "it is not signed in a way that can be checked (\"HS256\").",
        ),
        (
            header(json!({"alg": "es256", "kid": "one"})),
            "it is not signed in a way that can be checked (\"es256\").",
        ),
        (
            header(json!({"alg": "RS256", "kid": "one"})),
            "it is signed with a key that the provider does not publish.",
        ),
        (
            header(json!({"alg": "RS256", "kid": "two"})),
            "its signature is false.",
        ),
        (
            header(json!({"alg": "ES256", "kid": "three"})),
            "it is signed with a key that the provider does not publish.",
        ),
        (
            header(json!({"alg": "ES256", "kid": "one", "crit": ["b64"]})),
            "it is not signed in a way that can be checked (\"crit\").",
        ),
        (header(json!({"kid": "one"})), "its header can't be read."),
        (said.to_owned(), "its form can't be read."),
        (format!("{honest}."), "its form can't be read."),
        (format!("{said}.{signature}="), "its form can't be read."),
        (String::new(), "its form can't be read."),
        ("a".repeat(40_000), "it is longer than any honest one."),
    ] {
        let checked = checked_by(client(Provider::Generic), &keys, &token).await;
        assert_eq!(distrust(checked), words, "{token}");
    }
}

#[tokio::test]
async fn a_token_that_names_no_key_is_signed_with_the_only_one() {
    let signer = Signer::p256("one");
    let token = signer.sign_with(&json!({"alg": "ES256"}), &claims());
    let one = [signer.published(), Signer::rsa("two").published()];
    assert!(
        checked_by(client(Provider::Generic), &one, &token)
            .await
            .is_ok()
    );
    let two = [signer.published(), Signer::p256("two").published()];
    let refused = checked_by(client(Provider::Generic), &two, &token).await;
    assert_eq!(
        distrust(refused),
        "it is signed with a key that the provider does not publish."
    );
}

#[tokio::test]
async fn keys_for_anything_else_are_passed_over() {
    let signer = Signer::p256("one");
    let changed = |name: &str, value: Value| {
        let mut key = signer.published();
        key[name] = value;
        key
    };
    for key in [
        changed("use", json!("enc")),
        changed("alg", json!("ES384")),
        changed("crv", json!("P-384")),
        changed("kty", json!("oct")),
        changed("x", json!("AAAA")),
        changed("y", json!("!")),
        json!("no key"),
    ] {
        let checked = checked_by(
            client(Provider::Generic),
            std::slice::from_ref(&key),
            &signer.sign(&claims()),
        )
        .await;
        assert_eq!(
            distrust(checked),
            "it is signed with a key that the provider does not publish.",
            "{key}"
        );
    }
}

#[tokio::test]
async fn microsofts_issuer_holds_the_tenant() {
    let issuer = |id: &str| format!("https://login.microsoftonline.com/{id}/v2.0");
    let said = |iss: &str, tid: &str| {
        with(&json!({"iss": issuer(iss), "tid": tid, "oid": "o", "upn": "ann@contoso.example"}))
    };
    let found = checked(Provider::Microsoft, &said(TENANT, TENANT))
        .await
        .unwrap();
    assert_eq!(found.tenant.as_deref(), Some(TENANT));
    assert_eq!(found.object_id.as_deref(), Some("o"));
    assert_eq!(found.addresses, ["ann@example.com", "ann@contoso.example"]);
    for wrong in [
        said(TENANT, OTHER),
        said("{tenantid}", TENANT),
        said("{tenantid}", "{tenantid}"),
        with(&json!({"iss": issuer(TENANT)})),
        with(&json!({"iss": format!("https://evil.example/{TENANT}/v2.0"), "tid": TENANT})),
    ] {
        distrust(checked(Provider::Microsoft, &wrong).await);
    }
    let signer = Signer::p256("one");
    let keys = [signer.published()];
    let mut ours = client(Provider::Microsoft);
    ours.tenant = Some(OTHER.to_owned());
    let Err(OAuthError::Red(red)) =
        checked_by(ours, &keys, &signer.sign(&said(TENANT, TENANT))).await
    else {
        panic!("another tenant was taken");
    };
    assert_eq!(red.cause, Cause::TenantWrong);
}

#[tokio::test]
async fn a_key_of_one_tenant_signs_for_no_other() {
    let issuer = |id: &str| format!("https://login.microsoftonline.com/{id}/v2.0");
    let signer = Signer::p256("one");
    let token = signer.sign(&with(&json!({"iss": issuer(TENANT), "tid": TENANT})));
    for (of, fine) in [("{tenantid}", true), (TENANT, true), (OTHER, false)] {
        let mut key = signer.published();
        key["issuer"] = issuer(of).into();
        let checked = checked_by(client(Provider::Microsoft), &[key], &token).await;
        assert_eq!(checked.is_ok(), fine, "{of}");
    }
}

#[tokio::test]
async fn google_leaves_the_scheme_out_at_times() {
    for iss in ["https://accounts.google.com", "accounts.google.com"] {
        let checked = checked(Provider::Google, &with(&json!({"iss": iss}))).await;
        assert!(checked.is_ok(), "{iss}");
    }
}

#[tokio::test]
async fn a_record_without_keys_or_issuer_is_said_to_be_one() {
    let signer = Signer::p256("one");
    let token = signer.sign(&claims());
    let none = client(Provider::Generic);
    let checked = identity(
        &http(),
        &Keys::new(),
        &none,
        &token.as_str().into(),
        None,
        now(),
    )
    .await;
    assert!(distrust(checked).contains("`jwks`"));
    let mut nameless = client(Provider::Generic);
    nameless.endpoints.issuer = None;
    let checked = checked_by(nameless, &[signer.published()], &token).await;
    assert!(distrust(checked).contains("`issuer`"));
}

#[test]
fn an_identity_is_stored_as_json_and_read_again() {
    let identity = Identity {
        issuer: "https://id.example.com".to_owned(),
        subject: "4711".to_owned(),
        tenant: None,
        object_id: Some("o".to_owned()),
        addresses: vec!["ann@example.com".to_owned()],
        email: None,
    };
    let stored = serde_json::to_string(&identity).unwrap();
    assert_eq!(serde_json::from_str::<Identity>(&stored).unwrap(), identity);
}
