//! Says that a worker is alive while it scans, and stops the scan when its lease is lost.

use chrono::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::Worker;
use crate::store::leases::{self, Lease};

/// A heart that beats until it is stopped.
#[derive(Debug)]
pub(super) struct Heartbeat {
    ended: CancellationToken,
    task: JoinHandle<()>,
}

/// Renews `lease` three times within its time; cancels `scan` when it was taken away.
pub(super) fn start(worker: &Worker, lease: Lease, scan: CancellationToken) -> Heartbeat {
    let ended = CancellationToken::new();
    let task = tokio::spawn(beat(worker.clone(), lease, scan, ended.clone()));
    Heartbeat { ended, task }
}

impl Heartbeat {
    pub(super) async fn stop(self) {
        self.ended.cancel();
        // Its only ends are this one and a panic, which the lease outlives by its time at most.
        let _ = self.task.await;
    }
}

async fn beat(worker: Worker, lease: Lease, scan: CancellationToken, ended: CancellationToken) {
    let pause = (worker.lease / 3).to_std().unwrap_or_default();
    let store = &worker.scanning.store;
    let mut good_until = lease.expires_at;
    loop {
        tokio::select! {
            () = ended.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        let now = worker.scanning.clock.now();
        match leases::renew(store, &lease, now, worker.lease).await {
            Ok(true) => good_until = now + worker.lease,
            Ok(false) => {
                tracing::warn!("The mailbox was taken from this worker; its scan stops");
                scan.cancel();
                return;
            }
            // The database may come back in time; every commit asks for the lease anyway.
            Err(error) => {
                tracing::warn!(%error, "The lease could not be renewed");
                if now + Duration::seconds(1) > good_until {
                    scan.cancel();
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "heartbeat_tests.rs"]
mod tests;
