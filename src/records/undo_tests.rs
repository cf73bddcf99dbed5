#![allow(clippy::unwrap_used)]

use entities::ids::{LeadId, MessageId, ScanId};
use entities::links::AuthorKind;
use entities::record_kind::RecordKind;
use entities::scans::ScanTrigger;
use entities::tickets::{TicketPriority, TicketStatus};
use serde_json::json;

use super::{Counts, Teller, Undone, undo};
use crate::records::moving::convert::{Conversion, convert};
use crate::records::moving::merge::merge;
use crate::records::tickets::{Author, TicketWish, create_once, set_status};
use crate::store::fixture::{Fixture, at, both, inbox, records, stored, tag};
use crate::store::leads::NewLead;
use crate::store::links::NewLink;
use crate::store::undos::{self, Scope};
use crate::store::{self, Store, leads, links, message_tags, scans, tickets};

fn teller() -> Teller<'static> {
    Teller {
        name: "enquiries",
        author: "anna",
        now: at(9),
    }
}

fn wish() -> TicketWish {
    TicketWish {
        title: "A chair is broken".to_owned(),
        description: String::new(),
        status: TicketStatus::Open,
        priority: TicketPriority::Normal,
        contact: None,
        organization: None,
        owner: String::new(),
        message: None,
        rule: Some("support".to_owned()),
    }
}

async fn undone(store: &Store, scope: &Scope) -> Undone {
    let tx = store.begin().await.unwrap();
    let undone = undo(&tx, scope, teller()).await.unwrap();
    tx.commit().await.unwrap();
    undone
}

async fn link(
    store: &Store,
    message: MessageId,
    record: (RecordKind, i64),
    author: (AuthorKind, &str),
    scan: Option<ScanId>,
) {
    let scanner_id = match scan {
        Some(scan) => scans::by_id(store, scan).await.unwrap(),
        None => None,
    };
    let new = NewLink {
        message_id: message,
        record_kind: record.0,
        record_id: record.1,
        evidence: json!([]),
        author_kind: author.0,
        author: author.1.to_owned(),
        scan_id: scan,
        scanner_id: scanner_id.map(|scan| scan.scanner_id),
        created_at: at(0),
    };
    links::insert_missing(store, vec![new]).await.unwrap();
}

/// A lead that a rule made of a message in a scan.
async fn lead(store: &Store, message: MessageId, rule: &str, scan: Option<ScanId>) -> LeadId {
    let new = NewLead {
        email: format!("{message}@example.org"),
        message_id: Some(message),
        rule: Some(rule.to_owned()),
        created_at: at(0),
        ..NewLead::default()
    };
    let made = leads::insert_many(store, vec![new]).await.unwrap();
    let by = (AuthorKind::Rule, rule);
    link(store, message, (RecordKind::Lead, made[0].id.0), by, scan).await;
    made[0].id
}

/// Everything that undoing may change, as text.
async fn state(db: &Fixture) -> String {
    let store = &db.store;
    let messages: Vec<MessageId> = (1..=9).map(MessageId).collect();
    format!(
        "{:?}\n{:?}\n{:?}\n{:?}",
        leads::list(store, None, 99).await.unwrap(),
        links::for_messages(store, &messages).await.unwrap(),
        message_tags::for_messages(store, &messages).await.unwrap(),
        store::record_addresses::of_records(store, RecordKind::Lead, &[1, 2, 3, 4])
            .await
            .unwrap(),
    )
}

#[tokio::test]
async fn what_a_rule_did_is_taken_back_and_the_rest_is_as_before() {
    for db in both().await {
        let store = &db.store;
        let other = stored(store, "other").await;
        lead(store, other, "another rule", None).await;
        let before = state(&db).await;

        let message = stored(store, "a").await;
        let follow_up = stored(store, "b").await;
        let made = lead(store, message, "enquiries", None).await;
        message_tags::insert_missing(store, vec![tag(message, "enquiry")])
            .await
            .unwrap();
        // Another rule linked what came later to the lead that goes.
        let record = (RecordKind::Lead, made.0);
        link(store, follow_up, record, (AuthorKind::Rule, "known"), None).await;

        let scope = Scope::Rule("enquiries".to_owned());
        let tx = store.begin().await.unwrap();
        let preview = undo(&tx, &scope, teller()).await.unwrap();
        drop(tx);
        assert_eq!(leads::list(store, None, 9).await.unwrap().len(), 2);

        let counts = Counts {
            leads: 1,
            links: 2,
            tags: 1,
            ..Counts::default()
        };
        let did = undone(store, &scope).await;
        assert_eq!((did.counts, did.kept.len()), (counts, 0));
        assert_eq!(did, preview);
        assert_eq!(state(&db).await, before);
        // Once more there is nothing to do, and the history tells of the one time.
        assert!(undone(store, &scope).await.counts.is_empty());
        let history = undos::list(store, 9).await.unwrap();
        assert_eq!(history.len(), 1);
        assert_eq!(history[0].counts["links"], 2);
    }
}

