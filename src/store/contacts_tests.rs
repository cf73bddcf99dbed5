use entities::record_kind::RecordKind;

use super::{Imported, NewContact, by_id, insert_many, list, upsert_many};
use crate::store::fixture::{at, both};
use crate::store::record_addresses::{holders_of, of_records};

fn contact(first: &str, key: Option<&str>, email: Option<&str>) -> NewContact {
    NewContact {
        first_name: first.to_owned(),
        external_id: key.map(str::to_owned),
        email: email.map(str::to_owned),
        ..NewContact::default()
    }
}

#[tokio::test]
async fn an_import_is_idempotent_and_changes_only_what_it_says() {
    for db in both().await {
        let store = &db.store;
        let first = NewContact {
            phone: "1".to_owned(),
            ..contact("Anna", Some("A1"), Some("anna@example.org"))
        };
        let second = contact("Bo", None, Some("bo@example.org"));
        let rows = vec![first, second];
        let made = upsert_many(store, rows.clone(), at(0)).await;
        assert_eq!(
            made,
            Ok(Imported {
                made: 2,
                changed: 0
            })
        );
        let again = upsert_many(store, rows, at(1)).await;
        assert_eq!(again, Ok(Imported::default()));

        // Bo is found by the address and gets a key; Anna keeps her telephone number.
        let later = vec![
            contact("Anne", Some("A1"), Some("anne@example.org")),
            contact("", Some("B1"), Some("BO@example.org")),
        ];
        upsert_many(store, later, at(2)).await.unwrap();
        let stored = list(store, None, 10).await.unwrap();
        let (anna, bo) = (&stored[1], &stored[0]);
        assert_eq!(
            (anna.first_name.as_str(), anna.phone.as_str()),
            ("Anne", "1")
        );
        assert_eq!(
            (bo.first_name.as_str(), bo.external_id.as_deref()),
            ("Bo", Some("B1"))
        );
        assert_eq!((anna.created_at, anna.updated_at), (at(0), at(2)));
        let addresses = of_records(store, RecordKind::Contact, &[anna.id.0])
            .await
            .unwrap();
        let emails: Vec<_> = addresses.iter().map(|one| one.email.as_str()).collect();
        assert_eq!(emails, ["anna@example.org", "anne@example.org"]);
    }
}

#[tokio::test]
async fn two_rows_of_one_person_are_one_contact_and_a_shared_address_two() {
    for db in both().await {
        let store = &db.store;
        let rows = vec![
            contact("Anna", Some("A1"), Some("office@example.org")),
            contact("Bo", Some("B1"), Some("office@example.org")),
            contact("Anne", Some("A1"), Some("anne@example.org")),
            contact("Cy", None, Some("cy@example.org")),
            contact("Cyrus", None, Some("CY@example.org")),
        ];
        let imported = upsert_many(store, rows, at(0)).await;
        assert_eq!(
            imported,
            Ok(Imported {
                made: 3,
                changed: 0
            })
        );
        let names: Vec<_> = list(store, None, 10)
            .await
            .unwrap()
            .into_iter()
            .map(|contact| contact.first_name)
            .collect();
        assert_eq!(names, ["Cyrus", "Bo", "Anne"]);
        assert_eq!(
            holders_of(store, &["office@example.org"])
                .await
                .unwrap()
                .len(),
            2
        );
    }
}

#[tokio::test]
async fn thousands_are_imported_in_a_few_statements() {
    for db in both().await {
        let store = &db.store;
        let rows: Vec<_> = (0..2500)
            .map(|n| contact("x", Some(&n.to_string()), Some(&format!("{n}@example.org"))))
            .collect();
        let tx = store.begin().await.unwrap();
        let made = upsert_many(&tx, rows.clone(), at(0)).await;
        assert_eq!(
            made,
            Ok(Imported {
                made: 2500,
                changed: 0
            })
        );
        let same = upsert_many(&tx, rows.clone(), at(1)).await;
        assert_eq!(same, Ok(Imported::default()));
        let renamed = rows
            .into_iter()
            .map(|contact| NewContact {
                first_name: "y".to_owned(),
                ..contact
            })
            .collect();
        let changed = upsert_many(&tx, renamed, at(1)).await;
        assert_eq!(
            changed,
            Ok(Imported {
                made: 0,
                changed: 2500
            })
        );
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn contacts_come_back_in_the_order_they_were_given() {
    for db in both().await {
        let store = &db.store;
        let new = [contact("a", None, None), contact("b", None, None)];
        let made = insert_many(store, &new, at(0)).await.unwrap();
        assert_eq!(
            (made[0].first_name.as_str(), made[1].first_name.as_str()),
            ("a", "b")
        );
        assert_eq!(by_id(store, made[1].id).await, Ok(Some(made[1].clone())));
    }
}
