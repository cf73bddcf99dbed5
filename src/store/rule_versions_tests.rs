use entities::ids::RuleVersionId;
use serde_json::json;

use super::{NewVersion, by_number, content, insert, latest, newest};
use crate::store::fixture::{at, both};

fn version(hash: &str) -> NewVersion {
    NewVersion {
        hash: hash.to_owned(),
        body: json!({ "of": hash }),
        author: "anna".to_owned(),
        source: "rules.yaml".to_owned(),
        note: None,
        changes: json!([]),
    }
}

#[tokio::test]
async fn versions_are_numbered_and_a_content_that_comes_back_is_kept_once() {
    for db in both().await {
        assert_eq!(latest(&db.store).await.unwrap(), None);
        for (hash, number) in [("a", 1), ("b", 2), ("a", 3)] {
            let made = insert(&db.store, version(hash), at(number)).await.unwrap();
            assert_eq!(made.number, RuleVersionId(number));
        }
        let found = latest(&db.store).await.unwrap().unwrap();
        assert_eq!((found.number.0, found.book_hash.as_str()), (3, "a"));
        let body = content(&db.store, "a").await.unwrap();
        assert_eq!(body, Some(json!({ "of": "a" })));
        assert_eq!(content(&db.store, "c").await.unwrap(), None);
        let second = by_number(&db.store, RuleVersionId(2)).await.unwrap();
        assert_eq!(second.unwrap().book_hash, "b");
        let numbers: Vec<i64> = newest(&db.store, 2)
            .await
            .unwrap()
            .into_iter()
            .map(|version| version.number.0)
            .collect();
        assert_eq!(numbers, [3, 2]);
    }
}
