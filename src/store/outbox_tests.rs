use entities::outbox::Channel;
use serde_json::json;

use super::{NewRow, claim, delivered, failed, insert, list};
use crate::store::fixture::{at, both};

fn row(key: &str) -> NewRow {
    NewRow {
        channel: Channel::Webhook,
        key: key.to_owned(),
        body: json!({"type": "light.red"}),
    }
}

#[tokio::test]
async fn one_effect_is_asked_for_once_and_tried_by_one_at_a_time() {
    for db in both().await {
        let store = &db.store;
        assert_eq!(insert(store, row("a"), at(0)).await, Ok(true));
        assert_eq!(insert(store, row("a"), at(1)).await, Ok(false));
        assert_eq!(insert(store, row("b"), at(1)).await, Ok(true));

        let first = claim(store, at(1), at(61)).await.unwrap().unwrap();
        assert_eq!((first.key.as_str(), first.attempts), ("a", 1));
        let second = claim(store, at(1), at(61)).await.unwrap().unwrap();
        assert_eq!(second.key, "b");
        assert_eq!(claim(store, at(1), at(61)).await, Ok(None));

        delivered(store, first.id, at(2)).await.unwrap();
        failed(store, second.id, "503", Some(at(30)), at(2))
            .await
            .unwrap();
        assert_eq!(claim(store, at(29), at(61)).await, Ok(None));
        let again = claim(store, at(30), at(90)).await.unwrap().unwrap();
        assert_eq!((again.key.as_str(), again.attempts), ("b", 2));
        failed(store, again.id, "410", None, at(31)).await.unwrap();
        assert_eq!(claim(store, at(9_999), at(99_999)).await, Ok(None));
        let rows = list(store, 9).await.unwrap();
        assert_eq!(
            (rows[0].given_up_at, rows[0].error.as_deref()),
            (Some(at(31)), Some("410"))
        );
        assert_eq!(rows[1].delivered_at, Some(at(2)));
    }
}
