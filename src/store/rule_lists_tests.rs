use super::{RuleListFields, delete, insert, list, update};
use crate::store::StoreError;
use crate::store::fixture::{at, both};

fn fields(name: &str, members: &[&str]) -> RuleListFields {
    RuleListFields {
        name: name.to_owned(),
        members: members.iter().map(|&member| member.to_owned()).collect(),
    }
}

#[tokio::test]
async fn lists_are_made_changed_and_removed() {
    for db in both().await {
        let store = &db.store;
        let partners = insert(store, fields("partners", &["@example.com"]), at(0))
            .await
            .unwrap();
        insert(
            store,
            fields("blocked", &["zażółć@example.org", "a b"]),
            at(0),
        )
        .await
        .unwrap();
        update(
            store,
            partners.id,
            fields("partners", &["@example.it", "x"]),
            at(1),
        )
        .await
        .unwrap();
        let lists: Vec<_> = list(store)
            .await
            .unwrap()
            .into_iter()
            .map(|row| (row.name, row.members.0))
            .collect();
        let texts = |members: &[&str]| members.iter().map(|&one| one.to_owned()).collect();
        let expected: Vec<(String, Vec<String>)> = vec![
            ("blocked".to_owned(), texts(&["zażółć@example.org", "a b"])),
            ("partners".to_owned(), texts(&["@example.it", "x"])),
        ];
        assert_eq!(lists, expected);
        let taken = insert(store, fields("blocked", &[]), at(0)).await;
        assert!(matches!(taken, Err(StoreError::Conflict(_))), "{taken:?}");
        delete(store, partners.id).await.unwrap();
        assert_eq!(list(store).await.unwrap().len(), 1);
    }
}
