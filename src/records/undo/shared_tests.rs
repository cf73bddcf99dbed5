#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use entities::ids::{ContactId, MessageId, ScannerId};
use entities::links::AuthorKind;
use entities::record_kind::RecordKind;
use serde_json::json;

use super::{Counts, Teller, Undoing, Undone, undo};
use crate::records::known::{ContactWish, Made, create_contact};
use crate::records::moving::merge::merge;
use crate::store::contacts::NewContact;
use crate::store::fixture::{at, both, inbox, overseen, stored, tag};
use crate::store::leads::NewLead;
use crate::store::links::NewLink;
use crate::store::message_tags::NewTag;
use crate::store::undos::{self, Scope};
use crate::store::{
    Store, contacts, leads, link_askers, links, message_tags, scanners, tag_askers,
};

pub(super) fn teller() -> Teller<'static> {
    Teller {
        name: "A",
        author: "anna",
        now: at(9),
    }
}

pub(super) async fn undone(store: &Store, scope: &Scope) -> Undone {
    let tx = store.begin().await.unwrap();
    let undone = undo(&tx, scope, teller()).await.unwrap();
    tx.commit().await.unwrap();
    undone
}

pub(super) fn link(
    message: MessageId,
    record: (RecordKind, i64),
    rule: &str,
    scanner: ScannerId,
) -> NewLink {
    NewLink {
        message_id: message,
        record_kind: record.0,
        record_id: record.1,
        evidence: json!([{"by": rule}]),
        author_kind: AuthorKind::Rule,
        author: rule.to_owned(),
        scan_id: None,
        scanner_id: Some(scanner),
        created_at: at(0),
    }
}

/// Links and tags as several rules ask for them, the first of whom they are.
pub(super) async fn ask(store: &Store, wanted: &[NewLink], tags: &[NewTag]) {
    links::insert_missing(store, wanted.to_vec()).await.unwrap();
    link_askers::insert_missing(store, wanted).await.unwrap();
    let all = tags.to_vec();
    message_tags::insert_missing(store, all).await.unwrap();
    tag_askers::insert_missing(store, tags).await.unwrap();
}

/// By which rules a message is linked and tagged.
pub(super) async fn authors(store: &Store, message: MessageId) -> Vec<String> {
    use sea_orm::{EntityTrait as _, QueryOrder as _};
    let linked = links::for_messages(store, &[message]).await.unwrap();
    let mut all: Vec<String> = linked
        .iter()
        .map(|one| format!("link {} {}", one.link.author, one.link.evidence[0]["by"]))
        .collect();
    let tags = entities::message_tags::Entity::find()
        .order_by_asc(entities::message_tags::Column::Tag)
        .all(store)
        .await
        .unwrap();
    all.extend(
        tags.iter()
            .map(|one| format!("tag {}", one.author.as_deref().unwrap())),
    );
    all
}

#[tokio::test]
async fn what_two_rules_asked_for_stays_with_the_other_until_both_are_taken_back() {
    for db in both().await {
        let store = &db.store;
        let scanner = inbox(store, "a").await.scanner_id;
        let message = stored(store, "a").await;
        let record = (RecordKind::Contact, 7);
        let by = |rule: &str| NewTag {
            author: rule.to_owned(),
            scanner_id: Some(scanner),
            ..tag(message, "hot")
        };
        let wanted = ["A", "B", "A", "B"].map(|rule| link(message, record, rule, scanner));
        ask(store, &wanted, &["A", "B"].map(by)).await;

        let gone = undone(store, &Scope::Rule("A".to_owned())).await;
        let counts = Counts {
            shared: 2,
            ..Counts::default()
        };
        assert_eq!(gone.counts, counts);
        assert_eq!(gone.work.len(), 2);
        assert_eq!(authors(store, message).await, ["link B \"B\"", "tag B"]);
        let gone = undone(store, &Scope::Rule("B".to_owned())).await;
        assert_eq!((gone.counts.links, gone.counts.tags), (1, 1));
        assert!(authors(store, message).await.is_empty());
    }
}

#[tokio::test]
async fn a_rule_that_only_asked_for_what_another_made_is_forgotten() {
    for db in both().await {
        let store = &db.store;
        let mine = inbox(store, "a").await.scanner_id;
        let theirs = inbox(store, "b").await.scanner_id;
        let message = stored(store, "a").await;
        let record = (RecordKind::Contact, 7);
        let by = |scanner| NewTag {
            author: "A".to_owned(),
            scanner_id: Some(scanner),
            ..tag(message, "hot")
        };
        // The same rule at two scanners: the one's mailbox is taken back, then the other's.
        let wanted = [mine, theirs].map(|scanner| link(message, record, "A", scanner));
        ask(store, &wanted, &[mine, theirs].map(by)).await;
        let mailbox_of = async |id: ScannerId| {
            let all = scanners::list(store).await.unwrap();
            all.iter().find(|one| one.id == id).unwrap().mailbox_id
        };
        let scope = Scope::Mailbox(mailbox_of(theirs).await);
        assert_eq!(undone(store, &scope).await.counts.shared, 2);
        assert_eq!(undone(store, &scope).await.counts, Counts::default());
        let scope = Scope::Mailbox(mailbox_of(mine).await);
        let gone = undone(store, &scope).await.counts;
        assert_eq!((gone.links, gone.tags, gone.shared), (1, 1, 0));
    }
}

