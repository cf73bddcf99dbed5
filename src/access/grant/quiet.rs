//! Mailboxes whose idle grant could not be used, and is left alone for a while. Each process keeps to what it saw itself:
//! one try more in a day, by another worker, does no harm.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use entities::ids::MailboxId;

/// Until when for whom nobody is asked.
#[derive(Debug, Default)]
pub(in crate::access) struct Quiet(Mutex<HashMap<MailboxId, DateTime<Utc>>>);

impl Quiet {
    /// Nobody is asked for so long.
    pub(in crate::access) fn keep(&self, mailbox: MailboxId, wait: TimeDelta, now: DateTime<Utc>) {
        let mut quiet = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        quiet.retain(|_, until| *until > now);
        quiet.insert(mailbox, now + wait);
    }

    /// For how much longer nobody is asked.
    pub(in crate::access) fn left(
        &self,
        mailbox: MailboxId,
        now: DateTime<Utc>,
    ) -> Option<TimeDelta> {
        let quiet = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = *quiet.get(&mailbox)? - now;
        (left > TimeDelta::zero()).then_some(left)
    }
}
