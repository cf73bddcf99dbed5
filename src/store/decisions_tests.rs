use entities::ids::{MessageId, ScannerId};
use serde_json::json;

use super::{NewDecision, counts, exists_for, for_message, insert_missing};
use crate::store::fixture::{at, both, scanner, stored};

fn decision(message_id: MessageId, scanner_id: ScannerId) -> NewDecision {
    NewDecision {
        message_id,
        scanner_id,
        body: json!({"rules": ["\0"]}),
        decided_at: at(0),
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

        assert_eq!(exists_for(store, two, &[a, b]).await, Ok([a].into()));
        assert_eq!(exists_for(store, one, &[]).await, Ok([].into()));
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
