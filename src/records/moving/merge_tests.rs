#![allow(clippy::unwrap_used)]

use entities::ids::{ContactId, MessageId};
use entities::leads::LeadStatus;
use entities::links::AuthorKind;
use entities::record_kind::RecordKind;
use entities::tickets::{TicketPriority, TicketStatus};
use sea_orm::ConnectionTrait as _;
use serde_json::json;

use super::{Merged, merge};
use crate::records::moving::{MoveError, take_back};
use crate::store::contacts::NewContact;
use crate::store::fixture::{at, both, records, stored};
use crate::store::leads::NewLead;
use crate::store::link_choices::NewChoice;
use crate::store::links::NewLink;
use crate::store::message_addresses::NewMessageAddress;
use crate::store::organizations::OrganizationFields;
use crate::store::record_addresses::NewAddress;
use crate::store::record_moves::Record;
use crate::store::tickets::NewTicket;
use crate::store::{
    Store, contacts, late_links, leads, link_choices, links, message_addresses, organizations,
    record_addresses, tickets,
};

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
            scanner_id: None,
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

async fn message_of(store: &Store, name: &str, email: &str) -> MessageId {
    let message_id = stored(store, name).await;
    let new = NewMessageAddress {
        message_id,
        email: email.to_owned(),
        role: "from",
    };
    message_addresses::insert_missing(store, vec![new])
        .await
        .unwrap();
    message_id
}

fn link(message_id: MessageId, record: Record, author_kind: AuthorKind) -> NewLink {
    NewLink {
        message_id,
        record_kind: record.0,
        record_id: record.1,
        evidence: json!([{"by": author_kind.as_str()}]),
        author_kind,
        author: "somebody".to_owned(),
        scan_id: None,
        scanner_id: None,
        created_at: at(0),
    }
}

/// Two contacts that have everything a contact may have, in common and each by itself.
async fn rich(store: &Store) -> (Record, Record, [MessageId; 3]) {
    let stays = contact(store, "", "anna@rossi.example", Some("7")).await;
    let goes = contact(store, "+39 02 1234567", "a.rossi@rossi.example", Some("8")).await;
    let (from, to) = (
        (RecordKind::Contact, goes.0),
        (RecordKind::Contact, stays.0),
    );
    let both = NewAddress {
        email: "info@rossi.example".to_owned(),
        record_kind: RecordKind::Contact,
        record_id: 0,
        field: "other_emails".to_owned(),
    };
    let of = |record: Record| NewAddress {
        record_id: record.1,
        ..both.clone()
    };
    record_addresses::insert_missing(store, vec![of(from), of(to)])
        .await
        .unwrap();
    let messages = [
        message_of(store, "a", "a.rossi@rossi.example").await,
        stored(store, "b").await,
        stored(store, "c").await,
    ];
    let links = vec![
        link(messages[0], from, AuthorKind::Rule),
        link(messages[1], from, AuthorKind::Person),
        link(messages[1], to, AuthorKind::Rule),
        link(messages[2], from, AuthorKind::Rule),
        link(messages[2], to, AuthorKind::Rule),
    ];
    links::insert_missing(store, links).await.unwrap();
    let said = NewChoice {
        message_id: messages[1],
        record_kind: from.0,
        record_id: from.1,
        belongs: true,
        email: String::new(),
        chosen_by: "bob".to_owned(),
        removed: None,
        chosen_at: at(0),
    };
    link_choices::insert(store, said).await.unwrap();
    for contact in [stays, goes] {
        let ticket = NewTicket {
            title: "A chair".to_owned(),
            description: String::new(),
            status: TicketStatus::Open,
            priority: TicketPriority::Normal,
            contact_id: Some(contact),
            organization_id: None,
            owner_id: None,
            message_id: None,
            rule: None,
            created_at: at(0),
        };
        tickets::insert(store, ticket).await.unwrap();
    }
    (from, to, messages)
}

