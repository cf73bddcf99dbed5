//! The main flow: what one scan of one mailbox does.
//!
//! Fetch, keep, decide, batch after batch, while the reader fetches ahead in a task of its own. Knows neither the
//! schedule nor pages; the caller holds the mailbox's lease and stores the report.

mod deciding;
mod error;
mod failure;
mod import;
mod keeping;
mod looks;
mod maildrop;
mod planning;
mod progress;
mod reading;
mod report;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::ids::ScanId;
use entities::{mail_servers, mailboxes, scanners};
use rules::RuleSet;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

pub use error::ScanError;
pub use report::{Counts, Ending, Report, Retry};

use crate::access::{Access, Berth, Entered, Opened};
use crate::blobs::BlobStore;
use crate::clock::Clock;
use crate::imap::ImapError;
use crate::link::SearchFields;
use crate::message::{Mail, Own};
use crate::store::deliveries;
use crate::store::leases::{Lease, assert_held};
use crate::store::{Store, StoreError};
use deciding::{Decider, own_addresses};
use keeping::{begin, keep, postpone};
use looks::{keep_look, keep_recognised};
use progress::Progress;
use reading::pop3::Pop3Reader;
use reading::{Breach, End, Found, Ledger, ReadError, Reader, Trouble};
use report::Remarks;

/// Batches that the reader may be ahead.
const AHEAD: usize = 2;

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

/// How often in one scan a server may end a session for its age.
const EXPIRIES: u32 = 3;

/// How far one connection led.
enum Visit {
    /// As far as nothing was in the way.
    Whole(End),
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
                .read_all(&decider, progress, &mut trouble, remarks)
                .await?
            {
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

    /// Reads over one connection, keeps and decides what comes.
    async fn read_all(
        &self,
        decider: &Decider<'_>,
        progress: Progress<'_>,
        trouble: &mut Trouble,
        remarks: &mut Remarks,
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
        // However the scan ends, its connection ends with it.
        let reading = AbortOnDropHandle::new(
            self.start_reading(session, renew_at, progress, trouble, found)
                .await?,
        );
        let mut expected = 0;
        while let Some(found) = next(&mut inbox, job).await? {
            match found {
                Found::Begun(begun) => {
                    begin(&self.store, progress, begun, self.clock.now()).await?;
                }
                Found::Postponed(postponed) => {
                    postpone(&self.store, progress, postponed, self.clock.now()).await?;
                }
                Found::Announced(count) => {
                    expected += count as u64;
                    progress.add(Counts::announced(count));
                }
                Found::Recognised(recognised) => {
                    let now = self.clock.now();
                    keep_recognised(&self.store, progress, recognised, now).await?;
                    self.decide_all(decider).await?;
                }
                Found::Looked(looked) => {
                    keep_look(&self.store, progress, looked, self.clock.now()).await?;
                }
                Found::Notice(notice) => remarks.notices.push(notice),
                // Who asked may have gone meanwhile.
                Found::KeepUp(kept) => drop(kept.send(())),
                Found::TooOld(count) => progress.add(Counts::too_old(count)),
                Found::NoFolder { error } => {
                    let warning = format!("{error} {}", error.remedy());
                    remarks.warnings.push(warning);
                }
                Found::Batch(batch) => {
                    expected = expected.saturating_sub(batch.announced());
                    if !batch.delivered.is_empty() {
                        trouble.is_well();
                    }
                    keep(&self.store, progress, batch, self.clock.now()).await?;
                    self.decide_all(decider).await?;
                }
            }
        }
        let visit = match reading.await? {
            Ok((end, session)) => {
                let opened = Opened {
                    session,
                    renew_at,
                    stamp,
                    opened_at,
                };
                job.berth.keep(opened).await;
                Visit::Whole(end)
            }
            Err(ReadError::Breach(breach)) => Visit::Breached(*breach),
            Err(ReadError::TokenEnds) => Visit::TokenEnds,
            Err(
                ReadError::Imap(error @ ImapError::SessionExpired { .. }) | ReadError::Spent(error),
            ) => Visit::Expired(error),
            Err(error) => return Err(error.into()),
        };
        // What was not delivered is announced again, over the next connection or in the next scan.
        progress.take_back_announced(expected);
        Ok(visit)
    }

    /// Begins to read over an open session, in a task of its own, until `leave_at`.
    async fn start_reading(
        &self,
        session: Entered,
        leave_at: Option<DateTime<Utc>>,
        progress: Progress<'_>,
        trouble: &mut Trouble,
        found: mpsc::Sender<Found>,
    ) -> Result<JoinHandle<Result<(End, Entered), ReadError>>, ScanError> {
        let job = progress.job;
        Ok(match session {
            Entered::Imap(session, first_look) => {
                let reader = Reader {
                    session,
                    inbox: first_look,
                    mailbox: job.mailbox.id,
                    files: self.files.clone(),
                    ledger: Ledger(self.store.clone()),
                    scan_name: job.scan.to_string(),
                    clock: Arc::clone(&self.clock),
                    leave_at,
                    found,
                };
                let plan = self.plan(progress, trouble).await?;
                tokio::spawn(async move {
                    let (end, session) = reader.read(plan).await?;
                    Ok((end, Entered::Imap(session, first_look)))
                })
            }
            Entered::Pop3(mut session) => {
                let plan = self.maildrop(progress, trouble, &mut session).await?;
                let reader = Pop3Reader {
                    session,
                    files: self.files.clone(),
                    scan_name: job.scan.to_string(),
                    clock: Arc::clone(&self.clock),
                    leave_at,
                    found,
                };
                tokio::spawn(async move {
                    let (end, session) = reader.read(plan).await?;
                    Ok((end, Entered::Pop3(session)))
                })
            }
        })
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
            read: self.read,
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
}

/// What the reader found next; nothing when it came to its end.
async fn next(inbox: &mut mpsc::Receiver<Found>, job: &Job) -> Result<Option<Found>, ScanError> {
    tokio::select! {
        () = job.stop.cancelled() => Err(ScanError::Stopped),
        found = inbox.recv() => Ok(found),
    }
}

#[cfg(test)]
pub(crate) mod trial;
