#![allow(clippy::unwrap_used)]

use entities::ids::ContactId;
use entities::links::AuthorKind;
use entities::record_kind::RecordKind;
use serde_json::json;

use super::{Merged, merge};
use crate::records::moving::{MoveError, take_back};
use crate::store::contacts::NewContact;
use crate::store::fixture::{at, both, stored};
use crate::store::links::NewLink;
use crate::store::organizations::OrganizationFields;
use crate::store::record_moves::Record;
use crate::store::{Store, contacts, links, organizations, record_addresses};

async fn contact(store: &Store, phone: &str, email: &str, key: Option<&str>) -> ContactId {
    let new = NewContact {
        first_name: "Anna".to_owned(),
        phone: phone.to_owned(),
        email: Some(email.to_owned()),
        external_id: key.map(str::to_owned),
        ..NewContact::default()
    };
    contacts::insert_many(store, &[new], at(0)).await.unwrap()[0].id
}

async fn merged(store: &Store, from: Record, to: Record) -> Merged {
    let tx = store.begin().await.unwrap();
    let merged = merge(&tx, from, to, "bob", at(1)).await.unwrap();
    tx.commit().await.unwrap();
    merged
}

async fn back(store: &Store, merged: &Merged) {
    let tx = store.begin().await.unwrap();
    take_back(&tx, merged.moved, "bob", at(1)).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn two_contacts_become_one_and_two_again() {
    for db in both().await {
        let store = &db.store;
        let message = stored(store, "a").await;
        let stays = contact(store, "", "anna@rossi.example", None).await;
        let goes = contact(store, "+39 02 1", "a.rossi@rossi.example", Some("7")).await;
        let new = NewLink {
            message_id: message,
            record_kind: RecordKind::Contact,
            record_id: goes.0,
            evidence: json!([]),
            author_kind: AuthorKind::Rule,
            author: "known".to_owned(),
            scan_id: None,
            created_at: at(0),
        };
        links::insert_missing(store, vec![new]).await.unwrap();
        let state = async || {
            let holders = ["anna@rossi.example", "a.rossi@rossi.example"];
            (
                contacts::list(store, None, 9).await.unwrap(),
                links::for_messages(store, &[message]).await.unwrap(),
                record_addresses::holders_of(store, &holders).await.unwrap(),
            )
        };
        let before = state().await;
        let (from, to) = (
            (RecordKind::Contact, goes.0),
            (RecordKind::Contact, stays.0),
        );
        let done = merged(store, from, to).await;
        assert_eq!(done.links, 1);
        let (left, linked, holders) = state().await;
        assert_eq!(left.len(), 1);
        assert_eq!(
            (left[0].phone.as_str(), left[0].external_id.as_deref()),
            ("+39 02 1", Some("7"))
        );
        assert_eq!(linked[0].link.record_id, stays.0);
        assert!(holders.iter().all(|holder| holder.id == stays.0));
        assert_eq!(holders[1].field, "other_emails");

        back(store, &done).await;
        let mut after = state().await;
        for contact in &mut after.0 {
            contact.updated_at = at(0);
        }
        assert_eq!(after, before);
    }
}

#[tokio::test]
async fn an_organization_that_goes_leaves_its_people_to_the_other() {
    for db in both().await {
        let store = &db.store;
        let mut ids = Vec::new();
        for (name, website) in [("Rossi Srl", ""), ("ROSSI", "rossi.example")] {
            let fields = OrganizationFields {
                name: name.to_owned(),
                domains: Vec::new(),
                phone: String::new(),
                website: website.to_owned(),
            };
            ids.push(
                organizations::insert(store, fields, at(0))
                    .await
                    .unwrap()
                    .id,
            );
        }
        let new = NewContact {
            organization_id: Some(ids[1]),
            ..NewContact::default()
        };
        let anna = contacts::insert_many(store, &[new], at(0)).await.unwrap()[0].id;
        let record = |at: usize| (RecordKind::Organization, ids[at].0);
        let done = merged(store, record(1), record(0)).await;
        let works_at = async || {
            contacts::by_id(store, anna)
                .await
                .unwrap()
                .unwrap()
                .organization_id
        };
        assert_eq!(works_at().await, Some(ids[0]));
        let left = organizations::list(store).await.unwrap();
        assert_eq!((left.len(), left[0].website.as_str()), (1, "rossi.example"));

        back(store, &done).await;
        assert_eq!(works_at().await, Some(ids[1]));
        let names: Vec<String> = organizations::list(store)
            .await
            .unwrap()
            .into_iter()
            .map(|one| format!("{} {}", one.name, one.website))
            .collect();
        assert_eq!(names, ["ROSSI rossi.example", "Rossi Srl "]);
    }
}

#[tokio::test]
async fn what_can_not_be_merged_is_told() {
    for db in both().await {
        let store = &db.store;
        let anna = contact(store, "", "anna@rossi.example", None).await;
        let tx = store.begin().await.unwrap();
        let (contact, lead) = ((RecordKind::Contact, anna.0), (RecordKind::Lead, 1));
        for (from, to) in [(contact, contact), (lead, contact)] {
            let told = merge(&tx, from, to, "bob", at(1)).await;
            assert!(matches!(told, Err(MoveError::Refused(_))), "{told:?}");
        }
        let nobody = (RecordKind::Contact, 99);
        for (from, to) in [(contact, nobody), (nobody, contact)] {
            let told = merge(&tx, from, to, "bob", at(1)).await;
            assert_eq!(told, Err(MoveError::Gone(RecordKind::Contact, 99)));
        }
    }
}
