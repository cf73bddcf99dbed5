#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use chrono::TimeDelta;
use entities::credentials::CredentialKind;
use entities::mail_servers::{AuthMethod, TlsMode};
use insta::assert_snapshot;
use sandbox::{Certificate, Feature, Options, Tls};

use super::{ADDRESS, ORDERS, PASSWORD, Trial};
use crate::clock::Clock as _;
use crate::store;

/// One scan that can't get in, told without the port.
async fn once(trial: &Trial, name: &str) -> String {
    let port = trial.placed().await.server.port;
    let seen = trial.turn().await;
    assert_eq!(seen.light(), "unknown", "{name}");
    seen.text(name).replace(&port.to_string(), "PORT")
}

/// A red light: the schedule leaves the mailbox alone until somebody has acted.
async fn red(trial: &Trial, name: &str) -> String {
    let seen = trial.turn().await;
    assert!(seen.light().starts_with("red"), "{name}: {}", seen.light());
    let text = seen.text(name);
    let light = seen.light.unwrap();
    assert_eq!(
        format!(
            "{} {}",
            light.provider_words.unwrap(),
            light.remedy.unwrap()
        ),
        seen.scan.error.unwrap(),
        "{name}: light and report say the same"
    );
    let connections = trial.provider.connections();
    let much_later = trial.clock.now() + TimeDelta::days(30);
    assert!(!trial.is_due(much_later).await, "{name}");
    assert_eq!(trial.provider.connections(), connections);
    text
}

#[tokio::test]
async fn a_server_that_is_not_there() {
    let mut text = String::new();

    let trial = Trial::new().await;
    let host = "no such host";
    trial
        .change_server(|server| server.host = host.to_owned())
        .await;
    text += &once(&trial, "a host that does not exist").await;
    trial
        .change_server(|server| server.host = "localhost".to_owned())
        .await;
    trial.heals().await;

    let mut trial = Trial::new().await;
    trial.stop_server().await;
    text += &once(&trial, "a closed port").await;

    assert_snapshot!(text);
}

#[tokio::test]
async fn a_server_that_speaks_another_tls() {
    let mut text = String::new();
    for (name, there, here) in [
        (
            "TLS at once, STARTTLS expected",
            Tls::Implicit,
            TlsMode::Starttls,
        ),
        ("TLS at once, none expected", Tls::Implicit, TlsMode::None),
        ("plain text, TLS expected", Tls::Plain, TlsMode::Implicit),
        (
            "plain text, STARTTLS expected",
            Tls::Plain,
            TlsMode::Starttls,
        ),
        (
            "STARTTLS, TLS at once expected",
            Tls::StartTls,
            TlsMode::Implicit,
        ),
    ] {
        let trial = Trial::with(Options::with_tls(there)).await.hasty();
        let right = trial.placed().await.server.tls;
        trial.change_server(|server| server.tls = here).await;
        text += &once(&trial, name).await;
        trial.change_server(|server| server.tls = right).await;
        trial.heals().await;
    }
    assert_snapshot!(text);
}

#[tokio::test]
async fn a_certificate_that_is_not_good() {
    let mut text = String::new();
    for (name, certificate) in [
        ("expired", Certificate::Expired),
        ("for another name", Certificate::WrongName),
        ("from an unknown authority", Certificate::UnknownAuthority),
    ] {
        let options = Options {
            certificate,
            ..Options::with_tls(Tls::Implicit)
        };
        let trial = Trial::with(options).await;
        text += &once(&trial, name).await;
        trial
            .change_server(|server| server.verify_certificate = false)
            .await;
        trial.heals().await;
    }
    let trial = Trial::with(Options::with_tls(Tls::Implicit)).await;
    let right = trial.placed().await.server.ca_file;
    for (name, path) in [
        ("no CA file", "/nowhere/ca.pem"),
        ("a CA file that is none", "/etc/hostname"),
    ] {
        trial
            .change_server(|server| server.ca_file = Some(path.to_owned()))
            .await;
        text += &once(&trial, name).await;
    }
    trial.change_server(|server| server.ca_file = right).await;
    trial.heals().await;
    assert_snapshot!(text);
}

