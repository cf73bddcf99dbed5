//! Opens one mailbox with everything that proves its light green, and says what it means when that fails.

use chrono::{DateTime, TimeDelta, Utc};
use entities::mail_servers::{self, TlsMode};
use entities::mailboxes;

use super::Access;
use super::berth::Stamp;
use super::credential::Credential;
use super::grant::{ca_pem, early};
use super::light::{Judged, Knock, judge};
use crate::cause::{Cause, Red};
use crate::imap::{self, Examined};
use crate::pop3;
use crate::store::{StoreError, credentials};
use crate::transport::{Endpoint, Protocol, ServerError, Tls};
use crate::trust::CaFileError;

/// A signed-in session over what the mailbox's server speaks.
#[derive(Debug)]
pub enum Entered {
    /// With INBOX as it was then, which whoever reads it need not ask for again.
    Imap(imap::Session, Examined),
    /// With the maildrop counted.
    Pop3(pop3::Session),
}

impl Entered {
    /// Whether it can wait for new mail: over POP3 a session never sees any.
    #[must_use]
    pub fn can_wait(&self) -> bool {
        match self {
            Self::Imap(session, _) => session.is_open(),
            Self::Pop3(_) => false,
        }
    }

    /// Says goodbye, as far as that takes no more than a moment.
    pub async fn leave(self) {
        match self {
            Self::Imap(session, _) => session.logout().await,
            Self::Pop3(session) => session.quit().await,
        }
    }
}

/// A session in which nobody has looked yet.
pub(super) enum SignedIn {
    /// Over IMAP.
    Imap(imap::Session),
    /// Over POP3.
    Pop3(pop3::Session),
}

impl SignedIn {
    /// Opens INBOX, or counts the maildrop.
    async fn look(self) -> Result<Entered, ServerError> {
        match self {
            Self::Imap(session) => match session.examine("INBOX").await {
                Ok(inbox) => Ok(Entered::Imap(session, inbox)),
                Err(error) => Err(of_inbox(error)),
            },
            Self::Pop3(mut session) => {
                session.stat().await?;
                Ok(Entered::Pop3(session))
            }
        }
    }
}

/// An open mailbox.
#[derive(Debug)]
pub struct Opened {
    /// What proved that the next scan gets in.
    pub session: Entered,
    /// When to open it anew: the server ends sessions with the token they were opened with.
    pub renew_at: Option<DateTime<Utc>>,
    /// What it was opened with.
    pub stamp: Stamp,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
}

/// Why a mailbox could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum Closed {
    /// The light is red now: a person must act.
    #[error("{0}")]
    Red(Red),
    /// What would turn the light red was seen once; it may pass.
    #[error("{} It is tried once more before the light turns red.", red.words)]
    Suspected {
        /// What the light would say.
        red: Red,
        /// When it is tried again.
        again_in: TimeDelta,
    },
    /// The server or the way to it; it is tried again.
    #[error("{error} {}", error.remedy())]
    Health {
        /// What went wrong.
        error: ServerError,
    },
    /// The authorization server or the way to it; it is tried again.
    #[error("{words} It will be tried again.")]
    Provider {
        /// What went wrong, as a sentence.
        words: String,
        /// How long the provider wants to be left alone.
        retry_after: Option<std::time::Duration>,
    },
    /// The host refused so many sign-ins that it is left alone.
    #[error(
        "The server {host} has refused sign-in after sign-in and is left alone until {}, lest it lock accounts. Look at the red lights on it.",
        until.format("%H:%M UTC")
    )]
    Braked {
        /// The host.
        host: String,
        /// Until when.
        until: DateTime<Utc>,
        /// How long that is.
        again_in: TimeDelta,
    },
    /// The host could not be reached time and again.
    #[error(
        "The server {host} could not be reached time and again from here; it is tried again at {}.",
        until.format("%H:%M:%S UTC")
    )]
    OutOfReach {
        /// The host.
        host: String,
        /// Until when.
        until: DateTime<Utc>,
        /// How long that is.
        again_in: TimeDelta,
    },
    /// The own CA file can't be read.
    #[error(transparent)]
    CaFile(#[from] CaFileError),
    /// The database.
    #[error("{0}")]
    Store(#[from] StoreError),
}

impl Closed {
    /// The same with the mailbox's address in the commands to run.
    fn about(self, mailbox: &mailboxes::Model) -> Self {
        match self {
            Self::Red(red) => Self::Red(red.for_mailbox(&mailbox.address)),
            Self::Suspected { red, again_in } => Self::Suspected {
                red: red.for_mailbox(&mailbox.address),
                again_in,
            },
            other => other,
        }
    }

    /// The code, as stored with the scan's report.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Red(red) | Self::Suspected { red, .. } => red.cause.as_str(),
            Self::Health { .. } | Self::OutOfReach { .. } => "server",
            Self::Provider { .. } => "authorization_server",
            Self::Braked { .. } => "too_many_refusals",
            Self::CaFile(_) => "ca_file",
            Self::Store(_) => "database",
        }
    }
}

