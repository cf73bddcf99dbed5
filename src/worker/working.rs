//! One scan or import under its lease: begun in the records, run apart, reported, its session left where it is waited for
//! news, the lease given back.

use std::path::PathBuf;

use entities::scans::ScanTrigger;
use tokio::sync::watch;

use super::taking::Taken;
use super::{Worker, heartbeat, report};
use crate::access::Berth;
use crate::scan::{Counts, Ending, Job, Report, Retry};
use crate::store::{StoreError, leases, scans};

/// What is done with a leased mailbox.
#[derive(Debug)]
pub(super) enum Work {
    /// A scan, and who started it.
    Scan(ScanTrigger),
    /// An import of these files.
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

impl Worker {
    /// Runs one scan or import under its lease and keeps its report.
    pub(super) async fn work(
        &self,
        taken: Taken,
        work: Work,
        progress: watch::Sender<Counts>,
    ) -> Result<Report, StoreError> {
        let Taken { placed, lease } = taken;
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
        report::log(&report);
        let kept = self
            .keep_report_in_time(&placed.scanner, scan, trigger, &report)
            .await;
        // Before the lease is given back: another scan would find the session nowhere and open a second one.
        if trigger != ScanTrigger::Import {
            self.idle_on(&placed, berth, &report).await;
            // Before it too: whoever scans next says when the one after is.
            if matches!(report.ending, Ending::Failed { .. })
                && let Err(error) = self.make_room(&placed).await
            {
                tracing::warn!(scanner = placed.scanner.name, %error, "No room could be made at the mail server; the mailbox is tried again as its report says");
            }
        }
        // Until then: signing out takes its time at a slow server, and the lease must outlast it.
        beating.stop().await;
        let released = leases::release(store, &lease).await;
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
}
