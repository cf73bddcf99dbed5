use entities::service_keys::ServiceKeyKind;

use super::{
    ServiceKeyFields, by_id, delete, find_by_callback_path, find_by_name, insert, list, update,
};
use crate::store::StoreError;
use crate::store::fixture::{at, both};

fn key(name: &str, path: &str) -> ServiceKeyFields {
    ServiceKeyFields {
        name: name.to_owned(),
        kind: ServiceKeyKind::Oauth,
        active: true,
        allowed_ips: vec!["10.0.0.0/8".to_owned()],
        callback_path: path.to_owned(),
    }
}

#[tokio::test]
async fn a_service_key_is_found_by_its_name_and_by_its_callback_path() {
    for db in both().await {
        let store = &db.store;
        let made = insert(store, key("Mail", "mail"), at(0)).await.unwrap();
        assert_eq!(by_id(store, made.id).await, Ok(Some(made.clone())));
        assert_eq!(find_by_name(store, "Mail").await, Ok(Some(made.clone())));
        assert_eq!(
            find_by_callback_path(store, "mail").await,
            Ok(Some(made.clone()))
        );
        let twice = insert(store, key("Other", "mail"), at(0)).await;
        assert!(
            matches!(twice, Err(StoreError::Conflict { .. })),
            "{twice:?}"
        );
        let fields = ServiceKeyFields {
            active: false,
            ..key("Mail", "post")
        };
        let changed = update(store, made.id, fields, at(1)).await.unwrap();
        assert_eq!((changed.active, changed.created_at), (false, at(0)));
        assert_eq!(list(store).await, Ok(vec![changed]));
        delete(store, made.id).await.unwrap();
        assert_eq!(list(store).await, Ok(vec![]));
    }
}
