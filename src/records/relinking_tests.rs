#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use entities::links::AuthorKind;
use entities::record_kind::RecordKind;
use entities::tickets::{TicketPriority, TicketStatus};
use serde_json::json;

use super::{Relinked, Relinking, relink};
use crate::records::undo::{Teller, undo};
use crate::store::contacts::{self, NewContact};
use crate::store::fixture::{at, both, stored};
use crate::store::links::NewLink;
use crate::store::tickets::{self, NewTicket};
use crate::store::undos::Scope;
use crate::store::{link_choices, links};

#[tokio::test]
async fn what_a_person_says_is_done_remembered_and_its_history_kept() {
    for db in both().await {
        let message = stored(&db.store, "a").await;
        let new = ["Anna", "Berta"].map(|name| NewContact {
            first_name: name.to_owned(),
            ..NewContact::default()
        });
        let made = contacts::insert_many(&db.store, &new, at(0)).await.unwrap();
        let [anna, berta] = [0, 1].map(|index| (RecordKind::Contact, made[index].id.0));
        let say = async |to: Vec<_>, not: Vec<_>| {
            let by = "user@example.com".to_owned();
            let tx = db.store.begin().await.unwrap();
            let wish = Relinking { to, not, by };
            let came = relink(&tx, message, &wish, at(5)).await.unwrap();
            tx.commit().await.unwrap();
            came
        };
        let done = |linked, unlinked| Relinked::Done { linked, unlinked };
        assert_eq!(say(vec![anna], vec![]).await, done(vec![anna], vec![]));
        assert_eq!(
            say(vec![berta], vec![anna]).await,
            done(vec![berta], vec![anna])
        );
        assert_eq!(say(vec![berta], vec![anna]).await, done(vec![], vec![]));

        let linked = links::for_messages(&db.store, &[message]).await.unwrap();
        assert_eq!(linked.len(), 1);
        assert_eq!(linked[0].name, "Berta");
        assert_eq!(linked[0].link.author, "user@example.com");
        let said = link_choices::for_message(&db.store, message).await.unwrap();
        assert_eq!(said.len(), 5);
        assert_eq!(said[0].email, "anna@example.org");
        let removed = said[1].removed.as_ref().unwrap();
        assert_eq!(removed["author_kind"], "person");
    }
}

#[tokio::test]
async fn a_link_that_a_person_confirms_is_the_persons() {
    for db in both().await {
        let store = &db.store;
        let message = stored(store, "a").await;
        let anna = contacts::insert_many(store, &[NewContact::default()], at(0)).await;
        let anna = (RecordKind::Contact, anna.unwrap()[0].id.0);
        let by_rule = NewLink {
            message_id: message,
            record_kind: anna.0,
            record_id: anna.1,
            evidence: json!([]),
            author_kind: AuthorKind::Rule,
            author: "known".to_owned(),
            scan_id: None,
            scanner_id: None,
            created_at: at(0),
        };
        links::insert_missing(store, vec![by_rule]).await.unwrap();
        let tx = store.begin().await.unwrap();
        let wish = Relinking {
            to: vec![anna],
            by: "user@example.com".to_owned(),
            ..Relinking::default()
        };
        let came = relink(&tx, message, &wish, at(5)).await.unwrap();
        assert!(matches!(came, Relinked::Done { linked, .. } if linked.is_empty()));
        // Undoing the rule leaves it.
        let teller = Teller {
            name: "known",
            author: "anna",
            now: at(6),
        };
        let rule = Scope::Rule("known".to_owned());
        let undone = undo(&tx, &rule, teller).await.unwrap();
        assert!(undone.counts.is_empty());
        tx.commit().await.unwrap();
        let linked = links::for_messages(store, &[message]).await.unwrap();
        assert_eq!(linked[0].link.author, "user@example.com");
    }
}

#[tokio::test]
async fn a_record_or_message_that_is_not_there_changes_nothing() {
    for db in both().await {
        let message = stored(&db.store, "a").await;
        let tx = db.store.begin().await.unwrap();
        let nobody = (RecordKind::Lead, 99);
        let wish = Relinking {
            to: vec![nobody],
            ..Relinking::default()
        };
        let came = relink(&tx, message, &wish, at(0)).await.unwrap();
        assert_eq!(came, Relinked::NoRecord(nobody));
        let none = entities::ids::MessageId(99);
        let came = relink(&tx, none, &wish, at(0)).await.unwrap();
        assert_eq!(came, Relinked::NoMessage);
        assert!(!link_choices::any(&tx).await.unwrap());
    }
}

#[tokio::test]
async fn a_doubt_about_a_ticket_is_settled_by_a_persons_word() {
    for db in both().await {
        let (store, message) = (&db.store, stored(&db.store, "a").await);
        let late = NewTicket {
            title: "Late".to_owned(),
            description: String::new(),
            status: TicketStatus::Open,
            priority: TicketPriority::Normal,
            contact_id: None,
            organization_id: None,
            owner_id: None,
            message_id: None,
            rule: None,
            created_at: at(0),
        };
        let ticket = tickets::insert(store, late).await.unwrap().id.0;
        let tx = store.begin().await.unwrap();
        let to = |id| Relinking {
            to: vec![(RecordKind::Ticket, id)],
            by: "user@example.com".to_owned(),
            ..Relinking::default()
        };
        let came = relink(&tx, message, &to(ticket), at(5)).await.unwrap();
        let linked = vec![(RecordKind::Ticket, ticket)];
        let unlinked = Vec::new();
        assert_eq!(came, Relinked::Done { linked, unlinked });
        let came = relink(&tx, message, &to(99), at(5)).await.unwrap();
        assert_eq!(came, Relinked::NoRecord((RecordKind::Ticket, 99)));
        tx.commit().await.unwrap();
        let linked = links::for_messages(store, &[message]).await.unwrap();
        assert_eq!(linked[0].name, "Late");
        let said = link_choices::about(store, &[message], &[], &[])
            .await
            .unwrap();
        assert_eq!(said[0].name, "Late");
    }
}
