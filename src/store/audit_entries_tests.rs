use serde_json::json;

use super::{Filter, NewEntry, insert, list};
use crate::store::fixture::{at, both};

fn entry(action: &str, object: &str) -> NewEntry {
    NewEntry {
        user_id: None,
        who: "command line".to_owned(),
        action: action.to_owned(),
        object_kind: "scanner".to_owned(),
        object_id: object.to_owned(),
        object_name: "sales".to_owned(),
        changes: json!({"schedule": ["*/5 * * * *", "*/2 * * * *"]}),
        remote: String::new(),
    }
}

#[tokio::test]
async fn the_newest_come_first_page_by_page_and_by_object() {
    for db in both().await {
        let store = &db.store;
        for (action, object) in [
            ("scanner.add", "1"),
            ("scanner.add", "2"),
            ("scanner.change", "1"),
        ] {
            insert(store, entry(action, object), at(0)).await.unwrap();
        }
        let found = async |filter: Filter, limit| {
            let found = list(store, &filter, limit).await.unwrap();
            found
                .into_iter()
                .map(|row| (row.id, row.action))
                .collect::<Vec<_>>()
        };
        let first = found(Filter::default(), 2).await;
        assert_eq!(first[0].1, "scanner.change");
        let before = Filter {
            before: Some(first[1].0),
            ..Filter::default()
        };
        assert_eq!(found(before, 2).await.len(), 1);
        let of_first = Filter {
            object: Some(("scanner".to_owned(), Some("1".to_owned()))),
            ..Filter::default()
        };
        assert_eq!(found(of_first, 9).await.len(), 2);
    }
}
