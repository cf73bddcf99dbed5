#![allow(clippy::unwrap_used)]

use oauth2::{PkceCodeChallenge, PkceCodeVerifier};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use secrecy::ExposeSecret as _;
use url::Url;

use super::{Begun, Wish, admin_consent_url, begin};
use crate::oauth::client::Provider;
use crate::oauth::script::client;

fn wish(choose_account: bool, need_refresh_token: bool) -> Wish {
    Wish {
        login_hint: Some("ann+mail@example.com".to_owned()),
        choose_account,
        need_refresh_token,
    }
}

fn back() -> Url {
    "https://crm.example.com/oauth/callback/mail"
        .parse()
        .unwrap()
}

fn begun(provider: Provider, wish: &Wish) -> Begun {
    begin(
        &client(provider),
        &back(),
        wish,
        &mut StdRng::seed_from_u64(1),
    )
}

fn parameter(begun: &Begun, name: &str) -> Option<String> {
    let mut pairs = begun.url.query_pairs();
    pairs
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// Address and parameters, one a line, in the order of the URL.
fn shown(url: &Url) -> String {
    let place = format!("{}{}\n", url.origin().ascii_serialization(), url.path());
    let parameters = url
        .query_pairs()
        .map(|(name, value)| format!("  {name} = {value}\n"));
    [place]
        .into_iter()
        .chain(parameters)
        .collect::<Vec<_>>()
        .concat()
}

#[test]
fn a_sign_in_is_asked_for_with_everything_that_the_standards_want() {
    insta::assert_snapshot!(shown(&begun(Provider::Generic, &wish(false, true)).url));
}

/// The rest is the same for all.
const HABITS: [&str; 5] = [
    "scope",
    "access_type",
    "prompt",
    "force_confirm",
    "login_hint",
];

#[test]
fn every_provider_is_asked_in_its_own_way() {
    let mut text = Vec::new();
    for provider in [
        Provider::Google,
        Provider::Microsoft,
        Provider::Zoho,
        Provider::Yandex,
        Provider::Generic,
    ] {
        for (said, wish) in [
            ("at first", wish(false, true)),
            ("again", wish(false, false)),
            ("as somebody else", wish(true, true)),
        ] {
            let mut url = begun(provider, &wish).url;
            let habits: Vec<_> = url
                .query_pairs()
                .filter(|(name, _)| HABITS.contains(&&**name))
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect();
            url.query_pairs_mut().clear().extend_pairs(habits);
            text.push(format!("{provider:?} {said}: {}", shown(&url)));
        }
    }
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn state_nonce_and_verifier_are_long_and_different_each_time() {
    let mut rng = StdRng::seed_from_u64(1);
    let mut seen = std::collections::HashSet::new();
    for _ in 0..3 {
        let begun = begin(
            &client(Provider::Google),
            &back(),
            &Wish::default(),
            &mut rng,
        );
        for secret in [begun.state, begun.nonce, begun.verifier] {
            assert_eq!(secret.expose_secret().len(), 43);
            assert!(seen.insert(secret.expose_secret().to_owned()));
        }
    }
}

#[test]
fn the_challenge_is_the_verifiers() {
    let begun = begun(Provider::Generic, &Wish::default());
    let verifier = PkceCodeVerifier::new(begun.verifier.expose_secret().to_owned());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    assert_eq!(
        parameter(&begun, "code_challenge").as_deref(),
        Some(challenge.as_str())
    );
    assert_eq!(
        parameter(&begun, "code_challenge_method").as_deref(),
        Some("S256")
    );
    let state = begun.state.expose_secret();
    assert_eq!(parameter(&begun, "state").as_deref(), Some(state));
    assert!(!begun.url.as_str().contains(begun.verifier.expose_secret()));
}

/// RFC 7636 appendix B.
#[test]
fn the_challenge_is_made_as_the_standard_says() {
    let verifier = PkceCodeVerifier::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    assert_eq!(
        challenge.as_str(),
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    );
}

#[test]
fn a_nonce_is_sent_only_with_the_wish_for_an_identity() {
    let asks = begun(Provider::Generic, &Wish::default());
    assert_eq!(
        parameter(&asks, "nonce").as_deref(),
        Some(asks.nonce.expose_secret())
    );
    assert_eq!(
        parameter(&begun(Provider::Zoho, &Wish::default()), "nonce"),
        None
    );
}

#[test]
fn what_an_admin_typed_into_the_address_stays_and_stands_once() {
    let mut client = client(Provider::Google);
    client.endpoints.authorization =
        "https://accounts.google.com/o/oauth2/auth?access_type=offline&hd=example.com"
            .parse()
            .unwrap();
    let begun = begin(
        &client,
        &back(),
        &Wish::default(),
        &mut StdRng::seed_from_u64(1),
    );
    let pairs: Vec<_> = begun
        .url
        .query_pairs()
        .map(|(name, _)| name.into_owned())
        .collect();
    assert_eq!(
        pairs.iter().filter(|name| *name == "access_type").count(),
        1
    );
    assert_eq!(parameter(&begun, "hd").as_deref(), Some("example.com"));
}

#[test]
fn nothing_secret_is_shown_of_a_sign_in() {
    let begun = begun(Provider::Generic, &Wish::default());
    let shown = format!("{begun:?} {:?}", client(Provider::Google));
    for secret in [
        &begun.state,
        &begun.nonce,
        &begun.verifier,
        &"the-secret".into(),
    ] {
        assert!(!shown.contains(secret.expose_secret()), "{shown}");
    }
}

#[test]
fn an_administrator_is_asked_for_what_belongs_to_mail_and_never_as_common() {
    let mut client = client(Provider::Microsoft);
    let state = "the-state".into();
    assert_eq!(admin_consent_url(&client, &back(), &state), None);
    client.endpoints.admin_consent = Some(
        "https://login.microsoftonline.com/common/v2.0/adminconsent"
            .parse()
            .unwrap(),
    );
    let delegated = admin_consent_url(&client, &back(), &state).unwrap();
    client.scopes = vec!["https://outlook.office365.com/.default".to_owned()];
    client.endpoints.admin_consent = Some(
        "https://login.microsoftonline.com/contoso.example/v2.0/adminconsent"
            .parse()
            .unwrap(),
    );
    let app_only = admin_consent_url(&client, &back(), &state).unwrap();
    insta::assert_snapshot!(format!("{}{}", shown(&delegated), shown(&app_only)));
}