#[tokio::test]
async fn what_people_touched_stays_and_is_told() {
    for db in both().await {
        let store = &db.store;
        let message = stored(store, "a").await;
        let made = lead(store, message, "enquiries", None).await;
        let by_hand = stored(store, "b").await;
        let record = (RecordKind::Lead, made.0);
        link(store, by_hand, record, (AuthorKind::Person, "anna"), None).await;
        let before = state(&db).await;

        let did = undone(store, &Scope::Rule("enquiries".to_owned())).await;
        assert!(did.counts.is_empty(), "{did:?}");
        assert_eq!(did.kept[0].why, "a person linked mail to it");
        assert_eq!(state(&db).await, before);
        assert!(undos::list(store, 9).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_scan_and_a_mailbox_are_taken_back_by_themselves() {
    for db in both().await {
        let store = &db.store;
        let mine = inbox(store, "a").await;
        let theirs = inbox(store, "b").await;
        let mut made = Vec::new();
        for (number, folder) in [&mine, &mine, &theirs].into_iter().enumerate() {
            let message = stored(store, &number.to_string()).await;
            let scan = scans::start(store, folder.scanner_id, "here", ScanTrigger::Manual, at(0))
                .await
                .unwrap();
            made.push((scan, lead(store, message, "enquiries", Some(scan)).await));
        }
        let left = async || -> Vec<LeadId> {
            let all = leads::list(store, None, 9).await.unwrap();
            all.into_iter().map(|lead| lead.id).collect()
        };
        undone(store, &Scope::Scan(made[0].0)).await;
        assert_eq!(left().await, [made[2].1, made[1].1]);
        let scanners = store::scanners::list(store).await.unwrap();
        let scanner = scanners.iter().find(|one| one.id == mine.scanner_id);
        undone(store, &Scope::Mailbox(scanner.unwrap().mailbox_id)).await;
        assert_eq!(left().await, [made[2].1]);
    }
}

#[tokio::test]
async fn tickets_go_and_those_that_were_opened_again_get_their_status_back() {
    for db in both().await {
        let store = &db.store;
        let message = stored(store, "a").await;
        let reply = stored(store, "b").await;
        let rule = |name: &'static str| Author {
            kind: AuthorKind::Rule,
            name,
            message: Some(reply),
            scan: None,
            scanner: None,
        };
        let tx = store.begin().await.unwrap();
        let wish = TicketWish {
            message: Some(message),
            ..wish()
        };
        let (ticket, _) = create_once(&tx, wish, at(0)).await.unwrap();
        let (closed, open) = (TicketStatus::Closed, TicketStatus::Open);
        set_status(&tx, ticket.id, closed, rule("thanks"), at(1))
            .await
            .unwrap();
        set_status(&tx, ticket.id, open, rule("replies"), at(2))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let record = (RecordKind::Ticket, ticket.id.0);
        link(store, message, record, (AuthorKind::Rule, "support"), None).await;

        // It was changed once more since.
        let early = undone(store, &Scope::Rule("thanks".to_owned())).await;
        assert!(early.counts.is_empty());
        let replies = undone(store, &Scope::Rule("replies".to_owned())).await;
        assert_eq!(replies.counts.statuses, 1);
        let now = tickets::by_id(store, ticket.id).await.unwrap().unwrap();
        assert_eq!(now.status, closed);
        let gone = undone(store, &Scope::Rule("support".to_owned())).await;
        assert_eq!((gone.counts.tickets, gone.counts.links), (1, 1));
        assert_eq!(tickets::by_id(store, ticket.id).await, Ok(None));
    }
}

#[tokio::test]
async fn a_ticket_that_a_person_closed_stays() {
    for db in both().await {
        let store = &db.store;
        let message = stored(store, "a").await;
        let tx = store.begin().await.unwrap();
        let wish = TicketWish {
            message: Some(message),
            ..wish()
        };
        let (ticket, _) = create_once(&tx, wish, at(0)).await.unwrap();
        let by_hand = Author {
            kind: AuthorKind::Person,
            name: "anna",
            message: None,
            scan: None,
            scanner: None,
        };
        set_status(&tx, ticket.id, TicketStatus::Closed, by_hand, at(1))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let record = (RecordKind::Ticket, ticket.id.0);
        link(store, message, record, (AuthorKind::Rule, "support"), None).await;
        let kept = undone(store, &Scope::Rule("support".to_owned())).await;
        assert_eq!(kept.counts, Counts::default());
        assert_eq!(kept.kept.len(), 1);
    }
}

async fn converted(store: &Store, lead: LeadId) {
    let wish = Conversion {
        lead,
        into: None,
        organization: None,
        author: "bob".to_owned(),
    };
    let tx = store.begin().await.unwrap();
    convert(&tx, wish, at(1)).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn leads_that_people_converted_or_merged_stay_with_their_links_and_are_told() {
    for db in both().await {
        let store = &db.store;
        let scan = {
            let folder = inbox(store, "a").await;
            scans::start(store, folder.scanner_id, "here", ScanTrigger::Manual, at(0))
                .await
                .unwrap()
        };
        let mut made = Vec::new();
        for name in ["a", "b", "c"] {
            let message = stored(store, name).await;
            made.push(lead(store, message, "enquiries", Some(scan)).await);
        }
        converted(store, made[0]).await;
        let (from, to) = ((RecordKind::Lead, made[1].0), (RecordKind::Lead, made[2].0));
        let tx = store.begin().await.unwrap();
        merge(&tx, from, to, "bob", at(1)).await.unwrap();
        tx.commit().await.unwrap();
        let before = records(store).await;
        for scope in [Scope::Rule("enquiries".to_owned()), Scope::Scan(scan)] {
            let did = undone(store, &scope).await;
            assert!(did.counts.is_empty(), "{did:?}");
            let mut told: Vec<String> = did.kept.into_iter().map(|kept| kept.why).collect();
            told.sort_unstable();
            assert_eq!(
                told,
                [
                    "another lead was merged into it".to_owned(),
                    "it became contact 1".to_owned(),
                    format!("it was merged into lead {}", made[2]),
                ]
            );
            assert_eq!(records(store).await, before);
        }
    }
}

#[tokio::test]
async fn every_change_of_a_ticket_by_one_message_is_taken_back_and_may_be_made_again() {
    for db in both().await {
        let store = &db.store;
        let message = stored(store, "a").await;
        let scanner = inbox(store, "a").await.scanner_id;
        let rule = |name: &'static str| Author {
            kind: AuthorKind::Rule,
            name,
            message: Some(message),
            scan: None,
            scanner: Some(scanner),
        };
        let tx = store.begin().await.unwrap();
        let (ticket, _) = create_once(&tx, wish(), at(0)).await.unwrap();
        let change = async |tx: &store::Tx| {
            let mut changed = 0;
            for (name, status) in [
                ("thanks", TicketStatus::Closed),
                ("replies", TicketStatus::Open),
                ("spam", TicketStatus::Closed),
            ] {
                let done = set_status(tx, ticket.id, status, rule(name), at(1)).await;
                changed += usize::from(done.unwrap().is_some());
            }
            changed
        };
        assert_eq!(change(&tx).await, 3);
        // Decided once more it changes nothing.
        assert_eq!(change(&tx).await, 0);
        tx.commit().await.unwrap();
        let mailbox = store::scanners::list(store).await.unwrap()[0].mailbox_id;
        let did = undone(store, &Scope::Mailbox(mailbox)).await;
        assert_eq!(did.counts.statuses, 3);
        let status = async || {
            tickets::by_id(store, ticket.id)
                .await
                .unwrap()
                .unwrap()
                .status
        };
        assert_eq!(status().await, TicketStatus::Open);
        assert!(
            undone(store, &Scope::Mailbox(mailbox))
                .await
                .counts
                .is_empty()
        );

        let tx = store.begin().await.unwrap();
        assert_eq!(change(&tx).await, 3);
        tx.commit().await.unwrap();
        let did = undone(store, &Scope::Rule("replies".to_owned())).await;
        assert_eq!(did.counts.statuses, 0);
        assert_eq!(did.kept[0].why, "its status was changed by others since");
    }
}

#[tokio::test]
async fn a_mailbox_is_taken_back_after_the_reports_of_its_scans_are_forgotten() {
    for db in both().await {
        let store = &db.store;
        let (mine, theirs) = (inbox(store, "a").await, inbox(store, "b").await);
        let message = stored(store, "a").await;
        for (scanner, label, contact) in [
            (mine.scanner_id, "mine", 1),
            (theirs.scanner_id, "theirs", 2),
        ] {
            let new = NewLink {
                message_id: message,
                record_kind: RecordKind::Contact,
                record_id: contact,
                evidence: json!([]),
                author_kind: AuthorKind::Rule,
                author: "known".to_owned(),
                scan_id: None,
                scanner_id: Some(scanner),
                created_at: at(0),
            };
            links::insert_missing(store, vec![new]).await.unwrap();
            let tag = message_tags::NewTag {
                scanner_id: Some(scanner),
                scan_id: Some(ScanId(99)),
                ..tag(message, label)
            };
            message_tags::insert_missing(store, vec![tag])
                .await
                .unwrap();
        }
        let scanners = store::scanners::list(store).await.unwrap();
        let mailbox = scanners.iter().find(|one| one.id == mine.scanner_id);
        let did = undone(store, &Scope::Mailbox(mailbox.unwrap().mailbox_id)).await;
        assert_eq!((did.counts.links, did.counts.tags), (1, 1));
        let left = links::for_messages(store, &[message]).await.unwrap();
        assert_eq!(left[0].link.record_id, 2);
        let tags = message_tags::for_messages(store, &[message]).await.unwrap();
        assert_eq!(tags[&message], ["theirs"]);
    }
}
