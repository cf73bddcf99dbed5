#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use chrono::{NaiveDate, TimeDelta};
use sandbox::Fault;
use sea_orm::ConnectionTrait as _;

use crate::audit::{Audit, FolderAudit};
use crate::clock::Clock as _;
use crate::scan::trial::{ADDRESS, ORDERS, Trial};
use crate::store::leases;

async fn audit(trial: &Trial) -> Audit {
    let placed = trial.placed().await;
    trial.worker.audit_now(&placed).await.unwrap().unwrap()
}

/// INBOX without what differs from run to run.
async fn inbox(trial: &Trial) -> FolderAudit {
    let audit = audit(trial).await;
    assert_eq!(audit.error, None);
    FolderAudit {
        uid_validity: None,
        ..audit.folders[0].clone()
    }
}

fn of_inbox(change: impl FnOnce(&mut FolderAudit)) -> FolderAudit {
    let mut folder = FolderAudit {
        folder: "INBOX".to_owned(),
        ..FolderAudit::default()
    };
    change(&mut folder);
    folder
}

async fn sql(trial: &Trial, statement: &str) {
    trial.store().execute_unprepared(statement).await.unwrap();
}

#[tokio::test]
async fn what_no_scan_has_read_yet_is_not_missing() {
    let mut trial = Trial::new().await;
    let unread = of_inbox(|folder| (folder.exists, folder.on_server, folder.to_read) = (3, 3, 3));
    assert_eq!(inbox(&trial).await, unread);
    trial.turn().await;
    trial.deliver("INBOX");
    let known = of_inbox(|folder| {
        (folder.exists, folder.on_server, folder.known) = (4, 4, 3);
        folder.to_read = 1;
    });
    assert_eq!(inbox(&trial).await, known);
    let whole = audit(&trial).await;
    assert!(whole.is_well());
    assert_eq!(
        (whole.folders[1].folder.as_str(), whole.folders[1].known),
        (ORDERS, 2)
    );
}

#[tokio::test]
async fn every_state_is_counted_and_what_was_removed_is_told() {
    let mut trial = Trial::new().await;
    for _ in 0..5 {
        trial.deliver("INBOX");
    }
    trial.inject(Fault::missing_bodies(&[2]));
    trial.turn().await;
    for (uid, state) in [(3, "held"), (4, "discarded"), (5, "pending")] {
        let changed = format!(
            "UPDATE deliveries SET state = '{state}' WHERE uid = {uid} AND folder_id = (SELECT MIN(id) FROM folders WHERE name = 'INBOX')"
        );
        sql(&trial, &changed).await;
    }
    trial.provider.expunge(ADDRESS, "INBOX", 6).unwrap();
    let found = of_inbox(|folder| {
        (folder.exists, folder.on_server, folder.known) = (7, 7, 7);
        (folder.failed, folder.held, folder.discarded) = (1, 1, 1);
        (folder.waiting, folder.removed) = (1, 1);
    });
    assert_eq!(inbox(&trial).await, found);
}

#[tokio::test]
async fn what_is_missing_is_named_and_a_repair_reads_it() {
    let mut trial = Trial::new().await;
    for _ in 0..5 {
        trial.deliver("INBOX");
    }
    trial.turn().await;
    sql(
        &trial,
        "DELETE FROM deliveries WHERE uid IN (2, 3, 6) AND folder_id = (SELECT MIN(id) FROM folders WHERE name = 'INBOX')",
    )
    .await;
    // Taken for removed, but there.
    sql(
        &trial,
        "UPDATE deliveries SET state = 'gone', blob_hash = NULL WHERE uid = 8",
    )
    .await;
    let found = audit(&trial).await;
    assert!(!found.is_well() && found.is_missing_something());
    let folder = &found.folders[0];
    assert_eq!((folder.on_server, folder.known, folder.missing), (8, 4, 4));
    assert_eq!(folder.missing_uids.to_string(), "2:3,6");
    assert_eq!(folder.taken_for_gone.to_string(), "8");
    assert!(found.folders[1].is_well());

    let placed = trial.placed().await;
    let auditing = trial.worker.auditing();
    auditing.repair(&placed, &found).await.unwrap();
    let report = trial.scan_now().await.unwrap();
    assert!(report.is_clean(), "{report:?}");
    let repaired = audit(&trial).await;
    assert!(repaired.is_well(), "{repaired:?}");
    assert_eq!(repaired.folders[0].known, 8);
    trial.has_everything_once().await;
}

