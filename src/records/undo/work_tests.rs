#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use entities::ids::MessageId;
use entities::links::AuthorKind;
use entities::message_changes::Changed;
use entities::message_states::{MessagePriority, MessageStatus};

use crate::inbox::working::{Author, Wanted, set};
use crate::records::undo::{Teller, undo};
use crate::store::Store;
use crate::store::fixture::{at, both, stored};
use crate::store::message_states::{self, NewChange};
use crate::store::undos::Scope;

/// A status that somebody gives a message.
async fn give(
    store: &Store,
    message: MessageId,
    status: MessageStatus,
    kind: AuthorKind,
    by: &str,
) {
    let tx = store.begin().await.unwrap();
    let mut state = message_states::locked(&tx, message, at(0)).await.unwrap();
    let new = NewChange {
        message_id: message,
        what: Changed::Status,
        before: state.status.as_str().to_owned(),
        after: status.as_str().to_owned(),
        author_kind: kind,
        author: by.to_owned(),
        scan_id: None,
        scanner_id: None,
        created_at: at(0),
    };
    state.status = status;
    message_states::change(&tx, &state, new).await.unwrap();
    tx.commit().await.unwrap();
}

async fn status(store: &Store, message: MessageId) -> MessageStatus {
    let states = message_states::of(store, &[message]).await.unwrap();
    assert_eq!(states[&message].priority, MessagePriority::Normal);
    states[&message].status
}

#[tokio::test]
async fn a_status_goes_back_past_all_that_the_rule_said_unless_a_person_spoke_since() {
    for db in both().await {
        let (alone, spoken) = (
            stored(&db.store, "one").await,
            stored(&db.store, "two").await,
        );
        for message in [alone, spoken] {
            for to in [MessageStatus::Done, MessageStatus::Pending] {
                give(&db.store, message, to, AuthorKind::Rule, "R").await;
            }
        }
        let done = MessageStatus::Done;
        give(&db.store, spoken, done, AuthorKind::Person, "anna").await;
        let teller = Teller {
            name: "R",
            author: "boss",
            now: at(9),
        };
        let scope = Scope::Rule("R".to_owned());
        for expected in [1, 0] {
            let tx = db.store.begin().await.unwrap();
            let undone = undo(&tx, &scope, teller).await.unwrap();
            assert_eq!(undone.counts.work, expected);
            tx.commit().await.unwrap();
        }
        assert_eq!(status(&db.store, alone).await, MessageStatus::Open);
        assert_eq!(status(&db.store, spoken).await, done);
        let changes = message_states::changes(&db.store, alone).await.unwrap();
        assert_eq!(changes[2].author_kind, AuthorKind::Undo);
        assert_eq!(
            (changes[2].before.as_str(), changes[2].after.as_str()),
            ("pending", "open")
        );
    }
}

async fn take_back(store: &Store, rule: &str) -> (u64, u64) {
    let teller = Teller {
        name: rule,
        author: "boss",
        now: at(9),
    };
    let tx = store.begin().await.unwrap();
    let scope = Scope::Rule(rule.to_owned());
    let undone = undo(&tx, &scope, teller).await.unwrap();
    tx.commit().await.unwrap();
    (undone.counts.work, undone.counts.shared)
}

#[tokio::test]
async fn rules_are_taken_back_in_any_order_and_what_they_said_never_comes_back() {
    use MessageStatus::{Done, Open, Pending};
    for db in both().await {
        let messages = [
            stored(&db.store, "one").await,
            stored(&db.store, "two").await,
        ];
        for message in messages {
            give(&db.store, message, Done, AuthorKind::Rule, "A").await;
            give(&db.store, message, Pending, AuthorKind::Rule, "B").await;
        }
        give(&db.store, messages[1], Done, AuthorKind::Person, "anna").await;
        // The earlier one first: what the later one said stays, and is not what goes back to the earlier one's word.
        for (rule, came, one) in [("A", (0, 2), Pending), ("B", (1, 1), Open)] {
            assert_eq!(take_back(&db.store, rule).await, came, "{rule}");
            assert_eq!(status(&db.store, messages[0]).await, one, "{rule}");
            assert_eq!(status(&db.store, messages[1]).await, Done, "{rule}");
        }
        // Once more there is nothing to do.
        assert_eq!(take_back(&db.store, "A").await, (0, 0));
    }
}

#[tokio::test]
async fn what_two_rules_said_stays_until_both_are_taken_back() {
    for db in both().await {
        let message = stored(&db.store, "one").await;
        for rule in ["A", "B", "B"] {
            let author = Author {
                kind: AuthorKind::Rule,
                name: rule,
                scan: None,
                scanner: None,
            };
            let tx = db.store.begin().await.unwrap();
            let wanted = Wanted::Priority(MessagePriority::High);
            set(&tx, message, &wanted, author, at(1)).await.unwrap();
            tx.commit().await.unwrap();
        }
        let changes = message_states::changes(&db.store, message).await.unwrap();
        assert_eq!(changes.len(), 2);
        for (rule, came, priority) in [
            ("A", (0, 1), MessagePriority::High),
            ("B", (1, 0), MessagePriority::Normal),
        ] {
            assert_eq!(take_back(&db.store, rule).await, came);
            let states = message_states::of(&db.store, &[message]).await.unwrap();
            assert_eq!(states[&message].priority, priority);
        }
    }
}
