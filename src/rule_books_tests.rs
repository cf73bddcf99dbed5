#![allow(clippy::unwrap_used)]

use entities::ids::RuleVersionId;
use rules::{Rule, RuleBook};
use serde_json::json;

use super::{Publication, now, of_version, publish, stored};
use crate::store::fixture::{at, both};
use crate::store::rule_versions;

fn book(name: &str) -> RuleBook {
    let rule = Rule {
        stop: true,
        ..Rule::named(name)
    };
    let mut book = RuleBook {
        rules: vec![rule],
        ..RuleBook::default()
    };
    let exceptions = &mut book.shared.exceptions;
    exceptions.everywhere = vec!["spam@example.com".to_owned()];
    book
}

const BY_ANNA: Publication<'static> = Publication {
    author: "anna",
    source: "rules.yaml",
    note: None,
};

#[tokio::test]
async fn a_version_is_made_where_something_changed_and_says_the_same_for_ever() {
    for db in both().await {
        let store = &db.store;
        assert_eq!(now(store).await.unwrap(), (None, RuleBook::default()));
        let mut made = Vec::new();
        for name in ["one", "one", "two", "one"] {
            let book = book(name);
            let publishing = publish(store, &book, BY_ANNA, json!([]), at(0));
            made.push(publishing.await.unwrap().map(|number| number.0));
        }
        assert_eq!(made, [Some(1), None, Some(2), Some(3)]);
        let second = rule_versions::by_number(store, RuleVersionId(2)).await;
        let second = second.unwrap().unwrap();
        assert_eq!(of_version(store, &second).await.unwrap(), book("two"));
        let latest = (Some(RuleVersionId(3)), book("one"));
        assert_eq!(now(store).await.unwrap(), latest);
        // The tables are another matter: whoever changes them publishes.
        assert!(stored(store).await.unwrap().is_empty());
    }
}
