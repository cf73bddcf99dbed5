#![allow(clippy::unwrap_used)]

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::*;

fn session(seed: u64) -> Token {
    Token::generate(&mut StdRng::seed_from_u64(seed))
}

#[test]
fn a_form_is_of_one_session_only() {
    let (one, other) = (session(1), session(2));
    let token = form_token(&one);
    assert!(is_genuine(&one, &token));
    assert!(!is_genuine(&other, &token));
    assert!(!is_genuine(&one, ""));
    assert!(!is_genuine(&one, token.get(1..).unwrap()));
}

#[test]
fn a_form_does_not_tell_its_session() {
    let session = session(1);
    let token = form_token(&session);
    assert_ne!(token, session.expose());
    assert_ne!(token, session.hash());
}

#[test]
fn what_the_browser_says_about_the_site_outranks_the_origin() {
    let site = Site::new(
        url::Url::parse("https://mail.example.com").unwrap(),
        Vec::new(),
    );
    let from = |pairs: &[(&'static str, &'static str)]| {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        is_from_elsewhere(&headers, &site)
    };
    assert!(!from(&[
        ("sec-fetch-site", "same-origin"),
        ("origin", "null")
    ]));
    assert!(from(&[
        ("sec-fetch-site", "same-site"),
        ("origin", "https://mail.example.com")
    ]));
    assert!(from(&[("sec-fetch-site", "cross-site")]));
    assert!(!from(&[("origin", "https://mail.example.com")]));
    assert!(from(&[("origin", "https://mail.example.com.evil.test")]));
    assert!(!from(&[]));
}
