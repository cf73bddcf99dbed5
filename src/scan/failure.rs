//! A message that could not be dealt with: when it is tried again, and when it waits for a person.

use chrono::{DateTime, Duration, Utc};
use entities::deliveries::DeliveryState;
use entities::ids::DeliveryId;

use super::report::{Counts, sentence};
use crate::store::deliveries::{self, Next};
use crate::store::{StoreError, Tx};

/// A message that failed so often waits for a person.
pub(super) const TRIES: i32 = 5;

/// One more try that failed.
pub(super) struct Failure {
    /// How many were in vain, this one with them.
    pub attempts: i32,
    /// What went wrong and what is to be done, as sentences.
    pub error: String,
    /// When it is tried again; nothing when it is held.
    pub next_try_at: Option<DateTime<Utc>>,
}

impl Failure {
    /// One more after `before` others; `cure` is what a person can do when trying again has not helped.
    pub(super) fn after(before: i32, reason: &str, cure: &str, now: DateTime<Utc>) -> Self {
        let attempts = before.saturating_add(1);
        if attempts >= TRIES {
            let asked_anew = format!("{cure} Then run `mailroom scan` for its scanner.");
            return Self::for_good(before, reason, &asked_anew);
        }
        // 5 min, 25 min, 2 h, 10 h.
        let wait = Duration::minutes(5_i64.saturating_pow(attempts.unsigned_abs().min(4)));
        Self {
            attempts,
            error: format!("{} It is tried again by itself.", sentence(reason)),
            next_try_at: Some(now + wait),
        }
    }

    /// One that is held at once, because only a person can help; `cure` is all there is to do.
    pub(super) fn for_good(before: i32, reason: &str, cure: &str) -> Self {
        Self {
            attempts: before.saturating_add(1),
            error: format!("{} {cure}", sentence(reason)),
            next_try_at: None,
        }
    }

    /// Where it stands in the ledger.
    pub(super) fn state(&self) -> DeliveryState {
        match self.next_try_at {
            Some(_) => DeliveryState::Failed,
            None => DeliveryState::Held,
        }
    }

    /// Writes it down for a delivery whose bytes are kept.
    pub(super) async fn write(self, tx: &Tx, delivery: DeliveryId) -> Result<Counts, StoreError> {
        let held = self.next_try_at.is_none();
        let next = self.next_try_at.map_or(Next::Hold, Next::TryAt);
        deliveries::fail(tx, delivery, &self.error, self.attempts, next).await?;
        Ok(Counts {
            failed: u64::from(!held),
            held: u64::from(held),
            ..Counts::default()
        })
    }
}
