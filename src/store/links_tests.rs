use std::collections::HashSet;

use entities::ids::MessageId;
use entities::links::AuthorKind;
use entities::record_kind::RecordKind;
use serde_json::json;

use super::{NewLink, by_rfc_message_ids, for_messages, insert_missing, participants};
use crate::store::contacts::{self, NewContact};
use crate::store::fixture::{at, both, stored};
use crate::store::message_addresses::{self, NewMessageAddress};

fn link(message_id: MessageId, record_kind: RecordKind, record_id: i64) -> NewLink {
    NewLink {
        message_id,
        record_kind,
        record_id,
        evidence: json!([{"by": "thread", "message_id": "x\0"}]),
        author_kind: AuthorKind::Rule,
        author: "leads".to_owned(),
        scan_id: None,
        scanner_id: None,
        created_at: at(0),
    }
}

#[tokio::test]
async fn a_conversation_leads_to_the_records_of_its_messages() {
    for db in both().await {
        let store = &db.store;
        let (a, b) = (stored(store, "a").await, stored(store, "b").await);
        let anna = NewContact {
            first_name: "Anna".to_owned(),
            last_name: "Rossi".to_owned(),
            ..NewContact::default()
        };
        let anna = contacts::insert_many(store, &[anna], at(0)).await.unwrap()[0]
            .id
            .0;
        let links = vec![
            link(a, RecordKind::Contact, anna),
            link(a, RecordKind::Contact, anna),
            link(b, RecordKind::Lead, 99),
        ];
        assert_eq!(insert_missing(store, links.clone()).await, Ok(2));
        assert_eq!(insert_missing(store, links).await, Ok(0));

        // The lead 99 is gone: nothing can be linked to it any more.
        let ids = ["a@mail.example", "b@mail.example", "c@mail.example"];
        let thread = by_rfc_message_ids(store, &ids).await.unwrap();
        let seen: Vec<_> = thread
            .iter()
            .map(|one| {
                (
                    one.rfc_message_id.as_str(),
                    one.record_kind,
                    one.record_id,
                    one.name.as_str(),
                )
            })
            .collect();
        assert_eq!(
            seen,
            [("a@mail.example", RecordKind::Contact, anna, "Anna Rossi")]
        );

        let named = for_messages(store, &[a, b]).await.unwrap();
        let seen: Vec<_> = named
            .iter()
            .map(|one| (one.link.message_id, one.name.as_str()))
            .collect();
        assert_eq!(seen, [(a, "Anna Rossi"), (b, "")]);
    }
}

#[tokio::test]
async fn who_took_part_is_found_by_the_newest_mail_of_the_address() {
    for db in both().await {
        let store = &db.store;
        let (a, b) = (stored(store, "a").await, stored(store, "b").await);
        for (message_id, email) in [(a, "anna@example.it"), (b, "bob@example.it")] {
            let address = NewMessageAddress {
                message_id,
                email: email.to_owned(),
                role: "to",
            };
            message_addresses::insert_missing(store, vec![address])
                .await
                .unwrap();
        }
        let links = vec![
            link(a, RecordKind::Lead, 7),
            link(b, RecordKind::Contact, 7),
        ];
        insert_missing(store, links).await.unwrap();
        let of = |kind, email: &str| (kind, 7, email.to_owned());
        let asked = [
            of(RecordKind::Lead, "anna@example.it"),
            of(RecordKind::Lead, "bob@example.it"),
            of(RecordKind::Contact, "bob@example.it"),
        ];
        let found = participants(store, &asked).await.unwrap();
        assert_eq!(found, HashSet::from([asked[0].clone(), asked[2].clone()]));
        assert!(participants(store, &[]).await.unwrap().is_empty());
    }
}
