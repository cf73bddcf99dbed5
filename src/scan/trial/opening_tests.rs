#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::net::TcpListener;

use chrono::TimeDelta;
use entities::credentials::CredentialKind;
use entities::mail_servers::{AuthMethod, TlsMode};
use sandbox::{Certificate, Feature, Options, Tls};

use super::table::{Case, Row, healed};
use super::{ADDRESS, ORDERS, PASSWORD, Seen, Trial};
use crate::clock::Clock as _;
use crate::store;

/// One scan that can't get in.
async fn once(trial: &Trial) -> Seen {
    let seen = trial.turn().await;
    assert_eq!(seen.light(), "unknown");
    seen
}

/// What came of it, after one more; told without the port.
async fn mended(trial: &Trial, seen: &Seen) -> Row {
    let port = trial.placed().await.server.port;
    let mut row = healed(trial, seen).await;
    row.forget_port(u16::try_from(port).unwrap());
    row
}

/// A red light: the schedule leaves the mailbox alone until somebody has acted.
async fn red(trial: &Trial) -> Seen {
    let seen = trial.turn().await;
    assert!(seen.light().starts_with("red"), "{}", seen.light());
    let light = seen.light.clone().unwrap();
    assert_eq!(
        format!(
            "{} {}",
            light.provider_words.unwrap(),
            light.remedy.unwrap()
        ),
        seen.scan.error.clone().unwrap(),
        "light and report say the same"
    );
    let connections = trial.provider.connections();
    let much_later = trial.clock.now() + TimeDelta::days(30);
    assert!(!trial.is_due(much_later).await);
    assert_eq!(trial.provider.connections(), connections);
    seen
}

/// Servers that are not there or speak another TLS, certificates and credentials that are not good.
pub(super) fn cases() -> Vec<Case> {
    let mut cases = vec![
        Case::new("server", "a host that does not exist", no_such_host()),
        Case::new("server", "a closed port", closed_port()),
        Case::new("certificate", "no CA file", ca_file("/nowhere/ca.pem")),
        Case::new(
            "certificate",
            "a CA file that is none",
            ca_file("/etc/hostname"),
        ),
        Case::new("credential", "a refused password", refused_password()),
        Case::new(
            "credential",
            "a refused token (XOAUTH2)",
            refused_token(AuthMethod::Xoauth2),
        ),
        Case::new(
            "credential",
            "a refused token (OAUTHBEARER)",
            refused_token(AuthMethod::Oauthbearer),
        ),
        Case::new(
            "credential",
            "no password without encryption",
            no_password_in_the_clear(),
        ),
        Case::new("credential", "no XOAUTH2", no_xoauth2()),
    ];
    cases.extend(other_tls());
    cases.extend(certificates());
    cases.extend(credentials_that_are_not_there());
    cases
}

async fn no_such_host() -> Row {
    let trial = Trial::new().await;
    trial
        .change_server(|server| server.host = "no such host".to_owned())
        .await;
    let seen = once(&trial).await;
    trial
        .change_server(|server| server.host = "localhost".to_owned())
        .await;
    mended(&trial, &seen).await
}

async fn closed_port() -> Row {
    let trial = Trial::new().await;
    let right = trial.placed().await.server.port;
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    trial.change_server(|server| server.port = port).await;
    let seen = once(&trial).await;
    let right = u16::try_from(right).unwrap();
    trial.change_server(|server| server.port = right).await;
    let mut row = mended(&trial, &seen).await;
    row.forget_port(port);
    row
}

fn other_tls() -> Vec<Case> {
    let cases = [
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
    ];
    cases
        .map(|(name, there, here)| {
            Case::new("server", name, async move {
                let trial = Trial::with(Options::with_tls(there)).await.hasty();
                let right = trial.placed().await.server.tls;
                trial.change_server(|server| server.tls = here).await;
                let seen = once(&trial).await;
                trial.change_server(|server| server.tls = right).await;
                mended(&trial.patient(), &seen).await
            })
        })
        .into()
}

fn certificates() -> Vec<Case> {
    let cases = [
        ("expired", Certificate::Expired),
        ("for another name", Certificate::WrongName),
        ("from an unknown authority", Certificate::UnknownAuthority),
    ];
    cases
        .map(|(name, certificate)| {
            Case::new("certificate", name, async move {
                let options = Options {
                    certificate,
                    ..Options::with_tls(Tls::Implicit)
                };
                let trial = Trial::with(options).await;
                let seen = once(&trial).await;
                trial
                    .change_server(|server| server.verify_certificate = false)
                    .await;
                mended(&trial, &seen).await
            })
        })
        .into()
}

