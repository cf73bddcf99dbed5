use super::*;
use crate::store::fixture::{at, both, inbox};
use crate::store::folders::find_or_insert;

#[tokio::test]
async fn a_look_is_remembered_whole() {
    for db in both().await {
        let store = &db.store;
        let folder = inbox(store, "a").await;
        assert_eq!(last(&folder), None);
        let first = Look {
            uid_validity: i64::from(u32::MAX),
            exists: 3,
            uid_next: Some(9),
            highest_modseq: Some(i64::MAX),
            sweep_owed: true,
            swept_at: Some(at(5)),
            renewals: 2,
        };
        let second = Look {
            uid_next: None,
            highest_modseq: None,
            sweep_owed: false,
            swept_at: None,
            renewals: 0,
            ..first
        };
        for look in [first, second] {
            set(store, folder.id, look).await.unwrap();
            let row = find_or_insert(store, folder.scanner_id, "INBOX")
                .await
                .unwrap();
            assert_eq!(last(&row), Some(look));
        }
    }
}

#[tokio::test]
async fn a_look_that_is_owed_leaves_what_the_last_one_saw() {
    for db in both().await {
        let store = &db.store;
        let folder = inbox(store, "a").await;
        let row = async || {
            let row = find_or_insert(store, folder.scanner_id, "INBOX").await;
            row.unwrap()
        };
        // Also before there was any.
        owe_sweep(store, folder.id, None).await.unwrap();
        assert_eq!((last(&row().await), row().await.sweep_owed), (None, true));
        let seen = Look {
            uid_validity: 7,
            exists: 3,
            uid_next: Some(9),
            highest_modseq: None,
            sweep_owed: false,
            swept_at: None,
            renewals: 0,
        };
        set(store, folder.id, seen).await.unwrap();
        owe_sweep(store, folder.id, Some(at(60))).await.unwrap();
        let owed = Look {
            sweep_owed: true,
            swept_at: Some(at(60)),
            ..seen
        };
        assert_eq!(last(&row().await), Some(owed));
    }
}