#[tokio::test]
async fn what_scans_saw_removed_is_not_missing() {
    let trial = Trial::new().await;
    trial.turn().await;
    trial.provider.expunge(ADDRESS, "INBOX", 2).unwrap();
    let removed = of_inbox(|folder| {
        (folder.exists, folder.on_server, folder.known) = (2, 2, 2);
        folder.removed = 1;
    });
    assert_eq!(inbox(&trial).await, removed, "seen by the audit first");
    trial.later(TimeDelta::minutes(11)).await;
    trial.turn().await;
    assert_eq!(inbox(&trial).await, removed);
}

#[tokio::test]
async fn what_is_taken_for_removed_and_is_there_is_put_right_by_a_repair() {
    let trial = Trial::new().await;
    trial.turn().await;
    sql(
        &trial,
        "UPDATE deliveries SET vanished_at = '2026-11-22 12:00:00+00:00' WHERE uid = 2 AND folder_id = (SELECT MIN(id) FROM folders WHERE name = 'INBOX')",
    )
    .await;
    let found = audit(&trial).await;
    let folder = &found.folders[0];
    assert_eq!((folder.known, folder.missing, folder.removed), (2, 1, 0));
    assert_eq!(folder.taken_for_gone.to_string(), "2");
    let placed = trial.placed().await;
    let auditing = trial.worker.auditing();
    auditing.repair(&placed, &found).await.unwrap();
    let report = trial.scan_now().await.unwrap();
    assert!(report.is_clean(), "{report:?}");
    assert_eq!(report.counts.kept, 0, "{report:?}");
    let repaired = audit(&trial).await;
    assert!(repaired.is_well(), "{repaired:?}");
    trial.has_everything_once().await;
}

#[tokio::test]
async fn mail_from_before_the_start_date_is_not_missing() {
    let trial = Trial::new().await;
    sql(&trial, "UPDATE scanners SET start_date = '2026-11-23'").await;
    let date = trial.placed().await.scanner.start_date;
    assert_eq!(date, NaiveDate::from_ymd_opt(2026, 11, 23));
    trial.turn().await;
    let old = of_inbox(|folder| (folder.exists, folder.on_server, folder.too_old) = (3, 3, 3));
    assert_eq!(inbox(&trial).await, old);
}

#[tokio::test]
async fn a_folder_that_is_gone_and_a_server_that_is_out_of_order_are_told() {
    let mut trial = Trial::new().await;
    trial.turn().await;
    trial.provider.remove_folder(ADDRESS, ORDERS).unwrap();
    let found = audit(&trial).await;
    assert!(found.folders[0].is_well() && !found.is_well());
    let error = found.folders[1].error.clone().unwrap();
    assert!(error.contains(ORDERS), "{error}");

    trial.stop_server().await;
    let found = audit(&trial).await;
    assert!(found.folders.is_empty() && found.error.is_some());
}

#[tokio::test]
async fn a_mailbox_that_is_being_scanned_is_audited_afterwards_and_never_meanwhile() {
    let trial = Trial::new().await;
    trial.turn().await;
    let hour = TimeDelta::hours(1);
    let now = trial.clock.now();
    let theirs = leases::take(trial.store(), trial.mailbox, "another", now, hour)
        .await
        .unwrap()
        .unwrap();
    trial.worker.stop.cancel();
    let placed = trial.placed().await;
    assert_eq!(trial.worker.audit_now(&placed).await, Ok(None));
    leases::release(trial.store(), &theirs).await.unwrap();
}
