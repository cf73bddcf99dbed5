use entities::ids::{MessageId, ScannerId};
use serde_json::json;

use super::{NewDecision, counts, for_message, insert_missing, made_of, page_before, replace};
use crate::store::fixture::{at, both, scanner, stored};

fn decision(message_id: MessageId, scanner_id: ScannerId) -> NewDecision {
    NewDecision {
        message_id,
        scanner_id,
        body: json!({"rules": ["\0"]}),
        doubt: None,
        decided_at: at(0),
        version: None,
    }
}

#[tokio::test]
async fn a_scanner_decides_a_message_once() {
    for db in both().await {
        let store = &db.store;
        let (one, two) = (
            scanner(store, "one").await.id,
            scanner(store, "two").await.id,
        );
        let (a, b) = (stored(store, "a").await, stored(store, "b").await);
        assert_eq!(insert_missing(store, vec![decision(a, one)]).await, Ok(1));
        let more = vec![decision(a, one), decision(b, one), decision(a, two)];
        assert_eq!(insert_missing(store, more).await, Ok(2));

        let made = made_of(store, two, &[a, b]).await.unwrap();
        assert_eq!(made.into_keys().collect::<Vec<_>>(), [a]);
        assert_eq!(made_of(store, one, &[]).await, Ok([].into()));
        let bodies: Vec<_> = for_message(store, a)
            .await
            .unwrap()
            .into_iter()
            .map(|one| one.body)
            .collect();
        assert_eq!(
            bodies,
            [
                json!({"rules": ["\u{fffd}"]}),
                json!({"rules": ["\u{fffd}"]})
            ]
        );
        assert_eq!(counts(store).await, Ok(vec![(one, 2), (two, 1)]));
    }
}

#[tokio::test]
async fn pages_go_from_the_newest_message_to_the_oldest_and_miss_none() {
    for db in both().await {
        let store = &db.store;
        let (one, two) = (
            scanner(store, "one").await.id,
            scanner(store, "two").await.id,
        );
        let (a, b) = (stored(store, "a").await, stored(store, "b").await);
        for new in [
            decision(b, one),
            decision(a, two),
            decision(b, two),
            decision(a, one),
        ] {
            insert_missing(store, vec![new]).await.unwrap();
        }
        let mut last = None;
        let mut found = Vec::new();
        loop {
            let page = page_before(store, last, Some(at(-60)), None, 1)
                .await
                .unwrap();
            let Some(row) = page.into_iter().next() else {
                break;
            };
            last = Some((row.message_id, row.id));
            found.push((row.message_id, row.scanner_id));
        }
        assert_eq!(found, [(b, two), (b, one), (a, one), (a, two)]);
        let mine = page_before(store, None, None, Some(&[two]), 9).await;
        let mine: Vec<MessageId> = mine.unwrap().iter().map(|row| row.message_id).collect();
        assert_eq!(mine, [b, a]);
        let later = page_before(store, None, Some(at(-59)), None, 9).await;
        assert_eq!(later, Ok(Vec::new()));
    }
}

#[tokio::test]
async fn a_decision_made_anew_takes_the_place_of_the_old_one() {
    for db in both().await {
        let store = &db.store;
        let scanner = scanner(store, "one").await.id;
        let message = stored(store, "a").await;
        let old = vec![decision(message, scanner)];
        insert_missing(store, old).await.unwrap();
        let anew = NewDecision {
            body: json!({"rules": ["another"]}),
            doubt: None,
            decided_at: at(60),
            version: None,
            ..decision(message, scanner)
        };
        let before = made_of(store, scanner, &[message]).await.unwrap();
        replace(store, scanner, vec![anew]).await.unwrap();
        replace(store, scanner, Vec::new()).await.unwrap();
        let after = made_of(store, scanner, &[message]).await.unwrap();
        assert_ne!(before, after);
        let all = for_message(store, message).await.unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(
            (&all[0].body, all[0].decided_at),
            (&json!({"rules": ["another"]}), at(60))
        );
    }
}
