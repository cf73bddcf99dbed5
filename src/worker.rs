//! One turn of a worker: a scanner that is due, its mailbox leased, one scan, its report kept, the lease back.
//!
//! Any number of workers may run on one database. Knows nothing of what a scan does inside.

mod aftermath;
mod auditing;
mod examining;
mod heartbeat;
mod idling;
mod linking;
mod listing;
mod places;
mod probing;
mod report;
mod taking;
mod upkeep;
mod working;

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::Duration;
use entities::scans::ScanTrigger;
use futures_util::FutureExt as _;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use crate::owner::Owner;
pub use idling::Idling;

use places::{Places, Room};
use taking::{Next, Taken};
use working::Work;

use crate::scan::{Counts, Report, Scanning};
use crate::store::StoreError;
use crate::store::scanners::Placed;

/// How long an idle worker waits before it looks again what is due.
const PAUSE: std::time::Duration = std::time::Duration::from_secs(2);

/// Takes scanners that are due and scans them.
#[derive(Debug, Clone)]
pub struct Worker {
    /// What every scan needs.
    pub scanning: Scanning,
    /// How this process is called in leases and reports.
    pub owner: Owner,
    /// Where it waits for news.
    pub idling: Arc<Idling>,
    /// How long a lease lasts without a heartbeat.
    pub lease: Duration,
    /// Asks every scan to stop after the batch in hand.
    pub stop: CancellationToken,
}

/// What a turn came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// Nothing is due, or others have it.
    Idle,
    /// One scan was run.
    Done(Box<Report>),
}

impl Worker {
    /// Scans the scanner that is due for the longest time.
    pub async fn run_one(&self) -> Result<Turn, StoreError> {
        match self.take_due(&Room::of(1)).await? {
            None => Ok(Turn::Idle),
            Some(taken) => {
                let (progress, _) = watch::channel(Counts::default());
                let report = self
                    .work(taken, Work::Scan(ScanTrigger::Schedule), progress)
                    .await?;
                Ok(Turn::Done(Box::new(report)))
            }
        }
    }

    /// Runs the schedules until it is asked to stop, `at_once` scans side by side.
    pub async fn run(&self, at_once: usize) {
        let mut running = JoinSet::new();
        running.spawn(
            self.clone()
                .go_on(|worker| async move { worker.keep_up().await }),
        );
        running.spawn(
            self.clone()
                .go_on(|worker| async move { worker.examine_as_asked().await }),
        );
        running.spawn(
            self.clone()
                .go_on(|worker| async move { worker.list_folders_as_asked().await }),
        );
        running.spawn(
            self.clone()
                .go_on(|worker| async move { worker.watch_waiting().await }),
        );
        running.spawn(
            self.clone()
                .go_on(|worker| async move { worker.link_late().await }),
        );
        let places = Places::of(at_once);
        while !self.stop.is_cancelled() {
            loop {
                match self.take_next(&places).await {
                    Ok(Some((next, place))) => {
                        let worker = self.clone();
                        running.spawn(async move {
                            worker.do_next(next).await;
                            drop(place);
                        });
                    }
                    Ok(None) => break,
                    Err(error) => {
                        tracing::warn!(%error, "What is due can't be read; trying again");
                        break;
                    }
                }
            }
            tokio::select! {
                () = self.stop.cancelled() => {}
                Some(_) = running.join_next() => {}
                () = self.idling.news() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
        while running.join_next().await.is_some() {}
        self.end_waiting().await;
    }

    /// Does what goes on beside the scans; begins again where it breaks off.
    async fn go_on<Doing>(self, doing: impl Fn(Self) -> Doing)
    where
        Doing: Future<Output = ()>,
    {
        while AssertUnwindSafe(doing(self.clone()))
            .catch_unwind()
            .await
            .is_err()
        {
            tracing::error!(
                "What is done beside the scans broke off inside this program; it begins again. Please report this with the log."
            );
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn do_next(&self, next: Next) {
        let (name, done) = match next {
            Next::Scan(taken) => {
                let (progress, _) = watch::channel(Counts::default());
                let name = taken.placed.scanner.name.clone();
                let work = Work::Scan(ScanTrigger::Schedule);
                (name, self.work(*taken, work, progress).await.map(drop))
            }
            Next::Knock(knock) => (knock.address(), self.knock(*knock).await),
        };
        if let Err(error) = done {
            tracing::error!(name, %error, "What came of a scan or of a try could not be kept");
        }
    }

    /// Scans `placed` now, as soon as nobody else does; nothing when it is asked to stop before.
    pub async fn scan_now(
        &self,
        placed: Placed,
        progress: watch::Sender<Counts>,
    ) -> Result<Option<Report>, StoreError> {
        self.work_now(placed, Work::Scan(ScanTrigger::Manual), progress)
            .await
    }

    /// Sends the messages in `paths` through `placed`, as soon as nobody scans its mailbox.
    pub async fn import_now(
        &self,
        placed: Placed,
        paths: Vec<PathBuf>,
        progress: watch::Sender<Counts>,
    ) -> Result<Option<Report>, StoreError> {
        self.work_now(placed, Work::Import(paths), progress).await
    }

    async fn work_now(
        &self,
        placed: Placed,
        work: Work,
        progress: watch::Sender<Counts>,
    ) -> Result<Option<Report>, StoreError> {
        let Some(lease) = self.lease_when_free(&placed).await? else {
            return Ok(None);
        };
        let taken = Taken { placed, lease };
        Ok(Some(self.work(taken, work, progress).await?))
    }
}