#[tokio::test]
async fn a_credential_that_does_not_open() {
    let mut text = String::new();

    let trial = Trial::new().await;
    trial.give(CredentialKind::Password, "wrong").await;
    text += &red(&trial, "a refused password").await;
    trial.give(CredentialKind::Password, PASSWORD).await;
    trial.somebody_acted().await;
    trial.heals().await;

    for (name, auth) in [
        ("a refused token (XOAUTH2)", AuthMethod::Xoauth2),
        ("a refused token (OAUTHBEARER)", AuthMethod::Oauthbearer),
    ] {
        let trial = Trial::new().await;
        trial.change_server(|server| server.auth = auth).await;
        trial.give(CredentialKind::AccessToken, "stale").await;
        text += &red(&trial, name).await;
        let token = trial.provider.issue_token(ADDRESS).unwrap();
        trial.give(CredentialKind::AccessToken, &token).await;
        trial.somebody_acted().await;
        trial.heals().await;
    }
    assert_snapshot!(text);
}

#[tokio::test]
async fn a_credential_that_is_not_there() {
    let mut text = String::new();

    let trial = Trial::new().await;
    store::credentials::delete(trial.store(), trial.mailbox)
        .await
        .unwrap();
    text += &red(&trial, "no credential").await;

    let trial = Trial::new().await;
    trial.refer("${env:MAILROOM_TEST_NEVER_SET}").await;
    text += &red(&trial, "an environment variable that is not set").await;

    let trial = Trial::new().await;
    trial.refer("${file:/nowhere/password}").await;
    text += &red(&trial, "a file that is not there").await;

    let trial = Trial::new().await;
    trial.give(CredentialKind::AccessToken, "token").await;
    text += &red(&trial, "a token where a password is wanted").await;

    let mut trial = Trial::new().await;
    trial.other_key();
    text += &red(&trial, "sealed with a key that is gone").await;

    assert_snapshot!(text);
}

#[tokio::test]
async fn a_credential_that_is_there_again_takes_its_red_light_back_even_if_nobody_opens() {
    let mut trial = Trial::new().await;
    trial.refer("${file:/nowhere/password}").await;
    red(&trial, "a file that is not there").await;
    trial.stop_server().await;
    trial.give(CredentialKind::Password, PASSWORD).await;
    trial.scan_now().await.unwrap();
    let seen = trial.seen().await;
    assert_eq!(
        (seen.light(), seen.health()),
        ("unknown".to_owned(), "retrying".to_owned())
    );
    assert!(trial.is_due(seen.scanner.next_scan_at.unwrap()).await);
}

#[tokio::test]
async fn a_way_to_sign_in_that_is_not_offered() {
    let mut text = String::new();

    let trial = Trial::with(Options::with_tls(Tls::StartTls)).await;
    trial
        .change_server(|server| server.tls = TlsMode::None)
        .await;
    text += &red(&trial, "no password without encryption").await;

    let options = Options::default().without(Feature::XOAuth2);
    let trial = Trial::with(options).await;
    trial
        .change_server(|server| server.auth = AuthMethod::Xoauth2)
        .await;
    trial.give(CredentialKind::AccessToken, "token").await;
    text += &red(&trial, "no XOAUTH2").await;
    trial
        .change_server(|server| server.auth = AuthMethod::Password)
        .await;
    trial.give(CredentialKind::Password, PASSWORD).await;
    trial.somebody_acted().await;
    trial.heals().await;

    assert_snapshot!(text);
}

#[tokio::test]
async fn a_scan_that_a_person_starts_looks_at_a_red_mailbox_again() {
    let trial = Trial::new().await;
    trial.give(CredentialKind::Password, "wrong").await;
    red(&trial, "a refused password").await;
    trial.provider.set_password(ADDRESS, "wrong").unwrap();
    let report = trial.scan_now().await.unwrap();
    assert!(report.is_clean(), "{report:?}");
    assert_eq!(trial.seen().await.light(), "green");
    trial.has_everything_once().await;
}

#[tokio::test]
async fn a_folder_that_is_missing_does_not_stop_the_others() {
    let mut trial = Trial::new().await;
    trial.provider.remove_folder(ADDRESS, ORDERS).unwrap();
    let seen = trial.turn().await;
    assert_eq!(trial.ledger().await["done"], 3);
    insta::assert_snapshot!(seen.text("a missing folder"));
    trial.provider.create_folder(ADDRESS, ORDERS).unwrap();
    trial.forget_removed(2);
    trial.deliver(ORDERS);
    trial.heals().await;
}
