#![allow(clippy::unwrap_used)]

use entities::ids::ContactId;
use entities::links::AuthorKind;
use entities::record_kind::RecordKind;
use entities::record_moves::MoveReason;
use serde_json::{Value as Json, json};

use super::{MoveError, take_back};
use crate::store::contacts::NewContact;
use crate::store::fixture::{at, both, stored};
use crate::store::links::NewLink;
use crate::store::record_moves::{self, NewMove, Record};
use crate::store::{Store, contacts, links, record_addresses};

/// One who stays, with the address that both had and a link of a rule.
async fn left(store: &Store) -> ContactId {
    let new = NewContact {
        first_name: "Anna".to_owned(),
        phone: "+39 02 1234567".to_owned(),
        email: Some("anna@rossi.example".to_owned()),
        ..NewContact::default()
    };
    contacts::insert_many(store, &[new], at(0)).await.unwrap()[0].id
}

async fn moved(store: &Store, from: Record, to: Record, before: Json) -> Result<(), MoveError> {
    let new = NewMove {
        reason: MoveReason::Merged,
        from,
        to,
        before,
        from_key: None,
        author: "bob".to_owned(),
        created_at: at(0),
    };
    let tx = store.begin().await.unwrap();
    let made = record_moves::insert(&tx, new).await.unwrap();
    take_back(&tx, made.id, "bob", at(2)).await?;
    tx.commit().await.unwrap();
    Ok(())
}

#[tokio::test]
async fn a_merge_that_the_first_version_kept_is_taken_back() {
    for db in both().await {
        let store = &db.store;
        let message = stored(store, "a").await;
        let stays = left(store).await;
        let (from, to) = (
            (RecordKind::Contact, stays.0 + 100),
            (RecordKind::Contact, stays.0),
        );
        let new = NewLink {
            message_id: message,
            record_kind: to.0,
            record_id: to.1,
            evidence: json!([]),
            author_kind: AuthorKind::Rule,
            author: "known".to_owned(),
            scan_id: None,
            scanner_id: None,
            created_at: at(0),
        };
        links::insert_missing(store, vec![new]).await.unwrap();
        let before = json!({
            "moved": {
                "links": [],
                "dropped_links": [{
                    "message": message,
                    "evidence": [],
                    "author_kind": "rule",
                    "author": "replies",
                    "scan": 99,
                    "created_at": at(0),
                }],
                "addresses": [],
                "dropped_addresses": [["anna@rossi.example", "email"]],
            },
            "gone": {
                "kind": "contact",
                "row": {
                    "id": from.1,
                    "first_name": "Anna",
                    "last_name": "Rossi",
                    "organization_id": null,
                    "phone": "+39 02 1234567",
                    "owner_id": null,
                    "external_id": null,
                    "created_at": at(0),
                    "updated_at": at(0),
                },
            },
            "filled": [["phone", ""]],
            "contacts": [],
            "tickets": [],
        });
        moved(store, from, to, before).await.unwrap();

        let again = contacts::by_id(store, ContactId(from.1)).await.unwrap();
        let again = again.unwrap();
        // It is found again by what this version compares.
        assert_eq!(again.phone_key.as_deref(), Some("021234567"));
        assert_eq!(again.name_key.as_deref(), Some("anna rossi"));
        let other = contacts::by_id(store, stays).await.unwrap().unwrap();
        assert_eq!((other.phone.as_str(), other.phone_key), ("", None));
        let linked = links::for_messages(store, &[message]).await.unwrap();
        let linked: Vec<(i64, &str)> = linked
            .iter()
            .map(|one| (one.link.record_id, one.link.author.as_str()))
            .collect();
        assert_eq!(linked, [(to.1, "known"), (from.1, "replies")]);
        let holders = record_addresses::holders_of(store, &["anna@rossi.example"]);
        assert_eq!(holders.await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn what_can_not_be_read_is_refused_with_what_to_do() {
    for db in both().await {
        let store = &db.store;
        let to = (RecordKind::Contact, left(store).await.0);
        let from = (RecordKind::Contact, to.1 + 100);
        let told = moved(store, from, to, json!({"later": true})).await;
        let told = told.unwrap_err().to_string();
        assert!(told.contains("part the two by hand"), "{told}");
    }
}
