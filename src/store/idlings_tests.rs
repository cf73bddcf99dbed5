#![allow(clippy::unwrap_used)]

use super::*;
use crate::store::fixture::{at, both, scanner};
use crate::store::{Store, scanners as all_scanners};

const TTL: TimeDelta = TimeDelta::seconds(30);

async fn next(store: &Store, id: ScannerId) -> Option<DateTime<Utc>> {
    all_scanners::by_id(store, id)
        .await
        .unwrap()
        .unwrap()
        .next_scan_at
}

async fn idle_scanner(store: &Store) -> scanners::Model {
    let made = scanner(store, "sales").await;
    let fields = all_scanners::ScannerFields {
        idle: true,
        ..crate::store::fixture::scanner_fields("sales", made.mailbox_id)
    };
    let made = all_scanners::update(store, made.id, fields, at(0))
        .await
        .unwrap();
    all_scanners::set_next_scan(store, made.id, Some(at(900)))
        .await
        .unwrap();
    made
}

#[tokio::test]
async fn one_claims_a_mailbox_until_it_falls_silent() {
    for db in both().await {
        let store = &db.store;
        let scanner = idle_scanner(store).await;
        let place = (scanner.mailbox_id, scanner.id);
        assert!(claim(store, place, "us", at(0), TTL).await.unwrap());
        assert!(claim(store, place, "us", at(1), TTL).await.unwrap());
        assert!(!claim(store, place, "them", at(30), TTL).await.unwrap());
        renew(store, &[scanner.mailbox_id], "us", at(30), TTL)
            .await
            .unwrap();
        renew(store, &[scanner.mailbox_id], "them", at(30), TTL)
            .await
            .unwrap();
        assert!(!claim(store, place, "them", at(59), TTL).await.unwrap());
        // It waits elsewhere only, or says so too late.
        renew(store, &[], "us", at(45), TTL).await.unwrap();
        renew(store, &[scanner.mailbox_id], "us", at(60), TTL)
            .await
            .unwrap();

        release_of_gone(store, at(60), |_| false).await.unwrap();
        assert_eq!(
            next(store, scanner.id).await,
            Some(at(60)),
            "a look follows"
        );
        assert!(claim(store, place, "them", at(60), TTL).await.unwrap());

        // A process that is known to be dead is not waited for.
        all_scanners::set_next_scan(store, scanner.id, Some(at(900)))
            .await
            .unwrap();
        release_of_gone(store, at(61), |owner| owner == "them")
            .await
            .unwrap();
        assert_eq!(next(store, scanner.id).await, Some(at(61)));
        let row = find(store, scanner.mailbox_id).await.unwrap().unwrap();
        assert_eq!((row.owner, row.expires_at, row.since), (None, None, None));
    }
}

#[tokio::test]
async fn a_mailbox_at_rest_is_not_claimed_and_deaths_are_counted_in_a_row() {
    for db in both().await {
        let store = &db.store;
        let scanner = idle_scanner(store).await;
        let mailbox = scanner.mailbox_id;
        let place = (mailbox, scanner.id);
        claim(store, place, "us", at(0), TTL).await.unwrap();
        for expected in [1, 2] {
            assert_eq!(died(store, mailbox, "us", false).await.unwrap(), expected);
        }
        claim(store, place, "us", at(1), TTL).await.unwrap();
        assert_eq!(died(store, mailbox, "us", false).await.unwrap(), 3);
        assert_eq!(died(store, mailbox, "us", true).await.unwrap(), 1);
        rest(store, mailbox, "us", at(3600), "It dies.")
            .await
            .unwrap();
        assert_eq!(
            next(store, scanner.id).await,
            Some(at(900)),
            "as the schedule has it"
        );
        assert!(!claim(store, place, "us", at(3599), TTL).await.unwrap());
        let row = find(store, mailbox).await.unwrap().unwrap();
        assert_eq!((row.deaths, row.reason.as_deref()), (0, Some("It dies.")));
        assert!(claim(store, place, "us", at(3600), TTL).await.unwrap());
        assert_eq!(find(store, mailbox).await.unwrap().unwrap().reason, None);
    }
}

#[tokio::test]
async fn giving_back_makes_due_unless_a_report_says_when() {
    for db in both().await {
        let store = &db.store;
        let scanner = idle_scanner(store).await;
        let mailbox = scanner.mailbox_id;
        let place = (mailbox, scanner.id);
        claim(store, place, "us", at(0), TTL).await.unwrap();
        give_up(store, mailbox, "us").await.unwrap();
        assert_eq!(next(store, scanner.id).await, Some(at(900)));
        claim(store, place, "us", at(0), TTL).await.unwrap();
        for (owner, expected) in [("them", at(900)), ("us", at(5))] {
            let tx = store.begin().await.unwrap();
            release(&tx, mailbox, owner, at(5)).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(next(store, scanner.id).await, Some(expected));
        }
        assert_eq!(list(store).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn only_the_one_that_waits_finds_its_mailbox_due() {
    for db in both().await {
        let store = &db.store;
        let scanner = idle_scanner(store).await;
        let place = (scanner.mailbox_id, scanner.id);
        claim(store, place, "us", at(890), TTL).await.unwrap();
        for (owner, now, expected) in [("us", 900, 1), ("them", 900, 0), ("them", 920, 1)] {
            let due = all_scanners::due(store, owner, &[], at(now), 9)
                .await
                .unwrap();
            assert_eq!(due.len(), expected, "{owner} at {now}");
        }
        let elsewhere = ["localhost".to_owned()];
        let due = all_scanners::due(store, "us", &elsewhere, at(900), 9)
            .await
            .unwrap();
        assert!(due.is_empty());
    }
}
