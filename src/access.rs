//! Opens mailboxes and keeps their lights honest.
//!
//! Green is shown when sign-in and EXAMINE INBOX both said OK, red when a person must act; whatever else goes
//! wrong is health and leaves the light as it was. Knows nothing of scans, rules or pages.

pub mod announce;
mod credential;
mod refused;

use std::sync::Arc;

use entities::lights::LightState;
use entities::mail_servers::{self, AuthMethod, TlsMode};
use entities::mailboxes;

pub use refused::{Judged, Knock, With, judge};

use crate::cause::{Cause, Red};
use crate::clock::Clock;
use crate::imap::{self, Endpoint, ImapError, Limits, Session, Tls};
use crate::secrets::KeyRing;
use crate::store::lights::{self, Showing};
use crate::store::{Store, StoreError};

/// Opens mailboxes.
#[derive(Debug, Clone)]
pub struct Access {
    /// Where credentials and lights are.
    pub store: Store,
    /// Opens credentials.
    pub keys: Arc<KeyRing>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How patient a session is.
    pub limits: Limits,
}

/// Why a mailbox could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum Closed {
    /// The light is red now: a person must act.
    #[error("{0}")]
    Red(Red),
    /// The server or the way to it; it is tried again.
    #[error("{error} {}", error.remedy())]
    Health {
        /// What went wrong.
        error: ImapError,
    },
    /// The own CA file can't be read.
    #[error(
        "The CA file {path} of the mail server can't be read: {words}. Mend its path or its permissions."
    )]
    CaFile {
        /// The file.
        path: String,
        /// The system's words.
        words: String,
    },
    /// The database.
    #[error("{0}")]
    Store(StoreError),
}

impl From<StoreError> for Closed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Closed {
    /// The code, as stored with the scan's report.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Red(red) => red.cause.as_str(),
            Self::Health { .. } => "server",
            Self::CaFile { .. } => "ca_file",
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
    ) -> Result<Session, Closed> {
        let opened = match self.prove(mailbox, server).await {
            Err(Closed::Red(red)) => Err(Closed::Red(red.for_mailbox(&mailbox.address))),
            opened => opened,
        };
        match &opened {
            Ok(_) => self.show(mailbox, LightState::Green, None).await?,
            Err(Closed::Red(red)) => self.show(mailbox, LightState::Red, Some(red)).await?,
            Err(Closed::Health { .. }) => self.take_back_missing(mailbox).await?,
            Err(Closed::CaFile { .. } | Closed::Store(_)) => {}
        }
        opened
    }

    /// Signs in and opens INBOX: only both together say that the next scan gets in.
    async fn prove(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
    ) -> Result<Session, Closed> {
        let endpoint = endpoint(server).await?;
        let login = credential::login(&self.store, &self.keys, mailbox, server).await?;
        let session = imap::open(&endpoint, &login, &self.limits)
            .await
            .map_err(|error| closed(error, server))?;
        session
            .examine("INBOX")
            .await
            .map_err(|error| closed(of_inbox(error), server))?;
        Ok(session)
    }

    /// A red light for want of a credential is no longer true once there is one to knock with, whoever opens.
    async fn take_back_missing(&self, mailbox: &mailboxes::Model) -> Result<(), StoreError> {
        let light = lights::find(&self.store, mailbox.id).await?;
        let missing = [Cause::NeverAuthorized, Cause::CredentialUnreadable].map(Cause::as_str);
        if light
            .and_then(|light| light.cause)
            .is_some_and(|cause| missing.contains(&cause.as_str()))
        {
            self.show(mailbox, LightState::Unknown, None).await?;
        }
        Ok(())
    }

    async fn show(
        &self,
        mailbox: &mailboxes::Model,
        state: LightState,
        red: Option<&Red>,
    ) -> Result<(), StoreError> {
        let light = Showing {
            state,
            cause: red.map(|red| red.cause.as_str().to_owned()),
            who: red.map(|red| red.who.as_str().to_owned()),
            remedy: red.map(|red| red.remedy.clone()),
            provider_words: red.map(|red| red.words.clone()),
            probe_at: None,
        };
        let tx = self.store.begin().await?;
        lights::set(&tx, mailbox.id, light, self.clock.now()).await?;
        tx.commit().await
    }
}

async fn endpoint(server: &mail_servers::Model) -> Result<Endpoint, Closed> {
    let ca_pem = match &server.ca_file {
        None => None,
        Some(path) => Some(
            tokio::fs::read(path)
                .await
                .map_err(|error| Closed::CaFile {
                    path: path.clone(),
                    words: error.to_string(),
                })?,
        ),
    };
    Ok(Endpoint {
        host: server.host.clone(),
        port: u16::try_from(server.port).unwrap_or(0),
        tls: match server.tls {
            TlsMode::Implicit => Tls::Implicit,
            TlsMode::Starttls => Tls::StartTls,
            TlsMode::None => Tls::None,
        },
        verify_certificate: server.verify_certificate,
        ca_pem,
    })
}

/// Every mailbox has an INBOX: a server that declines to open it without saying why is out of order, and nobody chose a
/// wrong folder.
fn of_inbox(error: ImapError) -> ImapError {
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

/// What a refusal is for the light.
fn closed(error: ImapError, server: &mail_servers::Model) -> Closed {
    let knock = Knock {
        preset: server.preset,
        with: match server.auth {
            AuthMethod::Password => With::Password,
            AuthMethod::Xoauth2 | AuthMethod::Oauthbearer => With::Token,
        },
    };
    match judge(&error, knock) {
        Judged::Red(red) | Judged::Suspect(red) => Closed::Red(red),
        Judged::Health => Closed::Health { error },
    }
}
