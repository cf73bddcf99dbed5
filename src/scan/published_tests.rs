#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use entities::ids::RuleVersionId;
use rules::{Rule, RuleBook};
use serde_json::json;

use super::Published;
use crate::rule_books::{Publication, publish};
use crate::store::Store;
use crate::store::fixture::{at, both};

async fn publish_rule(store: &Store, name: &str) {
    let rule = Rule {
        stop: true,
        ..Rule::named(name)
    };
    let book = RuleBook {
        rules: vec![rule],
        ..RuleBook::default()
    };
    let publication = Publication {
        author: "anna",
        source: "rules.yaml",
        note: None,
    };
    let made = publish(store, &book, publication, json!([]), at(0)).await;
    made.unwrap().unwrap();
}

#[tokio::test]
async fn rules_are_compiled_once_until_another_version_is_published() {
    for db in both().await {
        let published = Published::default();
        let before = published.read(&db.store).await.unwrap();
        assert_eq!(before.version, None);
        publish_rule(&db.store, "one").await;
        let first = published.read(&db.store).await.unwrap();
        assert_eq!(first.version, Some(RuleVersionId(1)));
        let again = published.read(&db.store).await.unwrap();
        assert!(Arc::ptr_eq(&first, &again));
        publish_rule(&db.store, "two").await;
        let second = published.read(&db.store).await.unwrap();
        assert_eq!(second.version, Some(RuleVersionId(2)));
    }
}
