//! The main flow: what one scan of one mailbox does.
//!
//! Fetch, keep, decide, batch after batch, while the reader fetches ahead in a task of its own. Knows neither the
//! schedule nor pages; the caller holds the mailbox's lease and stores the report.

mod deciding;
mod failure;
mod import;
mod keeping;
mod progress;
mod reading;
mod report;

use std::sync::Arc;

use chrono::NaiveTime;
use entities::ids::ScanId;
use entities::{mail_servers, mailboxes, scanners};
use rules::RuleSet;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinError;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

pub use report::{Counts, Ending, Report, Retry};

use crate::access::{Access, Berth, Closed, Opened};
use crate::clock::Clock;
use crate::imap::{ImapError, Uid, UidValidity};
use crate::link::SearchFields;
use crate::store::blob_files::BlobFiles;
use crate::store::deliveries::{self, owed};
use crate::store::leases::{Lease, assert_held};
use crate::store::{Store, StoreError, folders};
use deciding::{Decider, own_addresses};
use keeping::{KeepError, keep};
use progress::Progress;
use reading::{Breach, FolderPlan, Found, Plan, ReadError, Reader, Trouble};

/// Batches that the reader may be ahead.
const AHEAD: usize = 2;

/// What every scan needs.
#[derive(Debug, Clone)]
pub struct Scanning {
    /// The database.
    pub store: Store,
    /// Large messages.
    pub files: BlobFiles,
    /// Opens mailboxes and keeps their lights.
    pub access: Access,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Larger messages are named and not read, in bytes.
    pub largest_message: u64,
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
    /// Asks the scan to stop after the batch in hand.
    pub stop: CancellationToken,
}

/// Why a scan did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The mailbox can't be opened.
    #[error("{0}")]
    Closed(#[from] Closed),
    /// The server or the way to it failed on the way.
    #[error("{error} {}", error.remedy())]
    Imap {
        /// What went wrong.
        error: ImapError,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The disk or the memory.
    #[error("{0}")]
    Machine(String),
    /// A rule can't be used.
    #[error(
        "The rules can't be used: {0}. Mend them in the set-up file and run `mailroom apply` again."
    )]
    Rules(String),
    /// Asked to stop.
    #[error("The scan was asked to stop; the rest follows with the next one.")]
    Stopped,
    /// A task of the scan ended in a panic.
    #[error(
        "A part of the scan broke off inside this program; it is tried again. Please report this with the log."
    )]
    Crashed,
    /// The database contradicts itself.
    #[error("The ledger contradicts itself: {0}. Nothing was written; please report this.")]
    Inconsistent(&'static str),
}

/// How often in one scan a server may end a session for its age.
const EXPIRIES: u32 = 3;

/// How far one connection led.
enum Visit {
    /// To the end.
    Whole,
    /// It broke over messages; another one may bring the rest.
    Breached(Breach),
    /// The server would have ended it with the access token; another one brings the rest.
    TokenEnds,
    /// The server did.
    Expired(ImapError),
}

impl Scanning {
    /// Runs `job` and reports, whatever happens.
    pub async fn run(&self, job: &Job, progress: &watch::Sender<Counts>) -> Report {
        let mut warnings = Vec::new();
        let result = self.scan(job, progress, &mut warnings).await;
        let counts = *progress.borrow();
        self.report(job, counts, result, warnings).await
    }

    async fn report(
        &self,
        job: &Job,
        counts: Counts,
        result: Result<(), ScanError>,
        warnings: Vec<String>,
    ) -> Report {
        let messages = if counts.failed + counts.held == 0 {
            Vec::new()
        } else {
            // Where the database can't say it, the scan has failed of that already or the next one will.
            deliveries::troubles(&self.store, Some(job.scanner.id))
                .await
                .unwrap_or_default()
                .iter()
                .map(ToString::to_string)
                .collect()
        };
        Report::of(&job.scanner.name, counts, result, warnings, messages)
    }

