//! The second transaction: everything that follows from a window of pending deliveries, together with their
//! being done. After it nothing can be doubled.

mod run;
mod window;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;

use super::basis::Basis;
use super::failure::Failure;
use super::packing::{Fresh, Packer};
use super::progress::Progress;
use super::reading::BATCH_MESSAGES;
use super::report::Counts;
use super::{Job, ReadMail, ScanError};
use crate::blobs::BlobStore;
use crate::link::SearchFields;
use crate::store::{Store, StoreError, deliveries, record_locks};
use window::Window;

/// How many deliveries are decided together: all of a batch.
const WINDOW: u64 = BATCH_MESSAGES as u64;

/// So often a window is decided once more because the database was busy.
const BUSY: usize = 3;

/// With whom a window is decided at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    /// With other workers' windows.
    Others,
    /// With none.
    Nobody,
}

/// What a person can do about a message that the database refuses.
const REPORT: &str = "Update Mailroom, as this is a defect of it.";

/// What became of a window.
#[derive(Debug, PartialEq, Eq)]
enum Decided {
    /// Every message of it is accounted for.
    All,
    /// It has changed meanwhile.
    Nothing,
}

/// Decides what is pending, window by window.
pub(super) struct Decider<'a> {
    pub store: &'a Store,
    pub files: &'a BlobStore,
    pub job: &'a Job,
    pub progress: Progress<'a>,
    pub basis: Arc<Basis>,
    pub read: ReadMail,
    pub fields: SearchFields,
}

impl Decider<'_> {
    /// Packs what this decides.
    pub(super) fn packer(&self) -> Packer {
        Packer {
            basis: Arc::clone(&self.basis),
            read: self.read,
            files: self.files.clone(),
            scan_name: self.job.scan.to_string(),
        }
    }

    /// Decides the next window of this scanner's deliveries that are pending or due for another try, of which `fresh` are
    /// known; says whether there may be more.
    pub(super) async fn decide_one_window(
        &self,
        fresh: &mut Fresh,
        now: DateTime<Utc>,
    ) -> Result<bool, ScanError> {
        let pending = deliveries::pending(self.store, self.job.scanner.id, now, WINDOW).await?;
        if pending.is_empty() {
            return Ok(false);
        }
        let full = pending.len() as u64 >= WINDOW;
        let window = Window::read(self, pending, fresh).await?;
        let mut decided = self.decide(&window, now, Beside::Others).await;
        for _ in 0..BUSY {
            // Of two that wait for each other the database sends one away. Which owners, tickets and organizations a window
            // comes to is known only while it is decided, so that it can't take them in order; alone it waits for nobody.
            let Err(ScanError::Store(StoreError::Busy)) = decided else {
                break;
            };
            decided = self.decide(&window, now, Beside::Nobody).await;
        }
        let decided = match decided {
            Err(error) if error.isolates() => self.decide_one_by_one(window, now).await?,
            decided => decided?,
        };
        Ok(full || decided == Decided::Nothing)
    }

    async fn decide(
        &self,
        window: &Window,
        now: DateTime<Utc>,
        beside: Beside,
    ) -> Result<Decided, ScanError> {
        let basis = self.basis.whole().await?;
        let tx = self.store.begin().await?;
        match beside {
            Beside::Others => record_locks::share(&tx).await?,
            Beside::Nobody => record_locks::own(&tx).await?,
        }
        let ids: Vec<_> = window.deliveries().map(|(id, _)| id).collect();
        if !deliveries::still_wait(&tx, &ids).await? {
            // Somebody discarded one meanwhile; what waits still is asked for anew.
            return Ok(Decided::Nothing);
        }
        // Whatever a message brings down over it, its neighbours are decided without it.
        let deciding = AssertUnwindSafe(window.decide(&tx, self, basis, now)).catch_unwind();
        let counts = deciding.await.unwrap_or(Err(ScanError::Crashed))?;
        self.progress.commit(tx, counts, now).await?;
        Ok(Decided::All)
    }

    /// Finds the message that the database refuses, or that breaks this program, so that it does not hold up its
    /// neighbours.
    async fn decide_one_by_one(
        &self,
        window: Window,
        now: DateTime<Utc>,
    ) -> Result<Decided, ScanError> {
        for single in window.into_singles() {
            match self.decide(&single, now, Beside::Others).await {
                Err(error) if error.isolates() => self.fail_alone(&single, &error, now).await?,
                // Of a single one nothing is what somebody discarded: it waits no longer.
                Err(error) => return Err(error),
                Ok(_) => {}
            }
        }
        Ok(Decided::All)
    }

    async fn fail_alone(
        &self,
        single: &Window,
        error: &ScanError,
        now: DateTime<Utc>,
    ) -> Result<(), ScanError> {
        let tx = self.store.begin().await?;
        let mut counts = Counts::default();
        for (delivery, attempts) in single.deliveries() {
            let reason = match error {
                ScanError::Crashed => {
                    "Deciding this message broke off inside this program.".to_owned()
                }
                error => format!("This message can't be stored: {error}"),
            };
            let failure = Failure::after(attempts, &reason, REPORT, now);
            counts += failure.write(&tx, delivery).await?;
        }
        Ok(self.progress.commit(tx, counts, now).await?)
    }
}
