//! Tells a person by mail, through the server in the settings (RFC 5321, 8314, 3207).
//!
//! Without TLS nothing leaves this machine. A server that takes nothing of ours until a person has mended something is
//! left alone for a while. Never knows what is told.

use std::time::Duration;

use chrono::{DateTime, Utc};
use lettre::address::Envelope;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{self, AsyncSmtpTransport};
use lettre::{Address, AsyncTransport as _, Message, Tokio1Executor};
use secrecy::ExposeSecret as _;
use sha2::{Digest as _, Sha256};

use super::brake::Brake;
use super::refused::{self, Judged, Refusal};
use super::{Attempt, OutboxError};
use crate::cause::{Red, provider_words};
use crate::config::{MailOut, SmtpTls};
use crate::trust::Authorities;

/// For one command and its answer.
const COMMAND_LIMIT: Duration = Duration::from_secs(20);
/// For a whole delivery.
const TIME_LIMIT: Duration = Duration::from_mins(1);

/// Sends mail through one server.
pub(super) struct Post {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// Who signs in; without a sign-in the sender.
    account: String,
    brake: Brake,
}

impl std::fmt::Debug for Post {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Post")
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

/// One mail.
#[derive(Debug, Clone, Copy)]
pub(super) struct Letter<'a> {
    /// The same for every try.
    pub(super) id: &'a str,
    /// To whom.
    pub(super) to: &'a str,
    /// One line.
    pub(super) subject: &'a str,
    /// Plain text.
    pub(super) text: &'a str,
}

impl Post {
    /// Trusts the system's authorities, and these too.
    pub(super) fn new(server: &MailOut, authorities: &Authorities) -> Result<Self, OutboxError> {
        let tls = match server.tls {
            SmtpTls::Plain => Tls::None,
            SmtpTls::StartTls => Tls::Required(parameters(server, authorities)?),
            SmtpTls::Implicit => Tls::Wrapper(parameters(server, authorities)?),
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
            .port(server.port)
            .tls(tls)
            .timeout(Some(COMMAND_LIMIT));
        if let Some(login) = &server.login {
            let password = login.password.expose_secret().to_owned();
            transport = transport.credentials(Credentials::new(login.user.clone(), password));
        }
        Ok(Self {
            transport: transport.build(),
            from: server.from.clone(),
            account: match &server.login {
                Some(login) => login.user.clone(),
                None => server.from.email.to_string(),
            },
            brake: Brake::default(),
        })
    }

    /// Sends one.
    pub(super) async fn send(&self, letter: Letter<'_>, now: DateTime<Utc>) -> Attempt {
        let message = match self.message(letter, now) {
            Ok(message) => message,
            Err(why) => return Attempt::Refused { why },
        };
        if let Some((red, left)) = self.brake.pressed(now) {
            return Attempt::Failed {
                why: red.to_string(),
                retry_after: Some(left),
            };
        }
        match tokio::time::timeout(TIME_LIMIT, self.transport.send(message)).await {
            Ok(Ok(_)) => {
                self.brake.release();
                Attempt::Delivered
            }
            Ok(Err(error)) => self.judge(&error, now),
            Err(_) => Attempt::Failed {
                why: format!("The mail server took more than {} s", TIME_LIMIT.as_secs()),
                retry_after: None,
            },
        }
    }

    fn judge(&self, error: &smtp::Error, now: DateTime<Utc>) -> Attempt {
        let words = reason(error);
        let Some(code) = error.status().map(u16::from) else {
            return Attempt::Failed {
                why: format!("The mail server can't be used: {words}"),
                retry_after: None,
            };
        };
        let refusal = Refusal {
            code,
            words: &words,
        };
        match refused::judge(refusal) {
            Some(Judged::Red(red)) => self.press_brake(&red.for_mailbox(&self.account), now),
            None if error.is_permanent() => Attempt::Refused {
                why: refusal.to_string(),
            },
            Some(Judged::Passing) | None => Attempt::Failed {
                why: refusal.to_string(),
                retry_after: None,
            },
        }
    }

    fn press_brake(&self, red: &Red, now: DateTime<Utc>) -> Attempt {
        let wait = self.brake.press(red, now);
        let (cause, who) = (red.cause.as_str(), red.who.as_str());
        tracing::warn!(cause, who, until = %(now + wait), "No mail can be sent, and the mail server is left alone for a while: {red}");
        Attempt::Failed {
            why: red.to_string(),
            retry_after: Some(wait),
        }
    }

    fn message(&self, letter: Letter<'_>, now: DateTime<Utc>) -> Result<Message, String> {
        let to: Address = letter
            .to
            .parse()
            .map_err(|_| format!("\"{}\" is no address that mail can be sent to", letter.to))?;
        let unfit = |error: &dyn std::fmt::Display| format!("The mail can't be written: {error}");
        let envelope = Envelope::new(Some(self.from.email.clone()), vec![to.clone()])
            .map_err(|error| unfit(&error))?;
        let date = now.into();
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject)
            .date(date)
            .message_id(Some(self.message_id(letter.id)))
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            // Rules tell nobody of what has this.
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("X-Mailroom-Notice"),
                "1".to_owned(),
            ))
            .envelope(envelope)
            .singlepart(
                SinglePart::builder()
                    .header(ContentType::TEXT_PLAIN)
                    .header(ContentTransferEncoding::QuotedPrintable)
                    .body(letter.text.to_owned()),
            )
            .map_err(|error| unfit(&error))
    }

    /// From the key, so that a mail that is sent twice by mischance is shown once.
    fn message_id(&self, id: &str) -> String {
        let digest = Sha256::digest(id);
        let (first, _) = digest.split_at(16);
        let number = first
            .iter()
            .fold(0_u128, |number, byte| (number << 8) | u128::from(*byte));
        format!("<{number:032x}@{}>", self.from.email.domain())
    }
}

fn parameters(server: &MailOut, authorities: &Authorities) -> Result<TlsParameters, OutboxError> {
    let unusable = |error: smtp::Error| OutboxError::Mail(reason(&error));
    let mut parameters = TlsParameters::builder(server.host.clone());
    for authority in authorities.certificates() {
        let authority = Certificate::from_der(authority.to_vec()).map_err(unusable)?;
        parameters = parameters.add_root_certificate(authority);
    }
    parameters.build_rustls().map_err(unusable)
}

/// What the server or the system said, on one line.
fn reason(error: &smtp::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    provider_words(&innermost.to_string())
}

#[cfg(test)]
#[path = "mail_tests.rs"]
mod tests;
