#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use super::super::told::told_at;
use crate::setup::{Stored, Surroundings, read};
use url::Url;

fn file(preset: &str, oauth: &str) -> String {
    format!(
        "service_keys: [{{name: main}}]
mail_servers:
  - {{name: s, preset: {preset}, oauth: {{client_id: id, client_secret: '${{env:X}}', service_key: main{oauth}}}}}
"
    )
}

fn made_of(public_url: &str) -> Option<String> {
    let public_url = Url::parse(public_url).unwrap();
    let around = Surroundings {
        public_url: Some(&public_url),
        ..Surroundings::of_tests()
    };
    let text = file("yandex", "");
    let reading = read(text.as_bytes(), "f", &Stored::default(), around)
        .unwrap_or_else(|problems| panic!("{problems}"));
    let servers = reading.document.mail_servers.unwrap();
    servers[0].oauth.clone().unwrap().redirect_uri
}

#[test]
fn it_is_the_public_address_and_the_keys_path() {
    for (public_url, expected) in [
        (
            "https://mail.example.com",
            "https://mail.example.com/oauth/callback/main",
        ),
        (
            "https://Example.com:8443/crm/",
            "https://example.com:8443/crm/oauth/callback/main",
        ),
        (
            "http://127.0.0.1:8025/?x#y",
            "http://127.0.0.1:8025/oauth/callback/main",
        ),
    ] {
        assert_eq!(made_of(public_url).as_deref(), Some(expected));
    }
}

#[test]
fn an_address_that_the_provider_would_refuse_is_explained() {
    let written = |uri: &str| format!(", redirect_uri: '{uri}'");
    let long = format!(
        "https://mail.example.com/{}/oauth/callback/main",
        "x".repeat(240)
    );
    let mut out = String::new();
    for (preset, public_url, oauth) in [
        ("google", "https://mail.example.com/", String::new()),
        ("google", "http://localhost:8025/", String::new()),
        ("google", "http://mail.example.com/", String::new()),
        ("google", "https://crm.local/", String::new()),
        ("google", "https://mailserver/", String::new()),
        ("google", "https://192.0.2.1/", String::new()),
        ("google", "https://[2001:db8::1]/", String::new()),
        ("microsoft", "https://crm.local/", String::new()),
        ("microsoft", "http://192.0.2.1/", String::new()),
        ("microsoft", "http://[::1]:8025/", String::new()),
        (
            "outlook_com",
            "https://a.b/",
            written("https://a.b/oauth/callback/main?x=1"),
        ),
        (
            "microsoft",
            "https://a.b/",
            written("https://a.b/oauth/callback/main?x=1"),
        ),
        (
            "microsoft",
            "https://a.b/",
            format!(
                "{}, tenant: contoso.com",
                written("https://a.b/oauth/callback/main?x=1")
            ),
        ),
        ("microsoft", "https://a.b/", written(&long)),
        (
            "google",
            "https://a.b/",
            written("mail.example.com/oauth/callback/main"),
        ),
        (
            "google",
            "https://a.b/",
            written("https://Mail.example.com:443/oauth/callback/main"),
        ),
        (
            "google",
            "https://a.b/",
            written("https://u:p@mail.example.com/oauth/callback/main"),
        ),
        (
            "google",
            "https://a.b/",
            written("https://mail.example.com/oauth/callback/main#x"),
        ),
        (
            "google",
            "https://a.b/",
            written("https://mail.example.com/oauth/callback/other"),
        ),
        ("google", "no address", String::new()),
    ] {
        let told = told_at(public_url, &file(preset, &oauth))
            .replace(&long, "https://mail.example.com/xx…");
        out = format!(
            "{out}{preset} {public_url} {}\n  {told}\n",
            oauth.replace(&long, "…")
        );
    }
    insta::assert_snapshot!(out);
}
