#![allow(clippy::unwrap_used)]

use entities::ids::{ContactId, LeadId, MessageId};
use entities::leads::LeadStatus;
use entities::links::AuthorKind;
use entities::record_kind::RecordKind;
use serde_json::json;

use super::{Conversion, Converted, convert};
use crate::records::moving::{MoveError, take_back};
use crate::store::contacts::NewContact;
use crate::store::fixture::{at, both, records, stored};
use crate::store::leads::NewLead;
use crate::store::links::NewLink;
use crate::store::{Store, contacts, leads, links, organizations, record_addresses};

async fn lead(store: &Store) -> LeadId {
    let new = NewLead {
        first_name: "Anna".to_owned(),
        last_name: "Rossi".to_owned(),
        company: "Rossi Srl".to_owned(),
        email: "anna@rossi.example".to_owned(),
        created_at: at(0),
        ..NewLead::default()
    };
    leads::insert_many(store, vec![new]).await.unwrap()[0].id
}

async fn link(store: &Store, message: MessageId, kind: RecordKind, id: i64) {
    let new = NewLink {
        message_id: message,
        record_kind: kind,
        record_id: id,
        evidence: json!([]),
        author_kind: AuthorKind::Rule,
        author: "known".to_owned(),
        scan_id: None,
        scanner_id: None,
        created_at: at(0),
    };
    links::insert_missing(store, vec![new]).await.unwrap();
}

/// What each message is linked to, and who has the address.
async fn state(store: &Store, messages: &[MessageId]) -> Vec<String> {
    let links = links::for_messages(store, messages).await.unwrap();
    let mut told: Vec<String> = links
        .iter()
        .map(|one| {
            let link = &one.link;
            format!(
                "{} {} {}",
                link.message_id,
                link.record_kind.as_str(),
                link.record_id
            )
        })
        .collect();
    let holders = record_addresses::holders_of(store, &["anna@rossi.example", "anna@home.example"]);
    told.extend(holders.await.unwrap().iter().map(|one| {
        format!(
            "{} {} {} {}",
            one.email,
            one.kind.as_str(),
            one.id,
            one.field
        )
    }));
    told.sort_unstable();
    told
}

async fn converted(store: &Store, lead: LeadId, into: Option<ContactId>) -> Converted {
    let wish = Conversion {
        lead,
        into,
        organization: None,
        author: "bob".to_owned(),
    };
    let tx = store.begin().await.unwrap();
    let converted = convert(&tx, wish, at(1)).await.unwrap();
    tx.commit().await.unwrap();
    converted
}

#[tokio::test]
async fn a_lead_becomes_a_contact_at_its_company_and_a_lead_again() {
    for db in both().await {
        let store = &db.store;
        let messages = [stored(store, "a").await, stored(store, "b").await];
        let lead = lead(store).await;
        link(store, messages[0], RecordKind::Lead, lead.0).await;
        let before = state(store, &messages).await;

        let made = converted(store, lead, None).await;
        assert_eq!(made.links, 1);
        let contact = contacts::by_id(store, made.contact).await.unwrap().unwrap();
        assert_eq!(
            (contact.first_name.as_str(), contact.organization_id),
            ("Anna", made.organization)
        );
        let company = organizations::find_by_name(store, "Rossi Srl")
            .await
            .unwrap();
        assert_eq!(company.one().map(|row| row.id), made.organization);
        let row = leads::by_id(store, lead).await.unwrap().unwrap();
        assert_eq!(row.status, LeadStatus::Converted);
        let id = made.contact.0;
        assert_eq!(
            state(store, &messages).await,
            [
                format!("{} contact {id}", messages[0]),
                format!("anna@rossi.example contact {id} email"),
            ]
        );
        // What comes meanwhile goes back with the rest.
        link(store, messages[1], RecordKind::Contact, id).await;
        let tx = store.begin().await.unwrap();
        take_back(&tx, made.moved, "bob", at(2)).await.unwrap();
        tx.commit().await.unwrap();
        let mut after = before.clone();
        after.insert(1, format!("{} lead {lead}", messages[1]));
        assert_eq!(state(store, &messages).await, after);
        assert_eq!(contacts::by_id(store, made.contact).await, Ok(None));
        assert_eq!(organizations::list(store).await, Ok(vec![]));
        let row = leads::by_id(store, lead).await.unwrap().unwrap();
        assert_eq!(row.status, LeadStatus::Open);
    }
}

#[tokio::test]
async fn a_lead_becomes_a_contact_that_is_there_and_both_get_back_what_was_theirs() {
    for db in both().await {
        let store = &db.store;
        let messages = [stored(store, "a").await, stored(store, "b").await];
        let lead = lead(store).await;
        let new = NewContact {
            email: Some("anna@home.example".to_owned()),
            ..NewContact::default()
        };
        let contact = contacts::insert_many(store, &[new], at(0)).await.unwrap()[0].id;
        link(store, messages[0], RecordKind::Lead, lead.0).await;
        link(store, messages[0], RecordKind::Contact, contact.0).await;
        link(store, messages[1], RecordKind::Lead, lead.0).await;
        let before = state(store, &messages).await;
        let all = records(store).await;

        let made = converted(store, lead, Some(contact)).await;
        assert_eq!((made.contact, made.links), (contact, 2));
        assert_eq!(
            state(store, &messages).await,
            [
                format!("{} contact {contact}", messages[0]),
                format!("{} contact {contact}", messages[1]),
                format!("anna@home.example contact {contact} email"),
                format!("anna@rossi.example contact {contact} other_emails"),
            ]
        );
        let tx = store.begin().await.unwrap();
        take_back(&tx, made.moved, "bob", at(2)).await.unwrap();
        let twice = take_back(&tx, made.moved, "bob", at(3)).await;
        assert!(matches!(twice, Err(MoveError::Refused(_))), "{twice:?}");
        tx.commit().await.unwrap();
        assert_eq!(state(store, &messages).await, before);
        assert_eq!(records(store).await, all);
    }
}

#[tokio::test]
async fn what_can_not_be_converted_is_told() {
    for db in both().await {
        let store = &db.store;
        let lead = lead(store).await;
        converted(store, lead, None).await;
        let tx = store.begin().await.unwrap();
        let again = |lead, into| Conversion {
            lead,
            into,
            organization: None,
            author: String::new(),
        };
        let told = convert(&tx, again(lead, None), at(2)).await.unwrap_err();
        assert_eq!(
            told.to_string(),
            format!("Lead {lead} is converted already")
        );
        let told = convert(&tx, again(LeadId(99), None), at(2))
            .await
            .unwrap_err();
        assert_eq!(told.to_string(), "There is no lead 99");
    }
}
