//! One turn of a worker: a scanner that is due, its mailbox leased, one scan, its report kept, the lease back.
//!
//! Any number of workers may run on one database. Knows nothing of what a scan does inside.

mod aftermath;
mod auditing;
mod examining;
mod heartbeat;
mod idling;
mod probing;
mod report;
mod seats;
mod upkeep;

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{Duration, TimeDelta};
use entities::scans::ScanTrigger;
use futures_util::FutureExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use crate::owner::Owner;
pub use idling::Idling;
pub use seats::Seats;

use probing::Knock;
use seats::Seat;

use crate::access::Berth;
use crate::scan::{Counts, Ending, Job, Report, Retry, Scanning};
use crate::store::leases::Lease;
use crate::store::scanners::Placed;
use crate::store::{self, StoreError, leases, scans};

/// How long an idle worker waits before it looks again what is due.
const PAUSE: std::time::Duration = std::time::Duration::from_secs(2);
/// How long a person's command waits before it asks again for a mailbox that others have.
const LEASED: std::time::Duration = std::time::Duration::from_millis(200);
/// How many due scanners are tried before a turn is called idle; others may be leased meanwhile.
const TRIED: u64 = 16;

/// Takes scanners that are due and scans them.
#[derive(Debug, Clone)]
pub struct Worker {
    /// What every scan needs.
    pub scanning: Scanning,
    /// How this process is called in leases and reports.
    pub owner: Owner,
    /// Where it waits for news.
    pub idling: Arc<Idling>,
    /// At which hosts it scans.
    pub seats: Seats,
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

/// What is done with a leased mailbox.
#[derive(Debug)]
enum Work {
    Scan(ScanTrigger),
    Import(Vec<PathBuf>),
}

impl Work {
    fn trigger(&self) -> ScanTrigger {
        match self {
            Self::Scan(trigger) => *trigger,
            Self::Import(_) => ScanTrigger::Import,
        }
    }
}

/// What a worker does next.
#[derive(Debug)]
enum Next {
    Scan(Box<Taken>),
    Knock(Box<Knock>),
}

/// Where there is room for another scan. News has as many places again, so that no long scan keeps it waiting, nor it
/// what is due.
#[derive(Debug)]
struct Places {
    of_schedules: Arc<Semaphore>,
    of_news: Arc<Semaphore>,
}

impl Places {
    fn of(at_once: usize) -> Self {
        Self {
            of_schedules: Arc::new(Semaphore::new(at_once)),
            of_news: Arc::new(Semaphore::new(at_once)),
        }
    }
}

/// A scanner whose mailbox is leased.
#[derive(Debug)]
struct Taken {
    placed: Placed,
    lease: Lease,
    seat: Seat,
}

impl Worker {
    /// Scans the scanner that is due for the longest time.
    pub async fn run_one(&self) -> Result<Turn, StoreError> {
        match self.take_due(1).await? {
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
                .go_on(|worker| async move { worker.watch_waiting().await }),
        );
        let places = Places::of(at_once);
        while !self.stop.is_cancelled() {
            loop {
                match self.take_next(&places, at_once).await {
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

    /// What comes next, where there is a place for it: what has news, else what is due for longest, else a knock at a
    /// mailbox.
    async fn take_next(
        &self,
        places: &Places,
        at_once: usize,
    ) -> Result<Option<(Next, OwnedSemaphorePermit)>, StoreError> {
        if let Ok(place) = Arc::clone(&places.of_news).try_acquire_owned()
            && let Some(taken) = self.take_woken().await?
        {
            return Ok(Some((Next::Scan(Box::new(taken)), place)));
        }
        let Ok(place) = Arc::clone(&places.of_schedules).try_acquire_owned() else {
            return Ok(None);
        };
        let next = match self.take_due(at_once).await? {
            Some(taken) => Some(Next::Scan(Box::new(taken))),
            None => self.take_knock().await?.map(|it| Next::Knock(Box::new(it))),
        };
        Ok(next.map(|next| (next, place)))
    }

    /// A scanner that has news. One whose mailbox somebody else reads is due and is found so.
    async fn take_woken(&self) -> Result<Option<Taken>, StoreError> {
        let store = &self.scanning.store;
        while let Some(scanner) = self.idling.next_woken() {
            let placed = store::scanners::with_mailbox_and_server(store, scanner).await?;
            if let Some(placed) = placed
                && placed.may_run()
                && let Some(taken) = self.take(placed).await?
            {
                return Ok(Some(taken));
            }
        }
        Ok(None)
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
        let seat = self.seats.take(&placed.server.host);
        let taken = Taken {
            placed,
            lease,
            seat,
        };
        Ok(Some(self.work(taken, work, progress).await?))
    }

    /// Waits until nobody else has the mailbox; nothing when it is asked to stop before.
    async fn lease_when_free(&self, placed: &Placed) -> Result<Option<Lease>, StoreError> {
        loop {
            if let Some(lease) = self.lease(placed).await? {
                return Ok(Some(lease));
            }
            tokio::select! {
                () = self.stop.cancelled() => return Ok(None),
                () = tokio::time::sleep(LEASED) => {}
            }
        }
    }

    async fn lease(&self, placed: &Placed) -> Result<Option<Lease>, StoreError> {
        let store = &self.scanning.store;
        let now = self.scanning.clock.now();
        leases::release_of_gone(store, now, Owner::is_gone).await?;
        // Scans whose worker went silent ended without a report of their own, this worker's too. Asked first: once
        // the mailbox is leased again they would look alive.
        scans::cut_orphans(store, now).await?;
        leases::take(
            store,
            placed.mailbox.id,
            &self.owner.to_string(),
            now,
            self.ttl(),
        )
        .await
    }

    /// Of `all` scans at once; first on hosts that have not their share yet.
    async fn take_due(&self, all: usize) -> Result<Option<Taken>, StoreError> {
        let now = self.scanning.clock.now();
        leases::release_of_gone(&self.scanning.store, now, Owner::is_gone).await?;
        let full = self.seats.full(all);
        if let Some(taken) = self.take_due_without(&full).await? {
            return Ok(Some(taken));
        }
        if full.is_empty() {
            return Ok(None);
        }
        self.take_due_without(&[]).await
    }

    async fn take_due_without(&self, hosts: &[String]) -> Result<Option<Taken>, StoreError> {
        let (db, now) = (&self.scanning.store, self.scanning.clock.now());
        let owner = self.owner.to_string();
        for scanner in store::scanners::due(db, &owner, hosts, now, TRIED).await? {
            let placed = store::scanners::with_mailbox_and_server(db, scanner.id).await?;
            if let Some(placed) = placed
                && let Some(taken) = self.take(placed).await?
            {
                return Ok(Some(taken));
            }
        }
        Ok(None)
    }

    /// Leases a scanner's mailbox, if it is free and the scanner is due.
    async fn take(&self, placed: Placed) -> Result<Option<Taken>, StoreError> {
        let Some(lease) = self.lease(&placed).await? else {
            return Ok(None);
        };
        // Another worker may have scanned it between the two questions.
        let (db, now) = (&self.scanning.store, self.scanning.clock.now());
        let scanner = store::scanners::by_id(db, placed.scanner.id).await?;
        if scanner.is_some_and(|it| it.next_scan_at.is_none_or(|next| next <= now)) {
            let seat = self.seats.take(&placed.server.host);
            return Ok(Some(Taken {
                placed,
                lease,
                seat,
            }));
        }
        leases::release(db, &lease).await?;
        Ok(None)
    }

    /// Runs one scan or import under its lease and keeps its report.
    async fn work(
        &self,
        taken: Taken,
        work: Work,
        progress: watch::Sender<Counts>,
    ) -> Result<Report, StoreError> {
        let Taken {
            placed,
            lease,
            seat,
        } = taken;
        let store = &self.scanning.store;
        let started_at = self.scanning.clock.now();
        let started = scans::start(
            store,
            placed.scanner.id,
            &self.owner.to_string(),
            work.trigger(),
            started_at,
        )
        .await;
        let scan = match started {
            Ok(scan) => scan,
            Err(error) => {
                // If this does not arrive either, the lease runs out.
                let _ = leases::release(store, &lease).await;
                return Err(error);
            }
        };
        let stop = self.stop.child_token();
        let beating = heartbeat::start(self, lease.clone(), stop.clone());
        let trigger = work.trigger();
        let berth = match trigger {
            ScanTrigger::Import => Berth::default(),
            ScanTrigger::Schedule | ScanTrigger::Manual => self.berth_for(&placed).await,
        };
        let job = Job {
            scan,
            scanner: placed.scanner.clone(),
            mailbox: placed.mailbox.clone(),
            server: placed.server.clone(),
            lease: lease.clone(),
            by_person: trigger == ScanTrigger::Manual,
            berth: berth.clone(),
            started_at,
            stop,
        };
        let report = self.run_apart(job, work, progress).await;
        beating.stop().await;
        report::log(&report);
        let kept = self
            .keep_report_in_time(&placed.scanner, scan, trigger, &report)
            .await;
        // Before the lease is given back: another scan would find the session nowhere and open a second one.
        if trigger != ScanTrigger::Import {
            self.idle_on(&placed, berth, &report).await;
        }
        let released = leases::release(store, &lease).await;
        drop(seat);
        kept?;
        released?;
        Ok(report)
    }

    /// A scan in a task of its own: a panic in it is a failed scan, not a dead worker.
    async fn run_apart(&self, job: Job, work: Work, progress: watch::Sender<Counts>) -> Report {
        let scanning = self.scanning.clone();
        let name = job.scanner.name.clone();
        let counts = progress.subscribe();
        let ran = tokio::spawn(async move {
            match work {
                Work::Scan(_) => scanning.run(&job, &progress).await,
                Work::Import(paths) => scanning.import(&job, paths, &progress).await,
            }
        })
        .await;
        ran.unwrap_or_else(|_| Report {
            scanner: name,
            counts: *counts.borrow(),
            ending: Ending::Failed {
                cause: "defect".to_owned(),
                error: "The scan broke off inside this program; it is tried again. Please report this with the log.".to_owned(),
                retry: Retry::Late,
            },
            messages: Vec::new(),
            notices: Vec::new(),
            leaves_backlog: false,
        })
    }

    fn ttl(&self) -> TimeDelta {
        self.lease
    }
}
