use entities::record_kind::RecordKind;

use super::{NewAddress, holders_of, insert_missing, of_records, replace};
use crate::store::contacts::{self, NewContact};
use crate::store::fixture::{at, both};
use crate::store::leads::{self, NewLead};
use crate::store::organizations::{self, OrganizationFields};

#[tokio::test]
async fn holders_of_an_address_are_named_whatever_sort_they_are() {
    for db in both().await {
        let store = &db.store;
        let anna = NewContact {
            first_name: "Anna".to_owned(),
            last_name: "Rossi".to_owned(),
            email: Some("Anna@Example.org".to_owned()),
            other_emails: vec!["a.rossi@home.example".to_owned(), " ".to_owned()],
            ..NewContact::default()
        };
        let anna = contacts::insert_many(store, &[anna], at(0)).await.unwrap()[0]
            .id
            .0;
        let lead = NewLead {
            company: "Acme".to_owned(),
            email: "anna@example.org".to_owned(),
            ..NewLead::default()
        };
        let lead = leads::insert_many(store, vec![lead]).await.unwrap()[0].id.0;
        let body = OrganizationFields {
            name: "Body".to_owned(),
            domains: vec![],
            phone: String::new(),
            website: String::new(),
        };
        let body = organizations::insert(store, body, at(0))
            .await
            .unwrap()
            .id
            .0;
        let gone = |record_id, kind| NewAddress {
            email: "office@body.example".to_owned(),
            record_kind: kind,
            record_id,
            field: "email".to_owned(),
        };
        let addresses = vec![
            gone(body, RecordKind::Organization),
            gone(999, RecordKind::Contact),
        ];
        assert_eq!(insert_missing(store, addresses).await, Ok(2));

        let asked = [
            "ANNA@example.org",
            "a.rossi@home.example",
            "office@body.example",
            "nobody@x.example",
        ];
        let holders = holders_of(store, &asked).await.unwrap();
        let seen: Vec<_> = holders
            .iter()
            .map(|one| {
                (
                    one.email.as_str(),
                    one.kind,
                    one.id,
                    one.field.as_str(),
                    one.name.as_str(),
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                (
                    "anna@example.org",
                    RecordKind::Contact,
                    anna,
                    "email",
                    "Anna Rossi"
                ),
                (
                    "a.rossi@home.example",
                    RecordKind::Contact,
                    anna,
                    "other_emails",
                    "Anna Rossi"
                ),
                ("anna@example.org", RecordKind::Lead, lead, "email", "Acme"),
                (
                    "office@body.example",
                    RecordKind::Organization,
                    body,
                    "email",
                    "Body"
                ),
            ]
        );
        assert_eq!(holders_of(store, &[]).await, Ok(vec![]));
    }
}

#[tokio::test]
async fn a_record_gets_exactly_its_new_addresses() {
    for db in both().await {
        let store = &db.store;
        let new = [
            ("B@example.org", "email"),
            ("c@example.org", "other_emails"),
        ];
        replace(store, RecordKind::Contact, 1, &[("a@example.org", "email")])
            .await
            .unwrap();
        replace(store, RecordKind::Contact, 2, &[("a@example.org", "email")])
            .await
            .unwrap();
        replace(store, RecordKind::Contact, 1, &new).await.unwrap();
        let found = of_records(store, RecordKind::Contact, &[1, 2])
            .await
            .unwrap();
        let seen: Vec<_> = found
            .iter()
            .map(|one| (one.record_id, one.email.as_str()))
            .collect();
        assert_eq!(
            seen,
            [
                (2, "a@example.org"),
                (1, "b@example.org"),
                (1, "c@example.org")
            ]
        );
    }
}
