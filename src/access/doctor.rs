//! Goes to a mail server step by step and says where the way ends, for a person: DNS, TCP, TLS, greeting, capabilities,
//! credential, sign-in, INBOX, each with its time and a sentence, and at the end the one thing to do.
//!
//! Changes nothing: no light, no mail, and of the database only what reading a credential changes. Works for a server
//! that nobody has saved yet, as far as its door.

mod about;
mod sheet;
mod steps;

use std::time::Duration;

use chrono::{DateTime, Utc};
use entities::mail_servers::{self, AuthMethod, Preset};
use entities::mailboxes;
use serde::{Serialize, Serializer};

use super::{Access, Closed, With};
use crate::imap::{self, Endpoint, Limits, Login};
use crate::store::{StoreError, credentials};
use sheet::Sheet;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    /// Whether no step failed.
    pub well: bool,
    /// In their order.
    pub steps: Vec<Step>,
    /// The one thing to do.
    pub todo: String,
    /// Whether the server took the credential; nothing where none was shown.
    #[serde(skip)]
    pub signed_in: Option<bool>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What it is called, such as `DNS` or `TCP 192.0.2.1`.
    pub name: String,
    /// What it came to.
    pub outcome: Outcome,
    /// How long it took; in JSON in milliseconds.
    #[serde(rename = "ms", serialize_with = "milliseconds")]
    pub took: Duration,
    /// What was found.
    pub sentence: String,
}

/// What a step came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// As it should be.
    Ok,
    /// It works, and something should be looked at.
    Warning,
    /// The way ends here.
    Failed,
    /// Not tried, as a step before it failed or there is nothing to try it with.
    Skipped,
}

impl Outcome {
    /// The code, as shown by `--json`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

fn milliseconds<S: Serializer>(took: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(took.as_millis()).unwrap_or(u64::MAX))
}

/// What is examined.
#[derive(Debug, Clone)]
pub struct Subject {
    /// Where the server is.
    pub endpoint: Endpoint,
    /// Whose it is.
    pub preset: Preset,
    /// How it is signed in to, where that is known.
    pub auth: Option<AuthMethod>,
    /// The mailbox, for the words of remedies.
    pub address: Option<String>,
}

/// A credential that is ready to be shown.
#[derive(Debug, Clone)]
pub struct Presented {
    /// What is said to the server.
    pub login: Login,
    /// What of it is shown.
    pub with: With,
    /// What it is and how long it lasts, as a sentence.
    pub sentence: String,
    /// What should be done about it although it works, as a sentence.
    pub warning: Option<String>,
}

/// How patient a person is who waits for the end of it.
#[must_use]
pub fn limits() -> Limits {
    Limits {
        connect: Duration::from_secs(10),
        greeting: Duration::from_secs(10),
        command: Duration::from_secs(20),
        ..Limits::default()
    }
}

/// Examines a server, and with a credential the mailbox behind it. `present` gets the credential ready (a token may have
/// to be renewed) and is asked only once the server's door is reached.
pub async fn examine(
    subject: &Subject,
    limits: &Limits,
    now: DateTime<Utc>,
    present: Option<impl Future<Output = Result<Presented, Closed>>>,
) -> Diagnosis {
    let visit = Box::pin(imap::visit(&subject.endpoint, limits)).await;
    Box::pin(steps::after_visit(subject, visit, now, present)).await
}

impl Access {
    /// Examines a mailbox. Its access token is renewed if it ends soon, as for a scan.
    pub async fn diagnose(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
    ) -> Result<Diagnosis, StoreError> {
        let present = self.presented(mailbox, server);
        let diagnosis = self
            .diagnose_with(server, Some(&mailbox.address), Some(present))
            .await;
        // Sign-ins that a person asks for count as much as others with a server that counts.
        match diagnosis.signed_in {
            Some(true) => self.release_brake(&server.host).await?,
            Some(false) => self.press_brake(&server.host).await?,
            None => {}
        }
        Ok(diagnosis)
    }

    /// Examines a mail server without any mailbox: as far as its door.
    pub async fn diagnose_server(&self, server: &mail_servers::Model) -> Diagnosis {
        let nothing = None::<std::future::Ready<Result<Presented, Closed>>>;
        self.diagnose_with(server, None, nothing).await
    }

    async fn diagnose_with(
        &self,
        server: &mail_servers::Model,
        address: Option<&String>,
        present: Option<impl Future<Output = Result<Presented, Closed>>>,
    ) -> Diagnosis {
        let endpoint = match self.endpoint(server).await {
            Ok(endpoint) => endpoint,
            Err(closed) => return Sheet::unopened("CA file", &closed),
        };
        let subject = Subject {
            endpoint,
            preset: server.preset,
            auth: Some(server.auth),
            address: address.cloned(),
        };
        Box::pin(examine(&subject, &limits(), self.clock.now(), present)).await
    }

    async fn presented(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
    ) -> Result<Presented, Closed> {
        self.heed_brake(&server.host).await?;
        let before = credentials::find(&self.store, mailbox.id).await?;
        let credential = self.credential(mailbox, server, &mut None).await?;
        let (sentence, warning) = match (&credential.grant, before) {
            (Some(grant), before) => {
                let was = before.and_then(|before| before.refreshed_at);
                about::grant(grant, grant.refreshed_at != was, self.clock.now())
            }
            (None, Some(stored)) => (about::secret(&stored), None),
            (None, None) => (String::new(), None),
        };
        Ok(Presented {
            login: credential.login,
            with: credential.with,
            sentence,
            warning,
        })
    }
}

#[cfg(test)]
#[path = "doctor_tests.rs"]
mod tests;
