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
use crate::imap::{self, Endpoint, Examined, ImapError, Protocol, Session, Tls};
use crate::store::{StoreError, credentials};
use crate::trust::CaFileError;

/// An open mailbox.
#[derive(Debug)]
pub struct Opened {
    /// Signed in, with INBOX examined.
    pub session: Session,
    /// INBOX as it was then, which whoever reads it need not ask for again.
    pub inbox: Examined,
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
        error: ImapError,
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
            let stored = credentials::find(&self.store, mailbox.id).await?;
            let mut used = stored.map(|stored| stored.version);
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
                opened.session.logout().await;
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
        self.heed_brake(&server.host).await?;
        self.heed_reach(server)?;
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

    /// Signs in and opens INBOX: only both together say that the next scan gets in.
    async fn prove(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
        credential: &Credential,
    ) -> Result<Opened, Closed> {
        let endpoint = self.endpoint(server).await?;
        let leave = self.shared.pace.enter(&server.host, server.preset).await;
        let session = imap::open(&endpoint, &credential.login, &self.limits).await;
        drop(leave);
        self.learn_reach(server, &session);
        let session = match session {
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
        let inbox = match session.examine("INBOX").await {
            Ok(inbox) => inbox,
            Err(error) => {
                return Err(self
                    .closed(of_inbox(error), mailbox, server, credential)
                    .await);
            }
        };
        let renew_at = credential.ends_at.map(|ends_at| match &credential.grant {
            Some(grant) => ends_at - early(grant, ends_at) / 2,
            None => ends_at,
        });
        Ok(Opened {
            session,
            inbox,
            renew_at,
            stamp: Stamp::of(mailbox, server, credential.version),
            opened_at: self.clock.now(),
        })
    }

    async fn closed(
        &self,
        error: ImapError,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
        credential: &Credential,
    ) -> Closed {
        let knock = Knock {
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
            protocol: Protocol::Imap,
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
pub(super) fn of_inbox(error: ImapError) -> ImapError {
    match error {
        ImapError::NoSuchFolder { words, .. } => ImapError::ServerSaid {
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
