#![allow(clippy::unwrap_used)]

use super::{Among, page};
use crate::store::fixture::{at, blob, both, message};
use crate::store::messages::{NewMessage, insert_missing};
use crate::store::{Store, blobs};

async fn received(store: &Store, name: &str, second: i64, from: &str) {
    blobs::insert_missing(store, vec![blob(name)])
        .await
        .unwrap();
    let new = NewMessage {
        received_at: at(second),
        from_email: from.to_owned(),
        ..message(name)
    };
    insert_missing(store, vec![new]).await.unwrap();
}

#[tokio::test]
async fn heads_come_page_by_page_the_newest_first_and_each_once() {
    for db in both().await {
        let store = &db.store;
        for (name, second) in [("a", 5), ("b", 5), ("c", 5), ("d", 9), ("e", 1)] {
            received(store, name, second, "anna@example.org").await;
        }
        received(store, "f", 7, "Other@example.org").await;
        let anna = Among {
            from_email: Some(" ANNA@example.org".to_owned()),
            ..Among::default()
        };
        let mut seen = Vec::new();
        let mut last = None;
        loop {
            let heads = page(store, &anna, last.as_ref(), 2).await.unwrap();
            seen.extend(heads.iter().map(|head| head.subject.clone()));
            let Some(head) = heads.into_iter().last() else {
                break;
            };
            last = Some(head);
        }
        assert_eq!(
            seen,
            ["About d", "About c", "About b", "About a", "About e"]
        );
        let between = Among {
            since: Some(at(5)),
            before: Some(at(9)),
            ..Among::default()
        };
        let heads = page(store, &between, None, 10).await.unwrap();
        let senders: Vec<_> = heads.iter().map(|head| head.from_email.as_str()).collect();
        assert_eq!(
            senders,
            [
                "other@example.org",
                "anna@example.org",
                "anna@example.org",
                "anna@example.org"
            ]
        );
    }
}
