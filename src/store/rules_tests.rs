use serde_json::json;

use super::{RuleFields, delete, find_by_name, insert, list, update};
use crate::store::StoreError;
use crate::store::fixture::{at, both};
use crate::store::mail_servers::{self, MailServerFields};
use crate::store::organization_names::Picked;
use crate::store::organizations::{self, OrganizationFields};

fn rule(name: &str, position: i32) -> RuleFields {
    RuleFields {
        name: name.to_owned(),
        position,
        enabled: true,
        definition: json!({"name": name, "then": [{"tag": ["x"]}]}),
    }
}

#[tokio::test]
async fn rules_are_listed_in_the_order_they_are_tried() {
    for db in both().await {
        let store = &db.store;
        for (name, position) in [("c", 2), ("b", 1), ("a", 2)] {
            insert(store, rule(name, position), at(0)).await.unwrap();
        }
        let b = find_by_name(store, "b").await.unwrap().unwrap();
        assert_eq!(b.definition, json!({"name": "b", "then": [{"tag": ["x"]}]}));
        update(store, b.id, rule("b", 3), at(1)).await.unwrap();
        let names: Vec<_> = list(store)
            .await
            .unwrap()
            .into_iter()
            .map(|rule| rule.name)
            .collect();
        assert_eq!(names, ["a", "c", "b"]);
        delete(store, b.id).await.unwrap();
        assert_eq!(find_by_name(store, "b").await, Ok(None));
        let taken = insert(store, rule("a", 9), at(0)).await;
        assert!(matches!(taken, Err(StoreError::Conflict(_))), "{taken:?}");
    }
}

#[tokio::test]
async fn organizations_and_mail_servers_are_changed_and_removed() {
    for db in both().await {
        let store = &db.store;
        let fields = |phone: &str| OrganizationFields {
            name: "Example".to_owned(),
            domains: vec!["example.org".to_owned()],
            phone: phone.to_owned(),
            website: String::new(),
        };
        let made = organizations::insert(store, fields("1"), at(0))
            .await
            .unwrap();
        let changed = organizations::update(store, made.id, fields("2"), at(1))
            .await
            .unwrap();
        assert_eq!(
            organizations::find_by_name(store, "Example")
                .await
                .map(Picked::one),
            Ok(Some(changed.clone()))
        );
        assert_eq!(
            (changed.phone.as_str(), changed.domains),
            ("2", made.domains)
        );
        organizations::delete(store, made.id).await.unwrap();
        assert_eq!(organizations::list(store).await, Ok(vec![]));

        super::super::fixture::mailbox(store, "a@example.org").await;
        let server = mail_servers::list(store).await.unwrap().remove(0);
        let fields = MailServerFields {
            verify_certificate: false,
            ca_file: Some("/ca.pem".to_owned()),
            ..MailServerFields::generic(
                "Other",
                &server.host,
                143,
                entities::mail_servers::TlsMode::Starttls,
                entities::mail_servers::AuthMethod::Oauthbearer,
            )
        };
        let changed = mail_servers::update(store, server.id, fields, at(1))
            .await
            .unwrap();
        assert_eq!(
            mail_servers::find_by_name(store, "Other").await,
            Ok(Some(changed.clone()))
        );
        assert_eq!(
            (changed.port, changed.ca_file.as_deref()),
            (143, Some("/ca.pem"))
        );
    }
}
