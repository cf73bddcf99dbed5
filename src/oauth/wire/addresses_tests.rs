#![allow(clippy::unwrap_used)]

use std::net::SocketAddr;

use reqwest::dns::Resolve as _;

use super::{Resolver, allowed, may_be_asked};

fn why_not(url: &str) -> Option<String> {
    may_be_asked(&url.parse().unwrap())
        .err()
        .map(|error| error.to_string())
}

#[test]
fn authorization_servers_are_asked_over_https_and_those_on_this_machine_over_http_too() {
    for url in [
        "https://accounts.google.com/o/oauth2/v2/auth?a=b",
        "https://id.lan:8443/token",
        "https://10.0.0.7/token",
        "https://127.0.0.1/token",
        "http://127.0.0.1:9000/token",
        "http://127.9.9.9/token",
        "http://[::1]:9000/token",
        "http://localhost:9000/token",
        "http://id.localhost/token",
    ] {
        assert_eq!(why_not(url), None, "{url}");
    }
    for url in [
        "http://id.example.com/token",
        "http://10.0.0.7/token",
        "http://localhost.example.com/token",
        "ftp://id.example.com/",
        "file:///etc/passwd",
        "unix:/run/socket",
    ] {
        assert!(why_not(url).is_some(), "{url}");
    }
}

#[test]
fn addresses_of_the_machines_own_network_or_cloud_are_off_limits_however_they_are_written() {
    for host in [
        "169.254.169.254",
        "2852039166",
        "0xa9fea9fe",
        "169.254.1",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "[fd20:ce::254]",
        "[::ffff:169.254.169.254]",
        "[64:ff9b::a9fe:a9fe]",
        "100.100.100.200",
        "168.63.129.16",
        "0.0.0.0",
        "[::]",
        "255.255.255.255",
        "224.0.0.1",
        "[ff02::1]",
    ] {
        let why = why_not(&format!("https://{host}/token"));
        assert!(
            why.as_ref()
                .is_some_and(|why| why.contains("network or cloud")),
            "{host}: {why:?}"
        );
    }
}

#[test]
fn an_address_with_a_password_is_refused_and_the_password_not_repeated() {
    let why = why_not("https://ann:hush@id.example.com/token?key=hush").unwrap();
    assert_eq!(
        why,
        "The address https://id.example.com/token may not be asked: it holds a name or a password."
    );
}

#[test]
fn what_a_name_leads_to_is_looked_at_too() {
    let leads_to = |name, addresses: &[&str]| {
        let found: Vec<SocketAddr> = addresses.iter().map(|a| a.parse().unwrap()).collect();
        allowed(name, found).len()
    };
    let mixed = [
        "169.254.169.254:0",
        "[fe80::1]:0",
        "10.0.0.7:0",
        "[2001:db8::1]:0",
    ];
    assert_eq!(leads_to("id.example.com", &mixed), 2);
    assert_eq!(leads_to("id.example.com", &["169.254.169.254:0"]), 0);
    assert_eq!(leads_to("localhost", &["127.0.0.1:0", "[::1]:0"]), 2);
    assert_eq!(leads_to("localhost", &["203.0.113.9:0"]), 0);
}

#[tokio::test]
async fn a_name_that_leads_nowhere_else_is_not_resolved() {
    let found = Resolver.resolve("169.254.169.254".parse().unwrap()).await;
    let refused = found.err().unwrap().to_string();
    assert_eq!(refused, "its name leads to no address that may be asked");
    let found = Resolver.resolve("localhost".parse().unwrap()).await;
    assert!(found.unwrap().all(|address| address.ip().is_loopback()));
}