#[tokio::test]
async fn a_merge_that_is_taken_back_leaves_the_database_as_it_was() {
    for db in both().await {
        let store = &db.store;
        let (from, to, messages) = rich(store).await;
        let before = records(store).await;
        let done = merged(store, from, to).await;

        let now = contacts::by_id(store, ContactId(to.1))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(now.phone_key.as_deref(), Some("021234567"));
        let linked = links::for_messages(store, &messages).await.unwrap();
        assert_eq!(linked.len(), 3);
        assert!(linked.iter().all(|one| one.link.record_id == to.1));
        // What a person said of one of them holds for the one that is left.
        assert_eq!(linked[1].link.author_kind, AuthorKind::Person);
        let said = link_choices::for_message(store, messages[1]).await.unwrap();
        assert_eq!(said[0].record_id, to.1);
        // Older mail with the address that changed hands is looked at again.
        assert_eq!(late_links::count(store).await, Ok(1));

        back(store, &done).await;
        assert_eq!(records(store).await, before);
    }
}

#[tokio::test]
async fn what_somebody_changed_since_is_not_taken_back() {
    for db in both().await {
        let store = &db.store;
        let (from, to, _) = rich(store).await;
        let third = contact(store, "", "carla@rossi.example", None).await;
        let done = merged(store, from, to).await;
        // Somebody gives one of its tickets to Carla meanwhile.
        let all = tickets::list(store, tickets::Filter::default(), 9)
            .await
            .unwrap();
        let ticket = all[0].id;
        let move_it = format!("UPDATE tickets SET contact_id = {third} WHERE id = {ticket}");
        store.execute_unprepared(&move_it).await.unwrap();
        back(store, &done).await;
        let ticket = tickets::by_id(store, ticket).await.unwrap().unwrap();
        assert_eq!(ticket.contact_id, Some(third));
    }
}

#[tokio::test]
async fn organizations_have_all_domains_of_both_until_it_is_taken_back() {
    for db in both().await {
        let store = &db.store;
        let mut ids = Vec::new();
        for (name, domain) in [
            ("Rossi", "rossi.example"),
            ("Rossi Srl", "rossi-srl.example"),
        ] {
            let fields = OrganizationFields {
                name: name.to_owned(),
                domains: vec![domain.to_owned(), "both.example".to_owned()],
                phone: String::new(),
                website: String::new(),
            };
            let made = organizations::insert(store, fields, at(0)).await.unwrap();
            ids.push((RecordKind::Organization, made.id.0));
        }
        let before = records(store).await;
        let done = merged(store, ids[1], ids[0]).await;
        let left = organizations::list(store).await.unwrap();
        let domains = ["rossi.example", "both.example", "rossi-srl.example"];
        assert_eq!(left[0].domains.0, domains);
        let holders = record_addresses::holders_of(store, &["@rossi-srl.example"]);
        let holders = holders.await.unwrap();
        assert_eq!(
            (holders[0].id, holders[0].field.as_str()),
            (ids[0].1, "domains")
        );
        back(store, &done).await;
        assert_eq!(records(store).await, before);
    }
}

#[tokio::test]
async fn only_open_leads_are_merged_and_both_addresses_are_found() {
    for db in both().await {
        let store = &db.store;
        let new = ["anna@rossi.example", "anna@home.example"].map(|email| NewLead {
            email: email.to_owned(),
            ..NewLead::default()
        });
        let made = leads::insert_many(store, new.to_vec()).await.unwrap();
        let [to, from] = [0, 1].map(|index| (RecordKind::Lead, made[index].id.0));
        leads::set_status(store, made[1].id, LeadStatus::Closed)
            .await
            .unwrap();
        let tx = store.begin().await.unwrap();
        let told = merge(&tx, from, to, "bob", at(1)).await.unwrap_err();
        assert_eq!(
            told.to_string(),
            format!("Lead {} is closed; only open leads are merged", from.1)
        );
        drop(tx);
        leads::set_status(store, made[1].id, LeadStatus::Open)
            .await
            .unwrap();
        merged(store, from, to).await;
        let holders = record_addresses::holders_of(store, &["anna@home.example"]);
        let holder = &holders.await.unwrap()[0];
        assert_eq!((holder.id, holder.field.as_str()), (to.1, "other_emails"));
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
