use entities::bounces::BounceOutcome;
use entities::ids::MessageId;

use super::{NewBounce, emails_at, insert_missing, states};
use crate::store::fixture::{at, both, message, scanner, stored};
use crate::store::message_addresses::{self, NewMessageAddress};
use crate::store::{Store, messages};

const ANNA: &str = "anna@example.it";

async fn reported(store: &Store, name: &str, outcome: BounceOutcome, second: i64) {
    let scanner_id = store_scanner(store).await;
    let new = NewBounce {
        email: ANNA.to_owned(),
        message_id: stored(store, name).await,
        outcome,
        status: format!("5.1.{second}"),
        diagnosis: "no such user".to_owned(),
        scan_id: None,
        scanner_id,
        reported_at: at(second),
    };
    assert_eq!(insert_missing(store, vec![new.clone()]).await, Ok(1));
    assert_eq!(insert_missing(store, vec![new]).await, Ok(0));
}

async fn store_scanner(store: &Store) -> entities::ids::ScannerId {
    match crate::store::scanners::find_by_name(store, "a").await {
        Ok(Some(known)) => known.id,
        _ => scanner(store, "a").await.id,
    }
}

/// A message from Anna that came at this second.
async fn written(store: &Store, name: &str, second: i64) -> MessageId {
    stored(store, "bytes").await;
    let new = messages::NewMessage {
        received_at: at(second),
        blob_hash: crate::store::fixture::hash("bytes"),
        ..message(name)
    };
    let stored = messages::insert_missing(store, vec![new]).await.unwrap();
    let message_id = stored[name].id;
    let address = NewMessageAddress {
        message_id,
        email: ANNA.to_owned(),
        role: "from",
    };
    message_addresses::insert_missing(store, vec![address])
        .await
        .unwrap();
    message_id
}

#[tokio::test]
async fn an_address_is_as_the_reports_since_its_last_mail_say() {
    for db in both().await {
        let store = &db.store;
        let now = async || states(store, &[ANNA, "b@example.it"]).await.unwrap();
        assert!(now().await.is_empty());
        written(store, "old", 1).await;
        reported(store, "r1", BounceOutcome::Soft, 2).await;
        assert_eq!(now().await[ANNA].outcome, BounceOutcome::Soft);
        reported(store, "r2", BounceOutcome::Hard, 3).await;
        reported(store, "r3", BounceOutcome::Soft, 4).await;
        let state = now().await.remove(ANNA).unwrap();
        assert_eq!((state.outcome, state.reports), (BounceOutcome::Hard, 3));
        assert_eq!(state.last.status, "5.1.3");
        // She writes: her address works.
        written(store, "new", 5).await;
        assert!(now().await.is_empty());
        reported(store, "r4", BounceOutcome::Soft, 6).await;
        assert_eq!(now().await[ANNA].reports, 1);
    }
}

#[tokio::test]
async fn the_addresses_at_a_domain_are_told_and_no_others() {
    for db in both().await {
        let store = &db.store;
        reported(store, "r1", BounceOutcome::Hard, 2).await;
        for (domains, expected) in [
            (&["example.it"][..], &[ANNA][..]),
            (&["other.example", "example.it"], &[ANNA]),
            (&["xample.it", "mail.example.it", "e_ample.it", "it"], &[]),
            (&[], &[]),
        ] {
            let found = emails_at(store, domains).await.unwrap();
            assert!(found.iter().eq(expected), "{domains:?}: {found:?}");
        }
    }
}
