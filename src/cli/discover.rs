//! `mailroom discover`: from an address, or from an authorization server's issuer, to what stands in a set-up file. Needs
//! neither settings nor database.

mod issuer;

use std::fmt::Write as _;

pub(super) use issuer::run_issuer;

use super::{Done, output};
use crate::autoconfig::{
    self, Address, Auth, Encryption, Found, Login, Service, Source, Sources, name_of,
};
use crate::oauth::presets::Preset;

pub(super) async fn run(address: &str, json: bool) -> anyhow::Result<Done> {
    let address: Address = address.parse()?;
    let sources = Sources::system()?;
    let found = autoconfig::find(&address, &sources).await?;
    if json {
        output::json(&found)?;
    } else {
        output::text(entry(&found))?;
    }
    Ok(Done::Well)
}

/// The set-up file's lines. What is no comment can be applied as it is.
fn entry(found: &Found) -> String {
    let mut text = format!("# {}\n", said_by(found));
    if let Some(note) = &found.note {
        let _ = writeln!(text, "# {note}");
    }
    text += "mail_servers:\n";
    let name = quoted(found.address.domain());
    let _ = writeln!(text, "  - name: {name}");
    if found.preset == Preset::Generic {
        let Service { host, port, tls } = &found.imap;
        let _ = writeln!(text, "    host: {}", quoted(host));
        let _ = writeln!(text, "    port: {port}\n    tls: {}", tls.as_str());
        for (key, service) in [("smtp", &found.smtp), ("pop3", &found.pop3)] {
            if let Some(service) = service {
                let _ = writeln!(text, "    {key}: {}", inline(service));
            }
        }
    } else {
        let _ = writeln!(text, "    preset: {}", name_of(found.preset));
    }
    let _ = writeln!(text, "    domain: {name}");
    text += &oauth(found);
    text += "mailboxes:\n";
    let address = quoted(&found.address.to_string());
    let _ = writeln!(text, "  - address: {address}\n    server: {name}");
    match &found.login {
        Login::Address => {}
        Login::LocalPart => {
            let _ = writeln!(text, "    login: {}", quoted(found.address.local()));
        }
        Login::Other(login) => {
            let _ = writeln!(text, "    login: {}", quoted(login));
        }
    }
    text += password(found);
    text
}

fn said_by(found: &Found) -> String {
    let domain = found.address.domain();
    match &found.source {
        Source::Provider => format!("{domain} is one of the provider's own domains."),
        Source::Autoconfig { url } => format!("{domain} says so at {url}."),
        Source::Srv => format!("{domain} says so in its SRV records."),
        Source::Mx { host } => format!("The mail of {domain} goes to {host}."),
    }
}

/// What is needed to sign in with tokens, as comments: it has to be made at the provider first.
fn oauth(found: &Found) -> String {
    let token = |auth: &Auth| matches!(auth, Auth::Xoauth2 | Auth::Oauthbearer);
    if !found.auth.iter().any(token) {
        return String::new();
    }
    let mut text = "    # To sign in by OAuth, register Mailroom at the provider (docs/providers) and write:\n    # oauth:\n    #   client_id: …\n    #   client_secret: ${env:CLIENT_SECRET}\n    #   service_key: …\n".to_owned();
    if let Some(cloud) = found.cloud {
        let _ = writeln!(text, "    #   cloud: {}", cloud.as_str());
    }
    if let Some(region) = found.region {
        let _ = writeln!(text, "    #   region: {}", region.as_str());
    }
    text
}

fn password(found: &Found) -> &'static str {
    let takes = |auth| found.auth.contains(&auth);
    if takes(Auth::AppPassword) {
        "    # Without OAuth, the password is one made for this in the account's settings at the provider:\n    # password: ${env:MAILBOX_PASSWORD}\n"
    } else if takes(Auth::Password) || found.auth.is_empty() {
        "    # password: ${env:MAILBOX_PASSWORD}\n"
    } else {
        ""
    }
}

fn inline(service: &Service) -> String {
    let Service { host, port, tls } = service;
    let host = quoted(host);
    match tls {
        Encryption::Implicit => format!("{{host: {host}, port: {port}}}"),
        Encryption::Starttls => format!("{{host: {host}, port: {port}, tls: starttls}}"),
    }
}

/// As YAML has it: names that can't be taken for something else stand for themselves.
fn quoted(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.contains('.')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || ".-_@+".contains(c));
    if plain {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string()
    }
}

#[cfg(test)]
#[path = "discover_tests.rs"]
mod tests;
