//! How far a scan is: shown to whoever follows it, and written with every commit, so that a scan that is killed
//! leaves a report of what it did.

use chrono::{DateTime, Utc};
use tokio::sync::watch;

use super::{Counts, Job};
use crate::store::{StoreError, Tx, leases, scans};

/// The counts of one scan.
#[derive(Debug, Clone, Copy)]
pub(super) struct Progress<'a> {
    pub job: &'a Job,
    pub shown: &'a watch::Sender<Counts>,
}

impl Progress<'_> {
    /// Counts what no transaction stands for.
    pub(super) fn add(&self, more: Counts) {
        self.shown.send_modify(|counts| *counts += more);
    }

    /// Counts as not announced what the next connection announces again.
    pub(super) fn take_back_announced(&self, expected: u64) {
        self.shown
            .send_modify(|counts| counts.announced = counts.announced.saturating_sub(expected));
    }

    /// Commits `tx`, which did `more`, if the mailbox is still ours.
    pub(super) async fn commit(
        &self,
        tx: Tx,
        more: Counts,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut counts = *self.shown.borrow();
        counts += more;
        let json = serde_json::to_value(counts).unwrap_or_default();
        scans::set_counts(&tx, self.job.scan, json).await?;
        leases::assert_held(&tx, &self.job.lease, now).await?;
        tx.commit().await?;
        self.shown.send_replace(counts);
        Ok(())
    }
}
