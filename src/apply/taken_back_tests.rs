#![allow(clippy::unwrap_used)]

use entities::outbox::Channel;
use entities::record_kind::RecordKind as Stored;
use entities::users::Role;
use rules::{Action, Assignee, MessageStatus, Notice, Outcome, Priority, RecordKind, RecordRef};

use super::{is_of, take_back_in_parts};
use crate::apply::tests::{outcome, planned, window};
use crate::records::undo::{Deed, Teller};
use crate::store::fixture::{at, both, stored};
use crate::store::outbox;
use crate::store::undos::Scope;
use crate::store::users::{self, UserFields};

#[tokio::test]
async fn of_each_thing_the_decision_says_whether_it_was_taken_back() {
    for db in both().await {
        let store = &db.store;
        let fields = UserFields {
            email: "anna@ours.example".to_owned(),
            name: String::new(),
            role: Role::User,
            active: true,
        };
        users::insert(store, fields, at(0)).await.unwrap();
        let message = stored(store, "one").await;
        let said = vec![
            planned(Action::Tag(vec!["order".to_owned()])),
            planned(Action::Status(MessageStatus::Pending)),
            planned(Action::Priority(Priority::Urgent)),
            planned(Action::Assign(Assignee {
                email: "anna@ours.example".to_owned(),
                choice: None,
            })),
            planned(Action::Notify(Notice {
                to: vec!["assignee".to_owned()],
                told: Vec::new(),
                text: String::new(),
            })),
            planned(Action::Ignore("seen".to_owned())),
        ];
        window(&db, vec![(message, said, vec![])]).await;
        // The notice is out before anybody takes it back.
        let notice = outbox::claim(store, at(1), at(60)).await.unwrap().unwrap();
        assert_eq!(notice.channel, Channel::Mail);
        outbox::delivered(store, notice.id, at(2)).await.unwrap();

        let teller = Teller {
            name: "Rule",
            author: "boss",
            now: at(9),
        };
        let undone = take_back_in_parts(store, &Scope::Rule("Rule".to_owned()), teller).await;
        let undone = undone.unwrap();
        assert_eq!((undone.counts.work, undone.counts.tags), (3, 1));
        assert_eq!((undone.counts.unsent, undone.sent), (0, 1));
        let back = Outcome::TakenBack("boss took it back".to_owned());
        assert_eq!(
            outcome(&db, message).await,
            [
                back.clone(),
                back.clone(),
                back.clone(),
                back,
                Outcome::Do,
                Outcome::Do
            ]
        );
    }
}

#[test]
fn a_link_to_a_lead_is_gone_with_that_to_the_contact_that_it_became() {
    let mut link = planned(Action::Link(vec![RecordKind::Lead]));
    link.records.push(RecordRef {
        kind: RecordKind::Lead,
        id: 3,
    });
    for (kind, gone) in [
        (Stored::Lead, true),
        (Stored::Contact, true),
        (Stored::Ticket, false),
        (Stored::Organization, false),
    ] {
        assert_eq!(is_of(&link, Deed::Linked(kind)), gone, "{kind:?}");
    }
}
