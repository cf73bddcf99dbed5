use entities::ids::MailboxId;
use serde_json::json;

use super::{ask, delete_older, find, finish, take};
use crate::store::Store;
use crate::store::fixture::{at, both, mailbox};

fn alive(_: &str) -> bool {
    false
}

fn dead(_: &str) -> bool {
    true
}

async fn asked(store: &Store, mailbox: MailboxId, second: i64) -> bool {
    ask(store, mailbox, None, at(second)).await.unwrap()
}

#[tokio::test]
async fn one_is_asked_for_at_a_time_and_once_a_minute() {
    for db in both().await {
        let store = &db.store;
        let [one, other] = [
            mailbox(store, "one@example.org").await,
            mailbox(store, "other@example.org").await,
        ];
        assert!(asked(store, one, 0).await);
        assert!(!asked(store, one, 100).await, "nobody has looked yet");
        assert!(asked(store, other, 100).await);

        let taken = take(store, "a", at(100), alive).await.unwrap().unwrap();
        assert_eq!((taken.mailbox_id, taken.taken_by), (one, Some("a".into())));
        let taken = find(store, one).await.unwrap().unwrap();
        finish(store, &taken, json!({"well": true}), at(101))
            .await
            .unwrap();
        assert!(asked(store, one, 102).await);
        let row = find(store, one).await.unwrap().unwrap();
        assert_eq!((row.finished_at, row.report), (None, None));
        let taken = take(store, "a", at(102), alive).await.unwrap().unwrap();
        assert_eq!(taken.mailbox_id, other, "who waits for longest");
        let taken = take(store, "a", at(102), alive).await.unwrap().unwrap();
        finish(store, &taken, json!({}), at(103)).await.unwrap();
        assert!(!asked(store, one, 161).await, "within the minute");
        assert!(asked(store, one, 162).await);
    }
}

#[tokio::test]
async fn one_that_its_worker_lost_is_taken_again_and_what_comes_late_is_not_kept() {
    for db in both().await {
        let store = &db.store;
        let mailbox = mailbox(store, "info@example.org").await;
        assert!(asked(store, mailbox, 0).await);
        let first = take(store, "a", at(1), alive).await.unwrap().unwrap();
        assert_eq!(take(store, "b", at(180), alive).await, Ok(None));
        let second = take(store, "b", at(181), alive).await.unwrap().unwrap();
        let third = take(store, "c", at(182), dead).await.unwrap().unwrap();
        for late in [&first, &second] {
            finish(store, late, json!({"late": true}), at(183))
                .await
                .unwrap();
        }
        assert_eq!(find(store, mailbox).await, Ok(Some(third.clone())));
        finish(store, &third, json!({"words": "a\0b"}), at(184))
            .await
            .unwrap();
        let row = find(store, mailbox).await.unwrap().unwrap();
        assert_eq!(row.report, Some(json!({"words": "a\u{fffd}b"})));
        assert_eq!(take(store, "a", at(999), dead).await, Ok(None));
    }
}

#[tokio::test]
async fn old_ones_are_forgotten() {
    for db in both().await {
        let store = &db.store;
        let mailbox = mailbox(store, "info@example.org").await;
        assert!(asked(store, mailbox, 0).await);
        delete_older(store, at(0)).await.unwrap();
        assert!(find(store, mailbox).await.unwrap().is_some());
        delete_older(store, at(1)).await.unwrap();
        assert_eq!(find(store, mailbox).await, Ok(None));
    }
}
