//! `mailroom doctor --host`: a server, and a login with its secret, before anything is saved. Needs neither settings nor
//! database; the secret is read from where it is kept or asked for, and never written down.

use std::future::{Ready, ready};

use anyhow::{Context as _, bail};
use entities::mail_servers::{AuthMethod, Preset};
use secrecy::SecretString;

use super::{Examined, told};
use crate::access::With;
use crate::access::doctor::{Presented, Subject, examine, limits};
use crate::cli::args::{Encryption, Patient, SignIn, Spoken};
use crate::cli::{Done, typed};
use crate::clock::{Clock as _, SystemClock};
use crate::kinds::known_preset;
use crate::oauth::presets::At;
use crate::secrets::SecretReference;
use crate::transport::{Endpoint, Login, Protocol, Tls};
use crate::trust::{self, Authorities};

/// Examines `host` as far as the command line lets it.
pub(in crate::cli) async fn before_saving(patient: Patient, json: bool) -> anyhow::Result<Done> {
    let host = patient.host.unwrap_or_default();
    let protocol = match patient.protocol {
        Spoken::Imap => Protocol::Imap,
        Spoken::Pop3 => Protocol::Pop3,
    };
    let (tls, usual) = match patient.tls {
        Encryption::Implicit => (Tls::Implicit, protocol.port_for_tls()),
        Encryption::Starttls => (Tls::StartTls, protocol.port_for_plain()),
        Encryption::None => (Tls::None, protocol.port_for_plain()),
    };
    let ca_pem = match patient.ca_file {
        Some(file) => Some(trust::read_ca_file(&file).await?),
        None => None,
    };
    let port = patient.port.unwrap_or(usual);
    let subject = Subject {
        endpoint: Endpoint {
            protocol,
            host: host.clone(),
            port,
            tls,
            verify_certificate: true,
            ca_pem,
            authorities: Authorities::default(),
        },
        preset: preset_of(&host),
        auth: patient.login.is_some().then(|| method(patient.auth)),
        address: patient.login.clone(),
        is_saved: false,
    };
    let present = match patient.login {
        None => None,
        Some(login) => Some(presented(login, patient.auth, patient.secret.as_deref()).await?),
    };
    let diagnosis = examine(&subject, &limits(), SystemClock.now(), present).await;
    let examined = Examined {
        mailbox: subject.address,
        server: None,
        host,
        port: port.into(),
        diagnosis,
    };
    told(&[examined], json)
}

/// Whose server it is, as far as its name says: the same refusal asks different things of people at different providers.
fn preset_of(host: &str) -> Preset {
    Preset::ALL
        .into_iter()
        .find(|preset| {
            let servers = known_preset(*preset).facts(&At::default()).servers;
            servers.is_some_and(|servers| {
                [&servers.imap, &servers.pop3]
                    .iter()
                    .any(|server| server.host.eq_ignore_ascii_case(host))
            })
        })
        .unwrap_or(Preset::Generic)
}

fn method(auth: SignIn) -> AuthMethod {
    match auth {
        SignIn::Password => AuthMethod::Password,
        SignIn::Xoauth2 => AuthMethod::Xoauth2,
        SignIn::Oauthbearer => AuthMethod::Oauthbearer,
    }
}

async fn presented(
    user: String,
    auth: SignIn,
    reference: Option<&str>,
) -> anyhow::Result<Ready<Result<Presented, crate::access::Closed>>> {
    let what = match auth {
        SignIn::Password => "password",
        SignIn::Xoauth2 | SignIn::Oauthbearer => "access token",
    };
    let (secret, place) = match reference {
        Some(reference) => {
            let reference = referred(reference)?;
            (reference.resolve()?, format!("is read from {reference}"))
        }
        None => (asked(&user, what).await?, "was typed".to_owned()),
    };
    let (login, with) = match auth {
        SignIn::Password => (
            Login::Password {
                user,
                password: secret,
            },
            With::Password,
        ),
        SignIn::Xoauth2 => (
            Login::XOAuth2 {
                user,
                token: secret,
            },
            With::Token,
        ),
        SignIn::Oauthbearer => (
            Login::OAuthBearer {
                user,
                token: secret,
            },
            With::Token,
        ),
    };
    Ok(ready(Ok(Presented {
        login,
        with,
        sentence: format!("The {what} {place}; it is not kept."),
        warning: None,
    })))
}

/// `env:NAME` or `file:/path`, as set-up files have it in `${…}`. Never repeats what may be the secret itself.
fn referred(text: &str) -> anyhow::Result<SecretReference> {
    let bare = text
        .strip_prefix("${")
        .and_then(|rest| rest.strip_suffix('}'))
        .unwrap_or(text);
    if !bare.starts_with("env:") && !bare.starts_with("file:") {
        bail!(
            "--secret takes env:NAME or file:/path; a secret itself never stands on the command line, where others can read it"
        );
    }
    SecretReference::parse(&format!("${{{bare}}}"))?
        .context("--secret takes env:NAME or file:/path")
}

async fn asked(user: &str, what: &str) -> anyhow::Result<SecretString> {
    let typed = typed::secret(&format!("The {what} of {user}: ")).await?;
    typed.with_context(|| {
        format!("No {what} was given: type it, pipe it in, or name where it is with --secret env:NAME or --secret file:/path")
    })
}
