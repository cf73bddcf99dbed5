//! One connection: what is found over it is kept, decided and counted as it comes.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use super::changing::Changing;
use super::deciding::Decider;
use super::keeping::{begin, keep, postpone};
use super::looks::{keep_look, keep_look_owed, keep_recognised};
use super::packing::{Fresh, Packed};
use super::progress::Progress;
use super::reading::pop3::Pop3Reader;
use super::reading::{Breach, End, Found, Ledger, ReadError, Reader, Trouble};
use super::report::Remarks;
use super::{Counts, ScanError, Scanning};
use crate::access::{Entered, Opened};
use crate::imap::{ServerError, Session};

/// Batches that the reader may be ahead.
const AHEAD: usize = 2;

/// How far one connection led.
pub(super) enum Visit {
    /// As far as nothing was in the way.
    Whole(End),
    /// It broke over messages; another one may bring the rest.
    Breached(Breach),
    /// The server would have ended it with the access token; another one brings the rest.
    TokenEnds,
    /// The server did.
    Expired(ServerError),
}

/// What a visit needs.
pub(super) struct Visiting<'a> {
    pub scanning: &'a Scanning,
    pub decider: &'a Decider<'a>,
    pub progress: Progress<'a>,
    pub trouble: &'a mut Trouble,
    pub remarks: &'a mut Remarks,
    /// Messages that were announced and are not accounted for yet.
    pub expected: u64,
}

/// A reader at work; its connection ends with it.
type Reading = AbortOnDropHandle<Result<(End, Opened), ReadError>>;

impl Visiting<'_> {
    /// Reads over one connection, keeps and decides what comes.
    pub(super) async fn visit(mut self) -> Result<Visit, ScanError> {
        let job = self.progress.job;
        let (found, inbox) = mpsc::channel(AHEAD);
        let mut inbox = self.decider.packer().ahead(inbox);
        let reading = self.begin_reading(found).await?;
        loop {
            let found = tokio::select! {
                () = job.stop.cancelled() => return Err(ScanError::Stopped),
                found = inbox.recv() => found,
            };
            match found {
                None => break,
                Some(found) => self.take(found).await?,
            }
        }
        let visit = match reading.await? {
            Ok((end, opened)) => {
                if let Entered::Imap(session, _) = &opened.session {
                    self.remarks.changes_wait = self.changing(session).run().await?;
                }
                job.berth.keep(opened).await;
                Visit::Whole(end)
            }
            Err(ReadError::Breach(breach)) => Visit::Breached(*breach),
            Err(ReadError::TokenEnds) => Visit::TokenEnds,
            Err(
                ReadError::Server(error @ ServerError::SessionExpired { .. })
                | ReadError::Spent(error),
            ) => Visit::Expired(error),
            Err(error) => return Err(error.into()),
        };
        // What was not delivered is announced again, over the next connection or in the next scan.
        self.progress.take_back_announced(self.expected);
        Ok(visit)
    }

    fn changing<'s>(&'s self, session: &'s Session) -> Changing<'s> {
        Changing {
            store: &self.scanning.store,
            clock: self.scanning.clock.as_ref(),
            progress: self.progress,
            session,
        }
    }

    /// Opens the mailbox and lets a reader go through it.
    async fn begin_reading(&mut self, found: mpsc::Sender<Found>) -> Result<Reading, ScanError> {
        let (scanning, job) = (self.scanning, self.progress.job);
        let Opened {
            session,
            renew_at,
            stamp,
            opened_at,
        } = scanning
            .access
            .open_again(&job.mailbox, &job.server, &job.berth)
            .await?;
        let opened = move |session| Opened {
            session,
            renew_at,
            stamp,
            opened_at,
        };
        let (files, scan_name) = (scanning.files.clone(), job.scan.to_string());
        let (clock, leave_at) = (Arc::clone(&scanning.clock), renew_at);
        let reading = match session {
            Entered::Imap(session, first_look) => {
                let reader = Reader {
                    session,
                    inbox: first_look,
                    mailbox: job.mailbox.id,
                    files,
                    ledger: Ledger(scanning.store.clone()),
                    scan_name,
                    clock,
                    leave_at,
                    found,
                };
                let plan = scanning.plan(self.progress, self.trouble).await?;
                tokio::spawn(async move {
                    let (end, session) = reader.read(plan).await?;
                    Ok((end, opened(Entered::Imap(session, first_look))))
                })
            }
            Entered::Pop3(mut session) => {
                let maildrop = scanning.maildrop(self.progress, self.trouble, &mut session);
                let plan = maildrop.await?;
                let reader = Pop3Reader {
                    session,
                    files,
                    scan_name,
                    clock,
                    leave_at,
                    found,
                };
                tokio::spawn(async move {
                    let (end, session) = reader.read(plan).await?;
                    Ok((end, opened(Entered::Pop3(session))))
                })
            }
        };
        Ok(AbortOnDropHandle::new(reading))
    }

    /// Keeps, decides or counts what was found.
    async fn take(&mut self, found: Result<Found<Packed>, ScanError>) -> Result<(), ScanError> {
        let (store, progress) = (&self.scanning.store, self.progress);
        let now = self.scanning.clock.now();
        match found? {
            Found::Begun(begun) => begin(store, progress, begun, now).await?,
            Found::Postponed(postponed) => postpone(store, progress, postponed, now).await?,
            Found::Announced(count) => {
                self.expected += count as u64;
                progress.add(Counts::announced(count));
            }
            Found::Recognised(recognised) => {
                keep_recognised(store, progress, recognised, now).await?;
                self.scanning
                    .decide_all(self.decider, Fresh::default())
                    .await?;
            }
            Found::Looked(looked) => keep_look(store, progress, looked, now).await?,
            Found::LookOwed(owed) => keep_look_owed(store, progress, owed, now).await?,
            Found::Notice(notice) => self.remarks.notices.push(notice),
            // Who asked may have gone meanwhile.
            Found::KeepUp(kept) => drop(kept.send(())),
            Found::TooOld(count) => progress.add(Counts::too_old(count)),
            Found::NoFolder { error } => {
                let warning = format!("{error} {}", error.remedy());
                self.remarks.warnings.push(warning);
            }
            Found::Batch(batch) => {
                self.expected = self.expected.saturating_sub(batch.announced());
                if !batch.delivered.is_empty() {
                    self.trouble.is_well();
                }
                let fresh = keep(store, progress, batch, now).await?;
                self.scanning.decide_all(self.decider, fresh).await?;
            }
        }
        Ok(())
    }
}
