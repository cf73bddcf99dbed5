//! Whom to tell when a light changes: a webhook, people by mail, both or nobody.

use std::fmt::{self, Debug};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lettre::Address;
use lettre::message::Mailbox;
use secrecy::{SecretSlice, SecretString};
use url::Url;

use super::setting::Setting;
use super::values::Values;
use super::web::parse;
use crate::loopback;

/// How the text form of a webhook secret begins (Standard Webhooks).
const SECRET_PREFIX: &str = "whsec_";
/// Shorter secrets could be guessed.
const SHORTEST_SECRET: usize = 16;

/// The channels on which announcements go out.
#[derive(Debug, Clone, Default)]
pub struct Announce {
    /// An address of another program.
    pub webhook: Option<Webhook>,
    /// People.
    pub mail: Option<MailOut>,
}

/// A program that is told. Its `Debug` shows neither secret nor path, for a path may be a secret too.
#[derive(Clone)]
pub struct Webhook {
    /// https, or http on this machine.
    pub url: Url,
    /// What signs every call, decoded.
    pub secret: SecretSlice<u8>,
}

impl Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Webhook({}/…)", self.url.origin().ascii_serialization())
    }
}

/// The server that takes our mail, and from whom and to whom it goes.
#[derive(Debug, Clone)]
pub struct MailOut {
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: SmtpTls,
    /// How to sign in, if at all.
    pub login: Option<SmtpLogin>,
    /// The sender.
    pub from: Mailbox,
    /// Who is told besides the mailbox's owner and the admins.
    pub to: Vec<Address>,
}

/// How a connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpTls {
    /// TLS from the first byte (RFC 8314 §3.3).
    Implicit,
    /// STARTTLS, without which nothing is sent (RFC 3207).
    StartTls,
    /// In the clear; to this machine only.
    Plain,
}

/// A sign-in at the mail server.
#[derive(Debug, Clone)]
pub struct SmtpLogin {
    /// User name.
    pub user: String,
    /// Password.
    pub password: SecretString,
}

/// Where the mail server is.
struct Server {
    host: String,
    port: u16,
    tls: SmtpTls,
}

impl Values {
    pub(super) fn announce(&mut self) -> Announce {
        Announce {
            webhook: self.webhook(),
            mail: self.mail_out(),
        }
    }

    fn webhook(&mut self) -> Option<Webhook> {
        let url = self.checked(
            Setting::AnnounceWebhookUrl,
            webhook_url,
            "Write an https address",
        );
        let secret = self.checked(
            Setting::AnnounceWebhookSecret,
            webhook_secret,
            "Write whsec_ and 24 to 64 random bytes in base64, or at least 16 random letters",
        );
        if self.given.contains_key(&Setting::AnnounceWebhookUrl) {
            self.needs(
                Setting::AnnounceWebhookSecret,
                Setting::AnnounceWebhookUrl,
                "Set it, and give it to the receiver, who knows our calls by its signature",
            );
        } else {
            self.is_idle_without(Setting::AnnounceWebhookSecret, Setting::AnnounceWebhookUrl);
        }
        Some(Webhook {
            url: url?,
            secret: secret?,
        })
    }

    fn mail_out(&mut self) -> Option<MailOut> {
        let server = self.checked(
            Setting::AnnounceSmtpUrl,
            smtp_server,
            "Write smtps://mail.example.com, or smtp://mail.example.com for STARTTLS",
        );
        let from = self.checked(
            Setting::AnnounceFrom,
            |text| {
                text.parse::<Mailbox>()
                    .map_err(|_| format!("is \"{text}\""))
            },
            "Write an address, such as mailroom@example.com",
        );
        let to = self.recipients();
        let user = self.text(Setting::AnnounceSmtpUser).map(str::to_owned);
        let password = self.text(Setting::AnnounceSmtpPassword);
        let password = password.map(SecretString::from);
        if self.given.contains_key(&Setting::AnnounceSmtpUrl) {
            self.needs(
                Setting::AnnounceFrom,
                Setting::AnnounceSmtpUrl,
                "Set it to the sender's address",
            );
        } else {
            for setting in [
                Setting::AnnounceSmtpUser,
                Setting::AnnounceSmtpPassword,
                Setting::AnnounceFrom,
                Setting::AnnounceTo,
            ] {
                self.is_idle_without(setting, Setting::AnnounceSmtpUrl);
            }
        }
        let both = "Set both or none";
        if user.is_some() {
            self.needs(
                Setting::AnnounceSmtpPassword,
                Setting::AnnounceSmtpUser,
                both,
            );
        } else if password.is_some() {
            self.needs(
                Setting::AnnounceSmtpUser,
                Setting::AnnounceSmtpPassword,
                both,
            );
        }
        let Server { host, port, tls } = server?;
        Some(MailOut {
            host,
            port,
            tls,
            login: user
                .zip(password)
                .map(|(user, password)| SmtpLogin { user, password }),
            from: from?,
            to,
        })
    }

    fn recipients(&mut self) -> Vec<Address> {
        let mut recipients = Vec::new();
        for text in self.list(Setting::AnnounceTo) {
            match text.parse() {
                Ok(address) => recipients.push(address),
                Err(_) => self.problem(
                    Setting::AnnounceTo,
                    format!("holds \"{text}\""),
                    "Write addresses, such as it@example.com",
                ),
            }
        }
        recipients
    }
}

// None of these tells the value: an address may carry a secret, and a secret may stand in the wrong place.

fn webhook_url(text: &str) -> Result<Url, String> {
    let url = parse(text)?;
    match url.scheme() {
        "https" if url.has_host() => Ok(url),
        "http" if loopback::is_url(&url) => Ok(url),
        "http" => Err("is http, over which announcements could be read".to_owned()),
        _ => Err("is no web address".to_owned()),
    }
}

fn webhook_secret(text: &str) -> Result<SecretSlice<u8>, String> {
    let bytes = match text.strip_prefix(SECRET_PREFIX) {
        Some(encoded) => STANDARD
            .decode(encoded)
            .map_err(|_| format!("is not base64 after {SECRET_PREFIX}"))?,
        None => text.as_bytes().to_vec(),
    };
    if bytes.len() < SHORTEST_SECRET {
        return Err(format!("is {} bytes long", bytes.len()));
    }
    Ok(SecretSlice::from(bytes))
}

fn smtp_server(text: &str) -> Result<Server, String> {
    let url = parse(text)?;
    let (tls, port) = match url.scheme() {
        "smtps" => (SmtpTls::Implicit, 465),
        "smtp" => (SmtpTls::StartTls, 587),
        "smtp+plain" => (SmtpTls::Plain, 25),
        _ => return Err("begins with neither smtps:// nor smtp://".to_owned()),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(
            "holds a user name or password, which belong in announce.smtp_user and announce.smtp_password"
                .to_owned(),
        );
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err("has more than scheme, host and port".to_owned());
    }
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() {
        return Err("names no host".to_owned());
    }
    if tls == SmtpTls::Plain && !loopback::is_host(host) {
        return Err("is in the clear to another machine".to_owned());
    }
    Ok(Server {
        host: host.to_owned(),
        port: url.port().unwrap_or(port),
        tls,
    })
}
