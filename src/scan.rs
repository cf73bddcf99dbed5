//! The main flow: what one scan of one mailbox does.
//!
//! Fetch, keep, decide, batch after batch, while the reader fetches ahead in a task of its own. Knows neither the
//! schedule nor pages; the caller holds the mailbox's lease and stores the report.

mod basis;
mod changing;
mod counts;
mod deciding;
mod error;
mod failure;
mod import;
mod keeping;
mod late;
mod looks;
mod maildrop;
mod packing;
mod planning;
mod progress;
mod published;
mod reading;
mod replay;
mod report;
mod visiting;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entities::ids::ScanId;
use entities::{mail_servers, mailboxes, scanners};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

pub use error::ScanError;
pub use published::{Deciding, Published};
pub use replay::{Against, Difference, Example, Replayed, Replaying, RuleShift, Shift};
pub use report::{Counts, Ending, Report, Retry};

use crate::access::{Access, Berth};
use crate::blobs::BlobStore;
use crate::clock::Clock;
use crate::link::SearchFields;
use crate::message::{Mail, Own};
use crate::store::leases::{Lease, assert_held};
use crate::store::{Store, StoreError, deliveries, server_changes};
use basis::Basis;
pub use basis::{read_own, trusted_servers};
use deciding::Decider;
use packing::Fresh;
use progress::Progress;
use reading::{End, Trouble};
use report::Remarks;
use visiting::{Visit, Visiting};

/// Makes facts of the first bytes of a message and the size of all of it: [`read_prefix`](crate::message::read_prefix).
pub type ReadMail = fn(&[u8], u64, &Own) -> Mail;

/// What every scan needs.
#[derive(Debug, Clone)]
pub struct Scanning {
    /// The database.
    pub store: Store,
    /// Large messages.
    pub files: BlobStore,
    /// Opens mailboxes and keeps their lights.
    pub access: Access,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Larger messages are named and not read, in bytes.
    pub largest_message: u64,
    /// Makes facts of the first bytes of a message and its size.
    pub read: ReadMail,
    /// The rules that decide, compiled.
    pub published: Arc<Published>,
}

/// One scan to be run.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its row.
    pub scan: ScanId,
    /// What is done with the mailbox.
    pub scanner: scanners::Model,
    /// The mailbox.
    pub mailbox: mailboxes::Model,
    /// Its server.
    pub server: mail_servers::Model,
    /// The right to write.
    pub lease: Lease,
    /// Whether a person started it; then messages that are held for a person are tried again.
    pub by_person: bool,
    /// Where the mailbox's open session may lie, and is left for whoever waits in it.
    pub berth: Berth,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// Asks the scan to stop after the batch in hand.
    pub stop: CancellationToken,
}

/// For how long people are told of changes that a server does not make.
const CHANGES_TOLD_FOR: TimeDelta = TimeDelta::weeks(1);
/// How often in one scan a server may end a session for its age.
const EXPIRIES: u32 = 3;

impl Scanning {
    /// Runs `job` and reports, whatever happens.
    pub async fn run(&self, job: &Job, progress: &watch::Sender<Counts>) -> Report {
        let mut remarks = Remarks::default();
        let result = self.scan(job, progress, &mut remarks).await;
        let counts = *progress.borrow();
        self.report(job, counts, result, remarks).await
    }

    async fn report(
        &self,
        job: &Job,
        counts: Counts,
        result: Result<End, ScanError>,
        remarks: Remarks,
    ) -> Report {
        let scanner = job.scanner.id;
        let mut messages: Vec<String> = Vec::new();
        // Where the database can't say it, the scan has failed of that already or the next one will.
        if counts.failed + counts.held > 0 {
            let troubles = deliveries::troubles(&self.store, Some(scanner)).await;
            messages.extend(troubles.iter().flatten().map(ToString::to_string));
        }
        if remarks.changes_wait {
            let since = self.clock.now() - CHANGES_TOLD_FOR;
            let troubles = server_changes::troubles(&self.store, scanner, since).await;
            messages.extend(troubles.iter().flatten().map(ToString::to_string));
        }
        Report::of(&job.scanner.name, counts, result, remarks, messages)
    }

    async fn scan(
        &self,
        job: &Job,
        progress: &watch::Sender<Counts>,
        remarks: &mut Remarks,
    ) -> Result<End, ScanError> {
        let progress = Progress {
            job,
            shown: progress,
        };
        let decider = self.decider(progress);
        if job.by_person {
            self.take_up_held(job).await?;
        }
        // What an earlier scan kept needs no server.
        self.decide_all(&decider, Fresh::default()).await?;

        let mut trouble = Trouble::default();
        let mut expired = 0;
        loop {
            let visiting = Visiting {
                scanning: self,
                decider: &decider,
                progress,
                trouble: &mut trouble,
                remarks,
                expected: 0,
            };
            match visiting.visit().await? {
                Visit::Whole(end) => {
                    self.forget(progress, &trouble).await?;
                    return Ok(end);
                }
                Visit::Breached(breach) => {
                    let folder = breach.folder;
                    let learnt = trouble.learn(breach);
                    let remembered = self.remember(progress, &trouble, folder).await;
                    learnt?;
                    remembered?;
                }
                Visit::TokenEnds => {}
                Visit::Expired(_) if expired < EXPIRIES => expired += 1,
                Visit::Expired(error) => return Err(error.into()),
            }
            *remarks = Remarks::default();
        }
    }

    /// Decides what is pending; of `fresh` it is known what it says.
    async fn decide_all(&self, decider: &Decider<'_>, mut fresh: Fresh) -> Result<(), ScanError> {
        while decider
            .decide_one_window(&mut fresh, self.clock.now())
            .await?
        {
            if decider.job.stop.is_cancelled() {
                return Err(ScanError::Stopped);
            }
        }
        Ok(())
    }

    /// Whoever starts a scan may have mended what messages were held for.
    async fn take_up_held(&self, job: &Job) -> Result<(), StoreError> {
        let scanner = job.scanner.id;
        let held = deliveries::any_held(&self.store, scanner).await?;
        if !held && !server_changes::any_declined(&self.store, scanner).await? {
            return Ok(());
        }
        let now = self.clock.now();
        let tx = self.store.begin().await?;
        deliveries::take_up_held(&tx, scanner, now).await?;
        server_changes::take_up(&tx, scanner, now).await?;
        assert_held(&tx, &job.lease, now).await?;
        tx.commit().await
    }

    fn decider<'a>(&'a self, progress: Progress<'a>) -> Decider<'a> {
        let job = progress.job;
        Decider {
            store: &self.store,
            files: &self.files,
            job,
            progress,
            basis: Arc::new(self.basis(&job.server)),
            read: self.read,
            fields: SearchFields::new(job.scanner.search_fields.0.clone()),
        }
    }

    /// What mail of this server is judged by.
    fn basis(&self, server: &mail_servers::Model) -> Basis {
        let published = Arc::clone(&self.published);
        Basis::of(self.store.clone(), published, trusted_servers(server))
    }
}

#[cfg(test)]
pub(crate) mod trial;
