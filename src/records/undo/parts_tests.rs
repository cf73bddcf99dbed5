#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeSet;

use entities::ids::MessageId;
use entities::record_kind::RecordKind;

use super::shared_tests::{ask, authors, link, many, teller, undone};
use super::{Deed, Undoing, Work};
use crate::records::moving::convert::{Conversion, convert};
use crate::store::fixture::{at, both, inbox, stored, tag};
use crate::store::leads::NewLead;
use crate::store::message_tags::NewTag;
use crate::store::undos::Scope;
use crate::store::{Store, leads, scanners};

async fn several(store: &Store, count: usize) -> Vec<MessageId> {
    let mut messages = Vec::new();
    for number in 0..count {
        messages.push(stored(store, &number.to_string()).await);
    }
    messages
}

#[tokio::test]
async fn of_a_record_that_goes_every_link_is_told_of_whichever_part_it_is_of() {
    for db in both().await {
        let store = &db.store;
        let scanner = inbox(store, "a").await.scanner_id;
        let messages = several(store, 6).await;
        let new = NewLead {
            email: "anna@example.org".to_owned(),
            message_id: Some(messages[0]),
            rule: Some("A".to_owned()),
            created_at: at(0),
            ..NewLead::default()
        };
        let made = leads::insert_many(store, vec![new]).await.unwrap();
        let lead = (RecordKind::Lead, made[0].id.0);
        // The last one is another rule's, and asked for as well.
        let mut wanted = vec![link(messages[5], lead, "B", scanner)];
        wanted.extend(messages.iter().map(|one| link(*one, lead, "A", scanner)));
        ask(store, &wanted, &[]).await;

        let scope = Scope::Rule("A".to_owned());
        let mut undoing = Undoing::new(&scope, teller()).in_parts_of(2);
        let tx = store.begin().await.unwrap();
        let mut told = BTreeSet::new();
        while undoing.go_on(&tx).await.unwrap() {
            told.extend(undoing.take_work());
        }
        tx.commit().await.unwrap();
        let all = messages.iter().map(|message| Work {
            message: *message,
            rule: "A".to_owned(),
            deed: Deed::Linked(RecordKind::Lead),
        });
        assert_eq!(told, all.collect());
        let counts = undoing.into_undone().counts;
        assert_eq!((counts.leads, counts.links, counts.shared), (1, 6, 0));
    }
}

#[tokio::test]
async fn of_what_two_rules_of_a_mailbox_asked_for_both_are_told() {
    for db in both().await {
        let store = &db.store;
        let scanner = inbox(store, "a").await.scanner_id;
        let message = stored(store, "a").await;
        let wanted = ["A", "B"].map(|rule| link(message, (RecordKind::Contact, 7), rule, scanner));
        let tags = ["A", "B"].map(|rule| NewTag {
            author: rule.to_owned(),
            scanner_id: Some(scanner),
            ..tag(message, "hot")
        });
        ask(store, &wanted, &tags).await;
        let mailbox = scanners::list(store).await.unwrap()[0].mailbox_id;
        let gone = undone(store, &Scope::Mailbox(mailbox)).await;
        let counts = gone.counts;
        assert_eq!((counts.links, counts.tags, counts.shared), (1, 1, 0));
        let told: Vec<_> = gone
            .work
            .iter()
            .map(|work| (work.rule.as_str(), work.deed))
            .collect();
        let linked = Deed::Linked(RecordKind::Contact);
        assert_eq!(
            told,
            [
                ("A", linked),
                ("A", Deed::Tagged),
                ("B", linked),
                ("B", Deed::Tagged)
            ]
        );
    }
}

#[tokio::test]
async fn things_that_others_asked_for_are_counted_and_not_how_often_they_were() {
    for db in both().await {
        let store = &db.store;
        let (mine, theirs) = (inbox(store, "a").await, inbox(store, "b").await);
        let message = stored(store, "a").await;
        let askers = [
            ("C", mine.scanner_id),
            ("A", mine.scanner_id),
            ("A", theirs.scanner_id),
        ];
        let wanted =
            askers.map(|(rule, scanner)| link(message, (RecordKind::Contact, 7), rule, scanner));
        let tags = askers.map(|(rule, scanner)| NewTag {
            author: rule.to_owned(),
            scanner_id: Some(scanner),
            ..tag(message, "hot")
        });
        ask(store, &wanted, &tags).await;
        let gone = undone(store, &Scope::Rule("A".to_owned())).await;
        assert_eq!(gone.counts.shared, 2);
        assert_eq!(authors(store, message).await, ["link C \"C\"", "tag C"]);
    }
}

#[tokio::test]
async fn what_people_convert_between_two_parts_stays() {
    for db in both().await {
        let store = &db.store;
        many(store, 6).await;
        let scope = Scope::Rule("A".to_owned());
        let mut undoing = Undoing::new(&scope, teller()).in_parts_of(2);
        for _ in 0..2 {
            let tx = store.begin().await.unwrap();
            assert!(undoing.go_on(&tx).await.unwrap());
            tx.commit().await.unwrap();
        }
        let left = leads::list(store, None, 99).await.unwrap();
        assert_eq!(left.len(), 4);
        let wish = Conversion {
            lead: left[0].id,
            into: None,
            organization: None,
            author: "bob".to_owned(),
        };
        let tx = store.begin().await.unwrap();
        convert(&tx, wish, at(1)).await.unwrap();
        while undoing.go_on(&tx).await.unwrap() {}
        tx.commit().await.unwrap();

        let gone = undoing.into_undone();
        assert_eq!((gone.counts.leads, gone.counts.links), (5, 5));
        assert_eq!(gone.kept.len(), 1, "{:?}", gone.kept);
        assert_eq!(gone.kept[0].why, "it became contact 1");
        let message = left[0].message_id.unwrap();
        assert_eq!(authors(store, message).await, ["link A \"A\""]);
    }
}
