#![allow(clippy::unwrap_used)]

use axum::http::HeaderValue;
use url::Url;

use super::*;

fn seen(peer: &str, forwarded: &[&str]) -> String {
    let site = Site::new(
        Url::parse("https://mail.example.com").unwrap(),
        vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()],
    );
    let mut headers = HeaderMap::new();
    for value in forwarded {
        headers.append("x-forwarded-for", HeaderValue::from_str(value).unwrap());
    }
    caller(peer.parse().unwrap(), &headers, &site).to_string()
}

#[test]
fn what_a_stranger_says_about_others_is_not_believed() {
    assert_eq!(seen("203.0.113.9", &["198.51.100.7"]), "203.0.113.9");
}

#[test]
fn behind_a_proxy_it_is_the_rightmost_stranger() {
    assert_eq!(seen("10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
    assert_eq!(
        seen("10.0.0.1", &["192.0.2.1, 198.51.100.7"]),
        "198.51.100.7"
    );
    assert_eq!(
        seen("10.0.0.1", &["192.0.2.1, 198.51.100.7, 10.0.0.2"]),
        "198.51.100.7"
    );
    assert_eq!(
        seen("10.0.0.1", &["192.0.2.1", "198.51.100.7"]),
        "198.51.100.7"
    );
    assert_eq!(seen("::ffff:10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
}

#[test]
fn without_a_stranger_it_is_the_farthest_proxy() {
    assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
    assert_eq!(seen("10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
}

#[test]
fn a_hop_that_is_hidden_ends_the_search() {
    assert_eq!(seen("10.0.0.1", &["198.51.100.7, unknown"]), "10.0.0.1");
    assert_eq!(
        seen("10.0.0.1", &["198.51.100.7, unknown, 10.0.0.2"]),
        "10.0.0.2"
    );
    assert_eq!(seen("10.0.0.1", &[""]), "10.0.0.1");
}

#[test]
fn a_port_does_not_matter() {
    assert_eq!(seen("10.0.0.1", &["198.51.100.7:4711"]), "198.51.100.7");
    assert_eq!(seen("10.0.0.1", &["[2001:db8::7]:4711"]), "2001:db8::7");
    assert_eq!(seen("::1", &["[2001:db8::7]"]), "2001:db8::7");
}