async fn ca_file(path: &str) -> Row {
    let trial = Trial::with(Options::with_tls(Tls::Implicit)).await;
    let right = trial.placed().await.server.ca_file;
    trial
        .change_server(|server| server.ca_file = Some(path.to_owned()))
        .await;
    let seen = once(&trial).await;
    trial.change_server(|server| server.ca_file = right).await;
    mended(&trial, &seen).await
}

async fn refused_password() -> Row {
    let trial = Trial::new().await;
    trial.give(CredentialKind::Password, "wrong").await;
    let seen = red(&trial).await;
    trial.give(CredentialKind::Password, PASSWORD).await;
    trial.somebody_acted().await;
    mended(&trial, &seen).await
}

async fn refused_token(auth: AuthMethod) -> Row {
    let trial = Trial::new().await;
    trial.change_server(|server| server.auth = auth).await;
    trial.give(CredentialKind::AccessToken, "stale").await;
    let seen = red(&trial).await;
    let token = trial.provider.issue_token(ADDRESS).unwrap();
    trial.give(CredentialKind::AccessToken, &token).await;
    trial.somebody_acted().await;
    mended(&trial, &seen).await
}

fn credentials_that_are_not_there() -> Vec<Case> {
    let references = [
        (
            "an environment variable that is not set",
            "${env:MAILROOM_TEST_NEVER_SET}",
        ),
        ("a file that is not there", "${file:/nowhere/password}"),
    ];
    let mut cases: Vec<Case> = references
        .map(|(name, reference)| {
            Case::new("credential", name, async move {
                let trial = Trial::new().await;
                trial.refer(reference).await;
                let seen = red(&trial).await;
                given_again(&trial, &seen).await
            })
        })
        .into();
    cases.push(Case::new("credential", "none", async {
        let trial = Trial::new().await;
        store::credentials::delete(trial.store(), trial.mailbox)
            .await
            .unwrap();
        let seen = red(&trial).await;
        given_again(&trial, &seen).await
    }));
    cases.push(Case::new(
        "credential",
        "a token where a password is wanted",
        async {
            let trial = Trial::new().await;
            trial.give(CredentialKind::AccessToken, "token").await;
            let seen = red(&trial).await;
            given_again(&trial, &seen).await
        },
    ));
    cases.push(Case::new(
        "credential",
        "sealed with a key that is gone",
        async {
            let mut trial = Trial::new().await;
            trial.other_key();
            let seen = red(&trial).await;
            given_again(&trial, &seen).await
        },
    ));
    cases
}

async fn given_again(trial: &Trial, seen: &Seen) -> Row {
    trial.give(CredentialKind::Password, PASSWORD).await;
    trial.somebody_acted().await;
    mended(trial, seen).await
}

async fn no_password_in_the_clear() -> Row {
    let trial = Trial::with(Options::with_tls(Tls::StartTls)).await;
    let right = trial.placed().await.server.tls;
    trial
        .change_server(|server| server.tls = TlsMode::None)
        .await;
    let seen = red(&trial).await;
    trial.change_server(|server| server.tls = right).await;
    trial.somebody_acted().await;
    mended(&trial, &seen).await
}

async fn no_xoauth2() -> Row {
    let options = Options::default().without(Feature::XOAuth2);
    let trial = Trial::with(options).await;
    trial
        .change_server(|server| server.auth = AuthMethod::Xoauth2)
        .await;
    trial.give(CredentialKind::AccessToken, "token").await;
    let seen = red(&trial).await;
    trial
        .change_server(|server| server.auth = AuthMethod::Password)
        .await;
    given_again(&trial, &seen).await
}

#[tokio::test]
async fn a_credential_that_is_there_again_takes_its_red_light_back_even_if_nobody_opens() {
    let mut trial = Trial::new().await;
    trial.refer("${file:/nowhere/password}").await;
    red(&trial).await;
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
async fn a_scan_that_a_person_starts_looks_at_a_red_mailbox_again() {
    let trial = Trial::new().await;
    trial.give(CredentialKind::Password, "wrong").await;
    red(&trial).await;
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
