//! Delivers what was asked for: each row of the outbox to a webhook or by mail, once where that can be known, and
//! again under the same key where it can't.
//!
//! Any number of workers may deliver from one database. Nothing is sent inside a transaction. Knows nothing of rules
//! or scans.

mod backoff;
mod brake;
mod mail;
mod notice_text;
mod refused;
mod text;
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entities::outbox::{Channel, Model};
use tokio_util::sync::CancellationToken;

use crate::access::announce::Mail;
use crate::clock::Clock;
use crate::config::Announce;
use crate::store::notices::NoticeMail;
use crate::store::{Store, StoreError, outbox};
use crate::trust::Authorities;
use backoff::Waiting;
use mail::{Letter, Post};
use webhook::Caller;

/// How long a worker has one row for itself; longer than any delivery takes.
const CLAIMED: TimeDelta = TimeDelta::minutes(3);

/// How long an idle outbox waits before it looks again.
const PAUSE: Duration = Duration::from_secs(5);

/// Why deliveries can't begin.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// No HTTP client can be made.
    #[error(
        "The webhook of `announce.webhook_url` can't be called: {0}. Install the system's CA certificates, or name a file of authorities as `ca_file`"
    )]
    Webhook(String),
    /// No SMTP client can be made.
    #[error(
        "The mail server of `announce.smtp_url` can't be used: {0}. Install the system's CA certificates, or name a file of authorities as `ca_file`"
    )]
    Mail(String),
}

/// What a turn came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Nothing is due, or others have it.
    Idle,
    /// One row was tried.
    Done,
}

/// What one try came to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Attempt {
    Delivered,
    /// It will never be taken.
    Refused {
        why: String,
    },
    /// It may be taken later.
    Failed {
        why: String,
        retry_after: Option<TimeDelta>,
    },
}

/// Delivers.
#[derive(Debug, Clone)]
pub struct Outbox {
    store: Store,
    clock: Arc<dyn Clock>,
    webhook: Option<Arc<Caller>>,
    mail: Option<Arc<Post>>,
}

impl Outbox {
    /// Delivers on the channels that the settings name, to servers that the system's authorities or these vouch for.
    ///
    /// # Errors
    /// [`OutboxError`] where there is nobody to trust.
    pub fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        announce: &Announce,
        authorities: &Authorities,
    ) -> Result<Self, OutboxError> {
        let webhook = announce.webhook.clone();
        let webhook = webhook.map(|receiver| Caller::new(receiver, authorities));
        let webhook = webhook.transpose()?;
        let mail = announce.mail.as_ref();
        let mail = mail.map(|server| Post::new(server, authorities));
        let mail = mail.transpose()?;
        Ok(Self {
            store,
            clock,
            webhook: webhook.map(Arc::new),
            mail: mail.map(Arc::new),
        })
    }

    /// Delivers what is due until it is asked to stop.
    pub async fn run(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            match self.run_one().await {
                Ok(Turn::Done) => continue,
                Ok(Turn::Idle) => {}
                Err(error) => {
                    tracing::warn!(%error, "What is to be told can't be read; trying again");
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    /// Tries the row that is due for longest.
    pub async fn run_one(&self) -> Result<Turn, StoreError> {
        let now = self.clock.now();
        let Some(row) = outbox::claim(&self.store, now, now + CLAIMED).await? else {
            return Ok(Turn::Idle);
        };
        let attempt = self.deliver(&row, now).await;
        self.write_down(&row, attempt).await?;
        Ok(Turn::Done)
    }

    async fn deliver(&self, row: &Model, now: DateTime<Utc>) -> Attempt {
        match row.channel {
            Channel::Webhook => match &self.webhook {
                Some(webhook) => webhook.call(&row.key, row.body.to_string(), now).await,
                None => unset("announce.webhook_url"),
            },
            Channel::Mail => match &self.mail {
                Some(post) => send(post, row, now).await,
                None => unset("announce.smtp_url"),
            },
            Channel::Reply | Channel::Forward => Attempt::Failed {
                why: "This version does not send mail as a mailbox".to_owned(),
                retry_after: None,
            },
        }
    }

    async fn write_down(&self, row: &Model, attempt: Attempt) -> Result<(), StoreError> {
        let now = self.clock.now();
        let (why, next_try) = match attempt {
            Attempt::Delivered => {
                tracing::info!(key = row.key, "Told");
                return outbox::delivered(&self.store, row.id, now).await;
            }
            Attempt::Refused { why } => (why, None),
            Attempt::Failed { why, retry_after } => {
                let waiting = Waiting {
                    key: &row.key,
                    attempts: row.attempts,
                    since: row.created_at,
                };
                (why, backoff::next_try(waiting, retry_after, now))
            }
        };
        if let Some(next_try) = next_try {
            tracing::info!(key = row.key, why, %next_try, "Could not tell; trying again");
        } else {
            tracing::warn!(key = row.key, why, "Could not tell; giving up");
        }
        outbox::failed(&self.store, row, &why, next_try, now).await
    }
}

async fn send(post: &Post, row: &Model, now: DateTime<Utc>) -> Attempt {
    if let Ok(NoticeMail { to, notice }) = serde_json::from_value(row.body.clone()) {
        let letter = Letter {
            id: &row.key,
            to: &to,
            subject: &notice_text::subject(&notice),
            text: &notice_text::body(&notice),
        };
        return post.send(letter, now).await;
    }
    let Ok(Mail { to, event }) = serde_json::from_value(row.body.clone()) else {
        // A later version of this program, on the same database, will know what it is.
        return Attempt::Failed {
            why: "This version does not know what is to be told".to_owned(),
            retry_after: None,
        };
    };
    let letter = Letter {
        id: &row.key,
        to: &to,
        subject: &text::subject(&event),
        text: &text::body(&event),
    };
    post.send(letter, now).await
}

/// Another worker may have what this one was not given.
fn unset(setting: &str) -> Attempt {
    Attempt::Failed {
        why: format!("{setting} is not set for the worker that tried"),
        retry_after: None,
    }
}

#[cfg(test)]
#[path = "outbox_tests.rs"]
mod tests;