    async fn scan(
        &self,
        job: &Job,
        progress: &watch::Sender<Counts>,
        warnings: &mut Vec<String>,
    ) -> Result<(), ScanError> {
        let progress = Progress {
            job,
            shown: progress,
        };
        let decider = self.decider(progress).await?;
        if job.by_person {
            self.take_up_held(job).await?;
        }
        // What an earlier scan kept needs no server.
        self.decide_all(&decider).await?;

        let mut trouble = Trouble::default();
        let mut expired = 0;
        loop {
            match self
                .read_all(&decider, progress, &trouble, warnings)
                .await?
            {
                Visit::Whole => return Ok(()),
                Visit::Breached(breach) => trouble.learn(breach)?,
                Visit::TokenEnds => {}
                Visit::Expired(_) if expired < EXPIRIES => expired += 1,
                Visit::Expired(error) => return Err(error.into()),
            }
            warnings.clear();
        }
    }

    /// Reads over one connection, keeps and decides what comes.
    async fn read_all(
        &self,
        decider: &Decider<'_>,
        progress: Progress<'_>,
        trouble: &Trouble,
        warnings: &mut Vec<String>,
    ) -> Result<Visit, ScanError> {
        let job = progress.job;
        let access = &self.access;
        let Opened {
            session,
            renew_at,
            stamp,
            opened_at,
        } = access
            .open_again(&job.mailbox, &job.server, &job.berth)
            .await?;
        let (found, mut inbox) = mpsc::channel(AHEAD);
        let reader = Reader {
            session,
            files: self.files.clone(),
            scan_name: job.scan.to_string(),
            clock: Arc::clone(&self.clock),
            leave_at: renew_at,
            found,
        };
        let plan = self.plan(job, trouble.clone()).await?;
        // However the scan ends, its connection ends with it.
        let reading = AbortOnDropHandle::new(tokio::spawn(reader.read(plan)));
        let mut expected = 0;
        while let Some(found) = next(&mut inbox, job).await? {
            match found {
                Found::Announced(count) => {
                    expected += count as u64;
                    progress.add(Counts::announced(count));
                }
                Found::TooOld(count) => progress.add(Counts::too_old(count)),
                Found::NoFolder { error } => {
                    warnings.push(format!("{error} {}", error.remedy()));
                }
                Found::Batch(batch) => {
                    expected = expected.saturating_sub(batch.announced());
                    keep(&self.store, progress, batch, self.clock.now()).await?;
                    self.decide_all(decider).await?;
                }
            }
        }
        match reading.await? {
            Ok(session) => {
                let opened = Opened {
                    session,
                    renew_at,
                    stamp,
                    opened_at,
                };
                job.berth.keep(opened).await;
                Ok(Visit::Whole)
            }
            // What was not delivered is announced again over the next connection.
            Err(ReadError::Breach(breach)) => {
                progress.take_back_announced(expected);
                Ok(Visit::Breached(*breach))
            }
            Err(ReadError::TokenEnds) => {
                progress.take_back_announced(expected);
                Ok(Visit::TokenEnds)
            }
            Err(ReadError::Imap(error @ ImapError::SessionExpired { .. })) => {
                progress.take_back_announced(expected);
                Ok(Visit::Expired(error))
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn decide_all(&self, decider: &Decider<'_>) -> Result<(), ScanError> {
        while decider.decide_one_window(self.clock.now()).await? {
            if decider.job.stop.is_cancelled() {
                return Err(ScanError::Stopped);
            }
        }
        Ok(())
    }

    /// Whoever starts a scan may have mended what messages were held for.
    async fn take_up_held(&self, job: &Job) -> Result<(), StoreError> {
        let now = self.clock.now();
        let tx = self.store.begin().await?;
        deliveries::take_up_held(&tx, job.scanner.id, now).await?;
        assert_held(&tx, &job.lease, now).await?;
        tx.commit().await
    }

    async fn decider<'a>(&'a self, progress: Progress<'a>) -> Result<Decider<'a>, ScanError> {
        let job = progress.job;
        Ok(Decider {
            store: &self.store,
            files: &self.files,
            job,
            progress,
            rules: Arc::new(self.rules().await?),
            own: Arc::new(own_addresses(&self.store).await?),
            fields: SearchFields::new(job.scanner.search_fields.0.clone()),
        })
    }

    /// Every rule in its order; each knows for itself which scanners it is for.
    async fn rules(&self) -> Result<RuleSet, ScanError> {
        let rules: Vec<rules::Rule> = crate::store::rules::list(&self.store)
            .await?
            .into_iter()
            .map(|row| serde_json::from_value(row.definition))
            .collect::<Result<_, _>>()
            .map_err(|error| ScanError::Rules(error.to_string()))?;
        RuleSet::compile(&rules).map_err(|problems| {
            let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
            ScanError::Rules(problems.join("; "))
        })
    }

    /// What is to be read, from the cursors.
    async fn plan(&self, job: &Job, trouble: Trouble) -> Result<Plan, StoreError> {
        let now = self.clock.now();
        let mut plan = Vec::new();
        for name in &job.scanner.folders.0 {
            let folder = folders::find_or_insert(&self.store, job.scanner.id, name).await?;
            let validity = folder.uid_validity.unwrap_or(0);
            let again = owed::due(&self.store, folder.id, validity, now).await?;
            plan.push(FolderPlan {
                id: folder.id,
                name: name.clone(),
                uid_validity: folder
                    .uid_validity
                    .and_then(|value| u32::try_from(value).ok())
                    .map(UidValidity),
                last_uid: u32::try_from(folder.last_uid).unwrap_or(0),
                again: again
                    .into_iter()
                    .filter_map(|(uid, attempts)| Some((Uid(u32::try_from(uid).ok()?), attempts)))
                    .collect(),
            });
        }
        Ok(Plan {
            folders: plan,
            since: job
                .scanner
                .start_date
                .map(|day| day.and_time(NaiveTime::MIN).and_utc()),
            limit: job
                .scanner
                .limit_per_scan
                .and_then(|limit| usize::try_from(limit).ok()),
            largest: self.largest_message,
            trouble,
        })
    }
}

/// What the reader found next; nothing when it came to its end.
async fn next(inbox: &mut mpsc::Receiver<Found>, job: &Job) -> Result<Option<Found>, ScanError> {
    tokio::select! {
        () = job.stop.cancelled() => Err(ScanError::Stopped),
        found = inbox.recv() => Ok(found),
    }
}

impl ScanError {
    /// The code of the cause, as stored with the report.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Closed(closed) => closed.code(),
            Self::Imap { .. } => "server",
            Self::Store(_) => "database",
            Self::Machine(_) => "disk",
            Self::Rules(_) => "rules",
            Self::Stopped => "stopped",
            Self::Crashed | Self::Inconsistent(_) => "defect",
        }
    }
}

impl ScanError {
    /// When the same scan may succeed.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::Closed(Closed::Red(_)) => Retry::Never,
            Self::Closed(
                Closed::Suspected { again_in, .. }
                | Closed::Braked { again_in, .. }
                | Closed::OutOfReach { again_in, .. },
            ) => Retry::After(*again_in),
            Self::Closed(Closed::Provider { retry_after, .. }) => {
                retry_after.map_or(Retry::Soon, Retry::after)
            }
            Self::Closed(Closed::Health { error }) | Self::Imap { error } => {
                match error.retry_after() {
                    Some(wait) => Retry::after(wait),
                    None if error.is_transient() => Retry::Soon,
                    None => Retry::Late,
                }
            }
            Self::Closed(Closed::Store(_)) | Self::Store(_) | Self::Machine(_) | Self::Stopped => {
                Retry::Soon
            }
            Self::Closed(Closed::CaFile(_))
            | Self::Rules(_)
            | Self::Crashed
            | Self::Inconsistent(_) => Retry::Late,
        }
    }
}

impl From<ImapError> for ScanError {
    fn from(error: ImapError) -> Self {
        Self::Imap { error }
    }
}

impl From<JoinError> for ScanError {
    fn from(_: JoinError) -> Self {
        Self::Crashed
    }
}

impl From<ReadError> for ScanError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Imap(error) => Self::Imap { error },
            ReadError::Breach(breach) => Self::Imap {
                error: breach.error,
            },
            ReadError::Stopped | ReadError::TokenEnds => Self::Stopped,
            error @ ReadError::Disk(_) => Self::Machine(error.to_string()),
        }
    }
}

impl From<KeepError> for ScanError {
    fn from(error: KeepError) -> Self {
        match error {
            KeepError::Store(error) => Self::Store(error),
            error @ KeepError::Compress(_) => Self::Machine(error.to_string()),
        }
    }
}

#[cfg(test)]
pub(crate) mod trial;
