#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use entities::links::AuthorKind;
use entities::message_changes::Changed;
use entities::message_states::{MessagePriority, MessageStatus};
use entities::users::Role;

use super::{Author, Came, PRIORITIES, Person, STATUSES, Wanted, set};
use crate::store::fixture::{at, both, stored};
use crate::store::message_states::{self, Assigned};
use crate::store::messages::{self, Filter};
use crate::store::users::{self, UserFields};

fn rule(name: &str) -> Author<'_> {
    Author {
        kind: AuthorKind::Rule,
        name,
        scan: None,
        scanner: None,
    }
}

#[tokio::test]
async fn what_a_person_said_no_rule_changes() {
    for db in both().await {
        let message = stored(&db.store, "one").await;
        let fields = UserFields {
            email: "anna@ours.example".to_owned(),
            name: String::new(),
            role: Role::User,
            active: true,
        };
        let anna = users::insert(&db.store, fields, at(0)).await.unwrap();
        let anna = Person {
            id: anna.id,
            email: anna.email,
        };
        let person = Author {
            kind: AuthorKind::Person,
            name: "boss",
            scan: None,
            scanner: None,
        };
        let nobodys = Came::Changed(String::new());
        let said_by_boss = Came::SaidBy("boss".to_owned());
        let hers = Wanted::Assignee(Some(anna.clone()));
        for (second, (wanted, author, came)) in [
            (hers.clone(), rule("R"), nobodys),
            (hers.clone(), rule("R"), Came::Already),
            (
                Wanted::Assignee(None),
                person,
                Came::Changed(anna.email.clone()),
            ),
            (hers.clone(), rule("R"), said_by_boss),
            (
                Wanted::Priority(MessagePriority::High),
                rule("R"),
                Came::Changed("normal".to_owned()),
            ),
            (
                Wanted::Status(MessageStatus::Done),
                person,
                Came::Changed("open".to_owned()),
            ),
            (
                Wanted::Status(MessageStatus::Open),
                rule("R"),
                Came::SaidBy("boss".to_owned()),
            ),
            (hers, person, Came::Changed(String::new())),
            (
                Wanted::Priority(MessagePriority::High),
                person,
                Came::Already,
            ),
            (
                Wanted::Priority(MessagePriority::Low),
                rule("R"),
                Came::SaidBy("boss".to_owned()),
            ),
        ]
        .into_iter()
        .enumerate()
        {
            let now = at(i64::try_from(second).unwrap());
            let tx = db.store.begin().await.unwrap();
            let got = set(&tx, message, &wanted, author, now).await.unwrap();
            assert_eq!(got, came, "{second}: {wanted:?}");
            tx.commit().await.unwrap();
        }
        let state = message_states::of(&db.store, &[message]).await.unwrap();
        let state = &state[&message];
        assert_eq!(state.assignee_id, Some(anna.id));
        assert_eq!(state.status, MessageStatus::Done);
        assert_eq!(state.priority, MessagePriority::High);
        let changes = message_states::changes(&db.store, message).await.unwrap();
        assert_eq!(changes.len(), 6);
        assert_eq!(changes[2].what, Changed::Priority);

        let other = stored(&db.store, "two").await;
        for (assigned, found) in [
            (Assigned::ToAnybody, message),
            (Assigned::To(anna.id), message),
            (Assigned::ToNobody, other),
        ] {
            let filter = Filter {
                assigned: Some(assigned),
                ..Filter::default()
            };
            let rows = messages::list(&db.store, &filter, None, 10).await.unwrap();
            let rows: Vec<_> = rows.iter().map(|row| row.id).collect();
            assert_eq!(rows, [found], "{assigned:?}");
        }
    }
}

#[test]
fn every_status_and_priority_has_a_name_of_its_own() {
    let mut names: Vec<&str> = STATUSES.map(MessageStatus::as_str).to_vec();
    names.extend(PRIORITIES.map(MessagePriority::as_str));
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), STATUSES.len() + PRIORITIES.len());
}
