//! The second transaction: everything that follows from a window of pending deliveries, together with their
//! being done. After it nothing can be doubled.

mod window;

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rules::RuleSet;

use super::failure::Failure;
use super::report::Counts;
use super::{Job, ScanError};
use crate::link::SearchFields;
use crate::message::Own;
use crate::store::blob_files::BlobFiles;
use crate::store::deliveries;
use crate::store::leases::assert_held;
use crate::store::{Store, StoreError};
use window::Window;

/// How many deliveries are decided together.
const WINDOW: u64 = 100;

/// What a person can do about a message that the database refuses.
const REPORT: &str = "Update Mailroom, as this is a defect of it.";

/// Decides what is pending, window by window.
pub(super) struct Decider<'a> {
    pub store: &'a Store,
    pub files: &'a BlobFiles,
    pub job: &'a Job,
    pub rules: Arc<RuleSet>,
    pub own: Arc<Own>,
    pub fields: SearchFields,
}

/// Whether there was anything to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Nothing is pending.
    Idle,
    /// A window was decided.
    Done(Counts),
}

impl Decider<'_> {
    /// Decides the next window of this scanner's deliveries that are pending or due for another try.
    pub(super) async fn decide_one_window(&self, now: DateTime<Utc>) -> Result<Turn, ScanError> {
        let pending = deliveries::pending(self.store, self.job.scanner.id, now, WINDOW).await?;
        if pending.is_empty() {
            return Ok(Turn::Idle);
        }
        let window = Window::read(pending, self.files, Arc::clone(&self.own)).await?;
        match self.decide(&window, now).await {
            Err(ScanError::Store(error)) if isolates(&error) => {
                self.decide_one_by_one(window, now).await
            }
            decided => decided.map(Turn::Done),
        }
    }

    async fn decide(&self, window: &Window, now: DateTime<Utc>) -> Result<Counts, ScanError> {
        let tx = self.store.begin().await?;
        let counts = window.decide(&tx, self, now).await?;
        assert_held(&tx, &self.job.lease, now).await?;
        tx.commit().await?;
        Ok(counts)
    }

    /// Finds the message that the database refuses, so that it does not hold up its neighbours.
    async fn decide_one_by_one(
        &self,
        window: Window,
        now: DateTime<Utc>,
    ) -> Result<Turn, ScanError> {
        let mut counts = Counts::default();
        for single in window.into_singles() {
            counts += match self.decide(&single, now).await {
                Err(ScanError::Store(error)) if isolates(&error) => {
                    self.fail_alone(&single, &error, now).await?
                }
                decided => decided?,
            };
        }
        Ok(Turn::Done(counts))
    }

    async fn fail_alone(
        &self,
        single: &Window,
        error: &StoreError,
        now: DateTime<Utc>,
    ) -> Result<Counts, ScanError> {
        let tx = self.store.begin().await?;
        let mut counts = Counts::default();
        for (delivery, attempts) in single.deliveries() {
            let reason = format!("This message can't be stored: {error}");
            let failure = Failure::after(attempts, &reason, REPORT, now);
            counts += failure.write(&tx, delivery).await?;
        }
        assert_held(&tx, &self.job.lease, now).await?;
        tx.commit().await?;
        Ok(counts)
    }
}

/// Whether an error may be the fault of one message, so that its neighbours should be tried without it.
fn isolates(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Broken(_) | StoreError::Conflict(_) | StoreError::InUse
    )
}

/// The addresses that are ours: every mailbox's and every user's.
pub(super) async fn own_addresses(store: &Store) -> Result<Own, StoreError> {
    let mut addresses = HashSet::new();
    for mailbox in crate::store::mailboxes::list(store).await? {
        addresses.insert(mailbox.address);
    }
    for user in crate::store::users::list(store).await? {
        addresses.insert(user.email);
    }
    Ok(Own { addresses })
}
