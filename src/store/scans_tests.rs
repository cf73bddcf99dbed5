use chrono::TimeDelta;
use entities::scans::{ScanOutcome, ScanTrigger};
use serde_json::json;

use super::{
    Report, by_id, cut_orphans, finish, forget, last_per_scanner, list, set_counts, start,
};
use crate::store::fixture::{at, both, scanner};
use crate::store::leases;

fn done() -> Report {
    Report {
        outcome: ScanOutcome::Done,
        counts: json!({"kept": 2}),
        cause: None,
        error: None,
    }
}

#[tokio::test]
async fn a_scan_leaves_one_report() {
    for db in both().await {
        let store = &db.store;
        let scanner = scanner(store, "a").await;
        let first = start(store, scanner.id, "w", ScanTrigger::Manual, at(0))
            .await
            .unwrap();
        set_counts(store, first, json!({"kept": 1})).await.unwrap();
        let running = by_id(store, first).await.unwrap().unwrap();
        assert_eq!(
            (running.outcome, running.counts, running.finished_at),
            (ScanOutcome::Running, json!({"kept": 1}), None)
        );

        assert_eq!(finish(store, first, done(), at(9)).await, Ok(true));
        assert_eq!(finish(store, first, done(), at(10)).await, Ok(false));
        let report = by_id(store, first).await.unwrap().unwrap();
        assert_eq!(
            (report.outcome, report.counts, report.finished_at),
            (ScanOutcome::Done, json!({"kept": 2}), Some(at(9)))
        );

        let second = start(store, scanner.id, "w", ScanTrigger::Schedule, at(20))
            .await
            .unwrap();
        let last = last_per_scanner(store).await.unwrap();
        assert_eq!(
            last.iter().map(|scan| scan.id).collect::<Vec<_>>(),
            [second]
        );
        let all = list(store, Some(scanner.id), None, 10).await.unwrap();
        assert_eq!(
            all.iter().map(|scan| scan.id).collect::<Vec<_>>(),
            [second, first]
        );
    }
}

#[tokio::test]
async fn a_scan_is_cut_when_its_worker_lost_the_mailbox_and_not_before() {
    for db in both().await {
        let store = &db.store;
        let scanner = scanner(store, "a").await;
        let ttl = TimeDelta::seconds(60);
        leases::take(store, scanner.mailbox_id, "dead", at(0), ttl)
            .await
            .unwrap();
        let scan = start(store, scanner.id, "dead", ScanTrigger::Schedule, at(0))
            .await
            .unwrap();
        assert_eq!(cut_orphans(store, at(59)).await, Ok(vec![]));

        // Another worker has the mailbox now; its own scan is alive.
        leases::take(store, scanner.mailbox_id, "alive", at(60), ttl)
            .await
            .unwrap();
        let next = start(store, scanner.id, "alive", ScanTrigger::Schedule, at(60))
            .await
            .unwrap();
        let cut = cut_orphans(store, at(61)).await.unwrap();
        assert_eq!(cut.iter().map(|scan| scan.id).collect::<Vec<_>>(), [scan]);
        assert_eq!(
            (cut[0].outcome, cut[0].finished_at),
            (ScanOutcome::Cut, Some(at(61)))
        );
        assert_eq!(finish(store, scan, done(), at(62)).await, Ok(false));

        let cut = cut_orphans(store, at(120)).await.unwrap();
        assert_eq!(cut.iter().map(|scan| scan.id).collect::<Vec<_>>(), [next]);
        assert_eq!(cut_orphans(store, at(121)).await, Ok(vec![]));
    }
}

#[tokio::test]
async fn old_reports_are_forgotten_but_the_last_of_each_scanner() {
    for db in both().await {
        let store = &db.store;
        let (a, b) = (scanner(store, "a").await.id, scanner(store, "b").await.id);
        let mut scans = Vec::new();
        for (of, second) in [(a, 0), (a, 1), (b, 2), (a, 3), (a, 50), (a, 4)] {
            let scan = start(store, of, "w", ScanTrigger::Schedule, at(second)).await;
            scans.push(scan.unwrap());
        }
        for scan in &scans[1..] {
            finish(store, *scan, done(), at(60)).await.unwrap();
        }
        let left = async || {
            let all = list(store, None, None, 10).await.unwrap();
            let left: Vec<_> = all.into_iter().map(|scan| scan.id).rev().collect();
            scans
                .iter()
                .map(|scan| left.contains(scan))
                .collect::<Vec<_>>()
        };
        assert_eq!(forget(store, at(0), 2, 10).await, Ok(0));
        assert_eq!(forget(store, at(10), 2, 1).await, Ok(1));
        // The first runs still, the third is the only one of its scanner.
        assert_eq!(left().await, [true, false, true, true, true, true]);
        assert_eq!(forget(store, at(10), 2, 10).await, Ok(1));
        assert_eq!(left().await, [true, false, true, false, true, true]);
        assert_eq!(forget(store, at(10), 2, 10).await, Ok(0));

        let newest = list(store, Some(a), Some(scans[5]), 1).await.unwrap();
        assert_eq!(newest[0].id, scans[4]);
    }
}
