use serde_json::json;

use super::{ask, find, finish, take};
use crate::store::fixture::{at, both, mailbox};

fn alive(_: &str) -> bool {
    false
}

#[tokio::test]
async fn folders_are_asked_for_taken_once_and_stay_while_they_are_asked_for_again() {
    for db in both().await {
        let store = &db.store;
        let mailbox = mailbox(store, "info@example.org").await;
        assert!(ask(store, mailbox, None, at(0)).await.unwrap());
        assert!(
            !ask(store, mailbox, None, at(60)).await.unwrap(),
            "nobody has looked yet"
        );
        let taken = take(store, "a", at(60), alive).await.unwrap().unwrap();
        assert_eq!(take(store, "b", at(61), alive).await.unwrap(), None);
        let listed = json!([{"name": "INBOX"}]);
        finish(store, &taken, Ok(listed.clone()), at(62))
            .await
            .unwrap();
        assert!(ask(store, mailbox, None, at(100)).await.unwrap());
        let row = find(store, mailbox).await.unwrap().unwrap();
        assert_eq!((row.folders, row.finished_at), (Some(listed.clone()), None));
        let taken = take(store, "b", at(101), alive).await.unwrap().unwrap();
        let away = Err("The server is away.".to_owned());
        finish(store, &taken, away, at(102)).await.unwrap();
        let row = find(store, mailbox).await.unwrap().unwrap();
        assert_eq!(row.folders, Some(listed));
        assert_eq!(row.error.as_deref(), Some("The server is away."));
    }
}
