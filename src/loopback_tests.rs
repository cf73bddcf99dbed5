use super::{is_host, is_url};

#[test]
fn this_machine_is_localhost_and_the_loopback_addresses_however_they_are_written() {
    for host in [
        "localhost",
        "LOCALHOST",
        "localhost.",
        "127.0.0.1",
        "127.9.9.9",
        "::1",
    ] {
        assert!(is_host(host), "{host}");
    }
    for url in [
        "http://localhost/",
        "http://localhost.:1/",
        "http://127.0.0.1:8025/a?b",
        "http://0x7f.1/",
        "http://[::1]/",
        "smtp+plain://localhost",
    ] {
        assert!(is_url(&url.parse().unwrap()), "{url}");
    }
}

#[test]
fn other_hosts_are_not_whatever_they_look_like() {
    for host in [
        "",
        "localhost.example.com",
        "mail.localhost",
        "localhosts",
        "128.0.0.1",
        "0.0.0.0",
        "::",
        "10.0.0.1",
    ] {
        assert!(!is_host(host), "{host}");
    }
    for url in [
        "http://localhost.example.com/",
        "http://[::2]/",
        "data:localhost",
    ] {
        assert!(!is_url(&url.parse().unwrap()), "{url}");
    }
}
