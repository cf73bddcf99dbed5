use entities::folders::Model;
use entities::ids::ScannerId;

use super::{
    Backlog, Beginning, Passed, Stretch, backlogs, begin, find_or_insert, list, set_cursor,
    set_narrowed, set_read_since, shrink_backlog, widen_backlog,
};
use crate::store::Store;
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

const BEGINNING: Beginning = Beginning {
    uid_validity: 7,
    last_uid: 1000,
    messages: 800,
    highest_modseq: Some(3),
    read_since: None,
};

fn stretch(first: i64, last: i64) -> Stretch {
    Stretch { first, last }
}

fn passed(was: Stretch, left: Option<Stretch>, messages: i64) -> Passed {
    Passed {
        was,
        left,
        messages,
        estimate: 500,
    }
}

/// The backlog's UIDs, and what is left of how many messages.
fn backlog(folder: &Model) -> [Option<i64>; 4] {
    [
        folder.backlog_first,
        folder.backlog_last,
        folder.backlog_left,
        folder.backlog_total,
    ]
}

async fn inbox(store: &Store, scanner: ScannerId) -> Model {
    find_or_insert(store, scanner, "INBOX").await.unwrap()
}

#[tokio::test]
async fn a_backlog_begins_with_all_that_is_there_and_shrinks_from_either_end() {
    for db in both().await {
        let store = &db.store;
        let scanner = scanner(store, "a").await.id;
        let folder = inbox(store, scanner).await.id;
        begin(store, folder, BEGINNING).await.unwrap();
        let row = inbox(store, scanner).await;
        assert_eq!((row.uid_validity, row.last_uid), (Some(7), 1000));
        assert_eq!(backlog(&row), [Some(1), Some(1000), Some(800), Some(800)]);

        let newest = passed(stretch(1, 1000), Some(stretch(1, 900)), 100);
        shrink_backlog(store, folder, newest).await.unwrap();
        let oldest = passed(stretch(1, 900), Some(stretch(11, 900)), 10);
        shrink_backlog(store, folder, oldest).await.unwrap();
        let row = inbox(store, scanner).await;
        assert_eq!(backlog(&row), [Some(11), Some(900), Some(690), Some(800)]);
        assert_eq!(
            backlogs(store, None).await.unwrap(),
            [(
                scanner,
                Backlog {
                    left: 690,
                    total: 800
                }
            )]
        );

        let more = passed(stretch(11, 900), Some(stretch(11, 11)), 5000);
        shrink_backlog(store, folder, more).await.unwrap();
        assert_eq!(
            inbox(store, scanner).await.backlog_left,
            Some(0),
            "never below 0"
        );
        let last = passed(stretch(11, 11), None, 1);
        shrink_backlog(store, folder, last).await.unwrap();
        assert_eq!(backlog(&inbox(store, scanner).await), [None; 4]);
        assert_eq!(backlogs(store, Some(scanner)).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_backlog_that_was_widened_meanwhile_is_not_cut_short() {
    for db in both().await {
        let store = &db.store;
        let scanner = scanner(store, "a").await.id;
        let folder = inbox(store, scanner).await.id;
        // Before the first look all is to be read anyway.
        widen_backlog(store, folder, stretch(1, 10)).await.unwrap();
        assert_eq!(backlog(&inbox(store, scanner).await), [None; 4]);
        begin(store, folder, BEGINNING).await.unwrap();
        let part = passed(stretch(1, 1000), Some(stretch(1, 500)), 100);
        shrink_backlog(store, folder, part).await.unwrap();

        widen_backlog(store, folder, stretch(700, 5000))
            .await
            .unwrap();
        let row = inbox(store, scanner).await;
        assert_eq!(
            backlog(&row),
            [Some(1), Some(1000), None, None],
            "new mail is none of it"
        );
        let stale = passed(stretch(1, 500), Some(stretch(1, 400)), 100);
        shrink_backlog(store, folder, stale).await.unwrap();
        assert_eq!(
            backlog(&inbox(store, scanner).await),
            [Some(1), Some(1000), None, None]
        );
        let part = passed(stretch(1, 1000), Some(stretch(1, 900)), 100);
        shrink_backlog(store, folder, part).await.unwrap();
        assert_eq!(
            backlog(&inbox(store, scanner).await),
            [Some(1), Some(900), Some(400), Some(500)]
        );
        widen_backlog(store, folder, stretch(900, 800))
            .await
            .unwrap();
        assert_eq!(inbox(store, scanner).await.backlog_left, Some(400));
    }
}

#[tokio::test]
async fn an_empty_folder_has_no_backlog_and_what_is_remembered_is_given_back() {
    for db in both().await {
        let store = &db.store;
        let scanner = scanner(store, "a").await.id;
        let folder = inbox(store, scanner).await.id;
        let empty = Beginning {
            last_uid: 0,
            messages: 0,
            ..BEGINNING
        };
        begin(store, folder, empty).await.unwrap();
        let day = "2026-01-31".parse().ok();
        set_read_since(store, folder, day).await.unwrap();
        let narrowed = Some(serde_json::json!({"cuts": [7]}));
        set_narrowed(store, folder, narrowed.clone()).await.unwrap();
        let row = inbox(store, scanner).await;
        assert_eq!(backlog(&row), [None; 4]);
        assert_eq!((row.read_since, row.narrowed), (day, narrowed));
    }
}
