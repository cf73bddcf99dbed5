#![allow(clippy::unwrap_used)]

use entities::ids::RuleVersionId;
use rules::{Rule, RuleBook};
use serde_json::json;

use super::{Publication, keep_first, now, of_version, publish, read_rule, stored};
use crate::store::fixture::{at, both};
use crate::store::rule_versions::{self, NewVersion};
use crate::store::rules::{RuleFields, insert};

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
async fn rules_from_before_there_were_versions_become_the_first() {
    for db in both().await {
        let store = &db.store;
        keep_first(store, at(0)).await.unwrap();
        assert_eq!(rule_versions::latest(store).await, Ok(None));
        let fields = RuleFields {
            name: "one".to_owned(),
            position: 0,
            enabled: true,
            definition: json!({ "name": "one", "stop": true }),
        };
        insert(store, fields, at(0)).await.unwrap();
        for _ in 0..2 {
            keep_first(store, at(0)).await.unwrap();
        }
        let (number, book) = now(store).await.unwrap();
        assert_eq!(number, Some(RuleVersionId(1)));
        assert_eq!(book, stored(store).await.unwrap());
        assert_eq!(book.rules.len(), 1);
    }
}

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

#[tokio::test]
async fn cases_of_another_version_of_the_program_keep_nobody_from_deciding() {
    let written = json!({
        "name": "Orders",
        "then": [{"tag": ["order"]}],
        "cases": [{"name": "c", "message": {"from": "a@b.c"}, "expect": {"matches": true, "sings": "a song"}}],
    });
    let rule = read_rule(written.clone()).unwrap();
    assert_eq!((rule.name.as_str(), rule.cases.len()), ("Orders", 0));
    assert!(read_rule(json!({"name": "Orders", "then": [{"sing": "a song"}]})).is_err());
    for db in both().await {
        let new = NewVersion {
            hash: "00".to_owned(),
            body: json!({"rules": [written.clone()], "shared": {"lists": {}, "exceptions": {"everywhere": [], "scanners": {}}}}),
            author: "anna".to_owned(),
            source: "rules.yaml".to_owned(),
            note: None,
            changes: json!([]),
        };
        let inserted = rule_versions::insert(&db.store, new, at(0)).await;
        inserted.unwrap();
        let (_, read) = now(&db.store).await.unwrap();
        assert_eq!(read.rules, std::slice::from_ref(&rule));
    }
}