impl Access {
    /// Opens a mailbox and sets its light.
    pub async fn open(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
    ) -> Result<Opened, Closed> {
        for _ in 0..TRIES {
            let mut used = None;
            let opened = self
                .with_fresh_token(mailbox, server, &mut used)
                .await
                .map_err(|closed| closed.about(mailbox));
            let came = opened.as_ref().map(drop);
            if self.show_what_came(mailbox, came, used).await? {
                return opened;
            }
            // Somebody signed in or disconnected it meanwhile: nobody goes on reading with what was there before.
            if let Ok(opened) = opened {
                opened.session.leave().await;
            }
        }
        Err(Closed::Provider {
            words: "The mailbox's credential was changed each time that it was tried.".to_owned(),
            retry_after: None,
        })
    }

    /// A refused token may be one that was taken back while its successor is to be had, and where none is to be had the
    /// provider says why: one more try with a new one. One that was got for this very try is new enough. The version of
    /// the credential that was used last is left in `used`.
    async fn with_fresh_token(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
        used: &mut Option<i64>,
    ) -> Result<Opened, Closed> {
        if let Err(braked) = self.heed_brake(&server.host).await {
            let stored = credentials::find(&self.store, mailbox.id).await?;
            *used = stored.map(|stored| stored.version);
            return Err(braked);
        }
        let credential = self.credential(mailbox, server, used).await?;
        let first = self.prove(mailbox, server, &credential).await;
        let (Err(Closed::Red(red)), Some(grant)) = (&first, &credential.grant) else {
            return first;
        };
        let now = self.clock.now();
        if red.cause != Cause::AccessTokenRefused || credential.is_new_enough(now) {
            return first;
        }
        credentials::expire_access(&self.store, grant, now).await?;
        let credential = self.credential(mailbox, server, used).await?;
        self.prove(mailbox, server, &credential).await
    }

    /// Signs in and opens INBOX, or counts the maildrop: only both together say that the next scan gets in.
    async fn prove(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
        credential: &Credential,
    ) -> Result<Opened, Closed> {
        let endpoint = self.endpoint(server).await?;
        let leave = self.shared.pace.enter(&server.host, server.preset).await;
        // Those before may have found it out of reach meanwhile.
        self.heed_reach(server)?;
        let signed_in = match endpoint.protocol {
            Protocol::Imap => imap::open(&endpoint, &credential.login, &self.limits)
                .await
                .map(SignedIn::Imap),
            Protocol::Pop3 => pop3::open(&endpoint, &credential.login, &self.limits)
                .await
                .map(SignedIn::Pop3),
        };
        drop(leave);
        self.learn_reach(server, &signed_in);
        self.learn_crowd(mailbox, server, &signed_in);
        let signed_in = match signed_in {
            Ok(session) => {
                self.release_brake(&server.host).await?;
                session
            }
            Err(error) => {
                if error.is_credential() {
                    self.press_brake(&server.host).await?;
                }
                return Err(self.closed(error, mailbox, server, credential).await);
            }
        };
        let session = match signed_in.look().await {
            Ok(session) => session,
            Err(error) => return Err(self.closed(error, mailbox, server, credential).await),
        };
        let renew_at = credential.ends_at.map(|ends_at| match &credential.grant {
            Some(grant) => ends_at - early(grant, ends_at) / 2,
            None => ends_at,
        });
        Ok(Opened {
            session,
            renew_at,
            stamp: Stamp::of(mailbox, server, credential.version),
            opened_at: self.clock.now(),
        })
    }

    async fn closed(
        &self,
        error: ServerError,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
        credential: &Credential,
    ) -> Closed {
        let knock = Knock {
            protocol: server.protocol,
            preset: server.preset,
            with: credential.with,
        };
        match judge(&error, knock) {
            Judged::Red(red) => Closed::Red(red),
            Judged::Health => Closed::Health { error },
            Judged::Suspect(red) => match self.is_confirmed(mailbox, red.cause).await {
                Ok(true) => Closed::Red(red),
                Ok(false) => Closed::Suspected {
                    red,
                    again_in: super::light::CONFIRMED_AFTER,
                },
                Err(error) => Closed::Store(error),
            },
        }
    }
}

/// How often a mailbox is tried whose credential changes meanwhile.
const TRIES: usize = 3;

impl Access {
    /// Where the server listens, and what of it is trusted.
    pub(super) async fn endpoint(&self, server: &mail_servers::Model) -> Result<Endpoint, Closed> {
        Ok(Endpoint {
            protocol: match server.protocol {
                mail_servers::Protocol::Imap => Protocol::Imap,
                mail_servers::Protocol::Pop3 => Protocol::Pop3,
            },
            host: server.host.clone(),
            port: u16::try_from(server.port).unwrap_or(0),
            tls: match server.tls {
                TlsMode::Implicit => Tls::Implicit,
                TlsMode::Starttls => Tls::StartTls,
                TlsMode::None => Tls::None,
            },
            verify_certificate: server.verify_certificate,
            ca_pem: ca_pem(server).await?,
            authorities: self.authorities.clone(),
        })
    }
}

/// Every mailbox has an INBOX: a server that declines to open it without saying why is out of order, and nobody chose a
/// wrong folder.
pub(super) fn of_inbox(error: ServerError) -> ServerError {
    match error {
        ServerError::NoSuchFolder { words, .. } => ServerError::ServerSaid {
            command: "EXAMINE INBOX".to_owned(),
            status: "NO".to_owned(),
            code: None,
            words,
        },
        error => error,
    }
}

#[cfg(test)]
#[path = "open_tests.rs"]
mod tests;
