#![allow(clippy::unwrap_used)]

use super::{MOST_BYTES, read};
use crate::autoconfig::{Auth, Encryption, Login, Service};

/// As Thunderbird's own database has it, shortened.
const FULL: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<clientConfig version="1.1">
  <emailProvider id="corp.example">
    <domain>corp.example</domain>
    <displayName>Corp &amp; Sons</displayName>
    <incomingServer type="pop3">
      <hostname>pop.corp.example</hostname><port>995</port><socketType>SSL</socketType>
      <username>%EMAILADDRESS%</username><authentication>password-cleartext</authentication>
    </incomingServer>
    <incomingServer type="imap">
      <hostname>plain.corp.example</hostname><port>143</port><socketType>plain</socketType>
    </incomingServer>
    <incomingServer type="imap">
      <hostname>imap.corp.example</hostname><port>143</port><socketType>STARTTLS</socketType>
    </incomingServer>
    <incomingServer type="imap">
      <!-- the one to be had -->
      <hostname>IMAP.%EMAILDOMAIN%</hostname>
      <port> 993 </port>
      <socketType>SSL</socketType>
      <username>%EMAILLOCALPART%</username>
      <authentication>OAuth2</authentication>
      <authentication>password-cleartext</authentication>
      <authentication>GSSAPI</authentication>
    </incomingServer>
    <outgoingServer type="smtp">
      <hostname>smtp.corp.example</hostname><port>587</port><socketType>STARTTLS</socketType>
    </outgoingServer>
    <documentation url="https://corp.example/help"><descr lang="en">How</descr></documentation>
  </emailProvider>
  <webMail><loginPage url="https://corp.example"/></webMail>
</clientConfig>"#;

fn service(host: &str, port: u16, tls: Encryption) -> Service {
    Service {
        host: host.to_owned(),
        port,
        tls,
    }
}

#[test]
fn the_best_of_each_kind_is_taken() {
    let address = "anna@corp.example".parse().unwrap();
    let found = read(FULL.as_bytes(), &address).unwrap();
    let implicit = Encryption::Implicit;
    assert_eq!(found.imap, service("imap.corp.example", 993, implicit));
    assert_eq!(found.pop3, Some(service("pop.corp.example", 995, implicit)));
    assert_eq!(
        found.smtp,
        Some(service("smtp.corp.example", 587, Encryption::Starttls))
    );
    assert_eq!(found.login, Login::LocalPart);
    assert_eq!(found.auth, [Auth::Xoauth2, Auth::Password]);
}

fn refused(text: &[u8]) -> String {
    let address = "anna@corp.example".parse().unwrap();
    match read(text, &address) {
        Err(why) => why,
        Ok(found) => panic!("{:?}", found.imap),
    }
}

fn with_server(hostname: &str, port: &str, socket: &str) -> String {
    format!(
        "<clientConfig><emailProvider><incomingServer type='imap'><hostname>{hostname}</hostname><port>{port}</port><socketType>{socket}</socketType></incomingServer></emailProvider></clientConfig>"
    )
}

#[test]
fn what_is_out_of_order_is_said_and_not_used() {
    let unusable = "it names no IMAP server with an encrypted connection";
    for (text, why) in [
        (String::new(), "it names no servers"),
        (
            "<html><body>Not found</body>".to_owned(),
            "it names no servers",
        ),
        ("<html></html>".to_owned(), "it names no servers"),
        (
            "<clientConfig><emailProvider>".to_owned(),
            "it names no servers",
        ),
        ("</clientConfig>".to_owned(), "it is no XML"),
        (
            format!("<!DOCTYPE x [<!ENTITY a 'aaaa'>]>{FULL}"),
            "it has a document type",
        ),
        (
            format!("<clientConfig>{}", "<a>".repeat(20)),
            "it is nested deeper than 16 levels",
        ),
        (" ".repeat(MOST_BYTES + 1), "it is larger than 64 KiB"),
        (with_server("imap.corp.example", "143", "plain"), unusable),
        (with_server("imap.corp.example", "0", "SSL"), unusable),
        (with_server("imap.corp.example", "99999", "SSL"), unusable),
        (with_server("localhost", "993", "SSL"), unusable),
        (with_server("a b.example", "993", "SSL"), unusable),
        (with_server("-x.example", "993", "SSL"), unusable),
        (with_server("&evil;", "993", "SSL"), unusable),
    ] {
        assert_eq!(refused(text.as_bytes()), why, "{text:.100}");
    }
    assert_eq!(refused(b"<a>\xff</a>"), "it is not in UTF-8");
}

#[test]
fn whatever_is_cut_off_nothing_panics() {
    let address = "anna@corp.example".parse().unwrap();
    for end in 0..FULL.len() {
        let _ = read(&FULL.as_bytes()[..end], &address);
    }
}