#[tokio::test]
async fn contacts_that_people_merged_stay_with_their_mail_and_are_told() {
    for db in both().await {
        let store = &db.store;
        let scanner = inbox(store, "a").await.scanner_id;
        let message = stored(store, "a").await;
        let tx = store.begin().await.unwrap();
        let wish = ContactWish {
            first_name: "Anna",
            last_name: "Rossi",
            email: "anna@rossi.example",
            phone: "",
            company: "",
            organization: None,
            owner: "",
            message,
            rule: "A",
        };
        let made = create_contact(&tx, wish, at(0)).await.unwrap();
        let Made::New(made, _) = made else {
            panic!("{made:?}");
        };
        let new = NewContact {
            first_name: "Anna".to_owned(),
            ..NewContact::default()
        };
        let known = contacts::insert_many(&tx, &[new], at(0)).await.unwrap()[0].id;
        let (from, to) = ((RecordKind::Contact, made), (RecordKind::Contact, known.0));
        links::insert_missing(&tx, vec![link(message, from, "A", scanner)])
            .await
            .unwrap();
        merge(&tx, from, to, "bob", at(1)).await.unwrap();
        tx.commit().await.unwrap();

        let gone = undone(store, &Scope::Rule("A".to_owned())).await;
        assert_eq!(gone.counts, Counts::default());
        let why = format!("it was merged into contact {known}");
        assert_eq!((gone.kept[0].id, &gone.kept[0].why), (made, &why));
        assert_eq!(authors(store, message).await, ["link A \"A\""]);
        assert!(
            contacts::by_id(store, ContactId(known.0))
                .await
                .unwrap()
                .is_some()
        );
    }
}

/// A rule's leads, links and tags of so many messages.
pub(super) async fn many(store: &Store, messages: usize) {
    let scanner = inbox(store, "a").await.scanner_id;
    let mut wanted = Vec::new();
    let mut tags = Vec::new();
    for number in 0..messages {
        let message = stored(store, &number.to_string()).await;
        let new = NewLead {
            email: format!("{number}@example.org"),
            message_id: Some(message),
            rule: Some("A".to_owned()),
            created_at: at(0),
            ..NewLead::default()
        };
        let made = leads::insert_many(store, vec![new]).await.unwrap();
        wanted.push(link(
            message,
            (RecordKind::Lead, made[0].id.0),
            "A",
            scanner,
        ));
        tags.push(NewTag {
            author: "A".to_owned(),
            ..tag(message, "hot")
        });
    }
    ask(store, &wanted, &tags).await;
}

#[tokio::test]
async fn it_is_done_in_parts_and_may_be_broken_off_between_them() {
    for db in both().await {
        let store = &db.store;
        many(store, 9).await;
        let scope = Scope::Rule("A".to_owned());
        let mut undoing = Undoing::new(&scope, teller()).in_parts_of(2);
        for _ in 0..3 {
            let tx = store.begin().await.unwrap();
            assert!(undoing.go_on(&tx).await.unwrap());
            tx.commit().await.unwrap();
        }
        drop(undoing);
        // What was done stays done and is told; the next time the rest is.
        assert_eq!(leads::list(store, None, 99).await.unwrap().len(), 5);
        let rest = undone(store, &scope).await.counts;
        assert_eq!((rest.leads, rest.links, rest.tags), (5, 5, 9));
        assert_eq!(leads::list(store, None, 99).await, Ok(vec![]));
        let told = undos::list(store, 9).await.unwrap();
        let told: Vec<_> = told
            .iter()
            .map(|row| row.counts["leads"].as_u64())
            .collect();
        assert_eq!(told, [Some(5), Some(4)]);
    }
}

#[tokio::test]
async fn ten_times_as_much_takes_ten_times_as_many_statements() {
    let mut counted = Vec::new();
    for messages in [60, 600] {
        let seen = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&seen);
        let counting = move |_: &str| {
            count.fetch_add(1, Ordering::Relaxed);
        };
        let db = overseen(counting).await;
        many(&db.store, messages).await;
        let before = seen.load(Ordering::Relaxed);
        let gone = undone(&db.store, &Scope::Rule("A".to_owned())).await;
        assert_eq!(gone.counts.leads, messages as u64);
        counted.push(seen.load(Ordering::Relaxed) - before);
    }
    assert!(counted[0] > 60, "{counted:?}");
    assert!(counted[1] <= counted[0] * 10, "{counted:?}");
}
