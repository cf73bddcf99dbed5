#![allow(clippy::unwrap_used)]

use super::*;

fn site(url: &str) -> Site {
    Site::new(
        Url::parse(url).unwrap(),
        vec!["10.0.0.0/8".parse().unwrap()],
    )
}

#[test]
fn a_host_is_ours_with_or_without_the_scheme_s_own_port() {
    let site = site("https://mail.example.com");
    for ours in [
        "mail.example.com",
        "MAIL.example.COM",
        "mail.example.com:443",
    ] {
        assert!(site.is_called(ours), "{ours}");
    }
    for strange in [
        "mail.example.com:80",
        "example.com",
        "mail.example.com.evil.test",
        "evil.test/mail.example.com",
        "user@mail.example.com:8443",
        "",
        " ",
        "127.0.0.1",
    ] {
        assert!(!site.is_called(strange), "{strange}");
    }
}

#[test]
fn addresses_are_made_of_the_public_one_alone() {
    let site = site("http://127.0.0.1:8025/");
    assert_eq!(site.origin(), "http://127.0.0.1:8025");
    assert_eq!(site.url("/sign-in"), "http://127.0.0.1:8025/sign-in");
}

#[test]
fn an_address_of_version_four_is_the_same_written_in_version_six() {
    let site = site("https://mail.example.com");
    assert!(site.trusts("10.1.2.3".parse().unwrap()));
    assert!(site.trusts("::ffff:10.1.2.3".parse().unwrap()));
    assert!(!site.trusts("11.1.2.3".parse().unwrap()));
}
