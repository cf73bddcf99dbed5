use super::{find_or_insert, list, set_cursor};
use crate::store::fixture::{both, scanner};

#[tokio::test]
async fn a_folder_is_made_once_and_its_cursor_moves() {
    for db in both().await {
        let store = &db.store;
        let scanner = scanner(store, "a").await.id;
        let made = find_or_insert(store, scanner, "受信箱/Ü").await.unwrap();
        assert_eq!(
            (made.uid_validity, made.last_uid, made.highest_modseq),
            (None, 0, None)
        );
        set_cursor(store, made.id, i64::from(u32::MAX), 42, Some(i64::MAX))
            .await
            .unwrap();
        let found = find_or_insert(store, scanner, "受信箱/Ü").await.unwrap();
        assert_eq!(
            (
                found.id,
                found.uid_validity,
                found.last_uid,
                found.highest_modseq
            ),
            (made.id, Some(i64::from(u32::MAX)), 42, Some(i64::MAX))
        );
        find_or_insert(store, scanner, "INBOX").await.unwrap();
        assert_eq!(list(store, scanner).await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn folders_that_differ_in_case_are_two() {
    for db in both().await {
        let scanner = scanner(&db.store, "a").await.id;
        let lower = find_or_insert(&db.store, scanner, "sent").await.unwrap();
        let upper = find_or_insert(&db.store, scanner, "Sent").await.unwrap();
        assert_ne!(lower.id, upper.id);
    }
}
