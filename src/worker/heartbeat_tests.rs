#![allow(clippy::unwrap_used)]

use chrono::TimeDelta;
use sandbox::{Fault, Verb};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock as _;
use crate::scan::trial::Trial;
use crate::scan::{Counts, Ending};
use crate::store::leases;

/// Three beats fit into this.
const LEASE: TimeDelta = TimeDelta::milliseconds(90);

async fn trial() -> Trial {
    let mut trial = Trial::new().await;
    trial.worker.lease = LEASE;
    trial
}

#[tokio::test]
async fn a_lease_is_renewed_while_the_heart_beats() {
    let trial = trial().await;
    let now = trial.clock.now();
    let lease = leases::take(trial.store(), trial.mailbox, "trial", now, LEASE)
        .await
        .unwrap()
        .unwrap();
    let scan = CancellationToken::new();
    trial.clock.set(now + TimeDelta::milliseconds(50));
    let beating = super::start(&trial.worker, lease.clone(), scan.clone());
    loop {
        let row = leases::list(trial.store()).await.unwrap().remove(0);
        if row.expires_at > lease.expires_at {
            assert_eq!(row.expires_at, now + TimeDelta::milliseconds(50) + LEASE);
            break;
        }
        tokio::task::yield_now().await;
    }
    beating.stop().await;
    assert!(!scan.is_cancelled());
}

#[tokio::test]
async fn a_scan_whose_lease_another_worker_took_stops_and_commits_nothing() {
    let trial = trial().await;
    trial.inject(Fault::stall(Verb::Fetch));
    let (worker, placed) = (trial.worker.clone(), trial.placed().await);
    let (progress, _) = tokio::sync::watch::channel(Counts::default());
    let scan = tokio::spawn(async move { worker.scan_now(placed, progress).await });
    while !trial
        .provider
        .transcript()
        .iter()
        .any(|line| line.text.contains("UID FETCH"))
    {
        tokio::task::yield_now().await;
    }
    let later = trial.clock.now() + TimeDelta::seconds(1);
    trial.clock.set(later);
    let theirs = leases::take(
        trial.store(),
        trial.mailbox,
        "another",
        later,
        TimeDelta::hours(1),
    )
    .await
    .unwrap()
    .unwrap();

    let report = scan.await.unwrap().unwrap().unwrap();
    assert!(matches!(report.ending, Ending::Cut { .. }), "{report:?}");
    assert!(trial.ledger().await.is_empty(), "nothing was written late");
    let row = leases::list(trial.store()).await.unwrap().remove(0);
    assert_eq!((row.owner.as_str(), row.fence), ("another", theirs.fence));
    assert_eq!(trial.seen().await.scan.outcome.as_str(), "cut");

    leases::release(trial.store(), &theirs).await.unwrap();
    trial.provider.clear_faults();
    let mut trial = trial;
    trial.worker.lease = TimeDelta::seconds(60);
    trial.heals().await;
}
