//! Goes to a mail server step by step and says where the way ends, for a person: DNS, TCP, TLS, greeting, capabilities,
//! credential, sign-in, INBOX (or what a POP3 server counts), each with its time and a sentence, and at the end the one thing to do.
//!
//! Changes no mail and no light, and of the database only what reading a credential changes; where it finds something
//! else than the light shows, it has a worker try the mailbox, which sets the light by the rules. Works for a server and
//! a credential that nobody has saved yet, too.

mod about;
mod cure;
mod sheet;
mod steps;

use std::time::Duration;

use chrono::{DateTime, Utc};
use entities::credentials::Model;
use entities::lights::LightState;
use entities::mail_servers::{self, AuthMethod, Preset};
use entities::mailboxes;
use serde::{Deserialize, Serialize};

use super::{Access, Closed, With};
use crate::cause::Cause;
use crate::store::{StoreError, credentials, lights};
use crate::transport::{Endpoint, Limits, Login};
use sheet::Sheet;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    /// Whether no step failed.
    pub well: bool,
    /// What a light would say of the step that failed; nothing where it would stay as it is.
    #[serde(skip_deserializing)]
    pub cause: Option<Cause>,
    /// In their order.
    pub steps: Vec<Step>,
    /// The one thing to do.
    pub todo: String,
    /// Whether the server took the credential; nothing where none was shown.
    #[serde(skip)]
    pub signed_in: Option<bool>,
}

impl Diagnosis {
    /// None was come to; `todo` says why and what to do.
    #[must_use]
    pub fn broken_off(todo: &str) -> Self {
        Self {
            well: false,
            cause: None,
            steps: Vec::new(),
            todo: todo.to_owned(),
            signed_in: None,
        }
    }
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What it is called, such as `DNS` or `TCP 192.0.2.1`.
    pub name: String,
    /// What it came to.
    pub outcome: Outcome,
    /// How long it took; in JSON in milliseconds.
    #[serde(rename = "ms", with = "milliseconds")]
    pub took: Duration,
    /// What was found.
    pub sentence: String,
}

/// What a step came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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

mod milliseconds {
    use std::time::Duration;

    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(took: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(u64::try_from(took.as_millis()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_millis)
    }
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
    /// Whether it is set up, so that scans may follow.
    pub is_saved: bool,
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
    let visit = Box::pin(steps::visit(&subject.endpoint, limits)).await;
    Box::pin(steps::after_visit(subject, visit, now, present)).await
}

impl Access {
    /// Examines a mailbox. Its access token is renewed when it ends soon or is refused, as for a scan.
    pub async fn diagnose(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
    ) -> Result<Diagnosis, StoreError> {
        let mut shown = None;
        let mut diagnosis = self.diagnose_once(mailbox, server, &mut shown).await?;
        // Why a token is refused, the provider says when it is asked for the next one.
        if diagnosis.cause == Some(Cause::AccessTokenRefused)
            && let Some(old) = shown.take()
        {
            credentials::expire_access(&self.store, &old, self.clock.now()).await?;
            diagnosis = self.diagnose_once(mailbox, server, &mut shown).await?;
        }
        self.compare_with_light(mailbox, &mut diagnosis).await?;
        Ok(diagnosis)
    }

    /// Leaves in `shown` the grant whose token was shown, unless it was got for that.
    async fn diagnose_once(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
        shown: &mut Option<Model>,
    ) -> Result<Diagnosis, StoreError> {
        let present = self.presented(mailbox, server, shown);
        let diagnosis = self.diagnose_with(server, Some(&mailbox.address), Some(present));
        let diagnosis = Box::pin(diagnosis).await;
        // Sign-ins that a person asks for count as much as others with a server that counts.
        match diagnosis.signed_in {
            Some(true) => self.release_brake(&server.host).await?,
            Some(false) => self.press_brake(&server.host).await?,
            None => {}
        }
        Ok(diagnosis)
    }

    /// Has the mailbox tried where its light shows something else.
    async fn compare_with_light(
        &self,
        mailbox: &mailboxes::Model,
        diagnosis: &mut Diagnosis,
    ) -> Result<(), StoreError> {
        let light = lights::find(&self.store, mailbox.id).await?;
        let differs = match light.map(|light| light.state) {
            Some(LightState::Red) => diagnosis.well,
            Some(LightState::Green) => diagnosis.cause.is_some(),
            Some(LightState::Unknown) | None => false,
        };
        if !differs {
            return Ok(());
        }
        if diagnosis.well {
            "The light is still red from before. A worker tries the mailbox now and turns it green; where none runs, run `mailroom scan` once."
                .clone_into(&mut diagnosis.todo);
        }
        lights::set_probe(&self.store, mailbox.id, Some(self.clock.now())).await
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
            is_saved: true,
        };
        Box::pin(examine(&subject, &limits(), self.clock.now(), present)).await
    }

    async fn presented(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
        shown: &mut Option<Model>,
    ) -> Result<Presented, Closed> {
        self.heed_brake(&server.host).await?;
        let stored = credentials::find(&self.store, mailbox.id).await?;
        let credential = self.credential(mailbox, server, &mut None).await?;
        let now = self.clock.now();
        let (sentence, warning) = match (&credential.grant, stored) {
            (Some(grant), _) => {
                *shown = (!credential.is_new_enough(now)).then(|| grant.clone());
                about::grant(grant, credential.is_new, now)
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
