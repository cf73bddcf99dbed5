#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use entities::ids::MessageId;
use entities::outbox::Channel;
use entities::users::Role;
use rules::{Action, LeadFields, Notice, Outcome, PassOn, Planned, Reply};

use crate::apply::tests::{outcome, planned, window};
use crate::store::fixture::{Fixture, at, both, stored};
use crate::store::outbox;
use crate::store::users::{self, UserFields};

fn reply(to: &str) -> Planned {
    planned(Action::AutoReply(Box::new(Reply {
        to: to.to_owned(),
        from: "info@ours.example".to_owned(),
        subject: "Re: Chairs".to_owned(),
        text: "Thank you.".to_owned(),
        in_reply_to: Some("1@example.it".to_owned()),
        references: vec!["1@example.it".to_owned()],
        once_in: 60,
        at_most: 2,
    })))
}

async fn skipped(db: &Fixture, message: MessageId) -> String {
    match outcome(db, message).await.remove(0) {
        Outcome::Do => String::new(),
        Outcome::Skip(why) | Outcome::TakenBack(why) => why,
    }
}

#[tokio::test]
async fn an_address_is_answered_once_and_a_rule_answers_no_more_than_it_may() {
    for db in both().await {
        let mut told = Vec::new();
        for (name, to) in [
            ("one", "anna@example.it"),
            ("two", "anna@example.it"),
            ("three", "bob@example.it"),
            ("four", "carl@example.it"),
        ] {
            let message = stored(&db.store, name).await;
            window(&db, vec![(message, vec![reply(to)], vec![])]).await;
            told.push(skipped(&db, message).await);
        }
        assert_eq!(
            told,
            [
                "",
                "anna@example.it was answered by this rule within 1h",
                "",
                "this rule answered 2 within a day"
            ]
        );
        let rows = outbox::list(&db.store, 10).await.unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[1].channel, Channel::Reply);
        assert_eq!(rows[1].body["headers"]["Auto-Submitted"], "auto-replied");
        assert_eq!(rows[1].body["in_reply_to"], "1@example.it");
        // Nobody tries to deliver what can't be sent yet.
        let claimed = outbox::claim(&db.store, at(9_999_999), at(9_999_999)).await;
        assert_eq!(claimed.unwrap(), None);
        assert_eq!(outbox::waiting(&db.store).await.unwrap().count, 0);
        assert_eq!(outbox::unsent(&db.store).await.unwrap(), 2);
    }
}

#[tokio::test]
async fn a_message_is_passed_on_once_to_each() {
    for db in both().await {
        let message = stored(&db.store, "one").await;
        let to = |to: &[&str]| {
            planned(Action::Forward(PassOn {
                to: to.iter().map(|&to| to.to_owned()).collect(),
                from: "info@ours.example".to_owned(),
            }))
        };
        let said = vec![
            to(&["a@b.example"]),
            to(&["a@b.example", "c@d.example"]),
            to(&["a@b.example"]),
        ];
        window(&db, vec![(message, said, vec![])]).await;
        assert_eq!(
            outcome(&db, message).await,
            [
                Outcome::Do,
                Outcome::Do,
                Outcome::Skip("it was passed on before".to_owned())
            ]
        );
        let rows = outbox::list(&db.store, 10).await.unwrap();
        assert_eq!(rows.len(), 2);
        assert!(rows[0].body["headers"]["X-Mailroom-Forwarded"].is_string());
    }
}

#[tokio::test]
async fn only_users_of_ours_are_told_and_each_once() {
    for db in both().await {
        let fields = UserFields {
            email: "anna@ours.example".to_owned(),
            name: String::new(),
            role: Role::User,
            active: true,
        };
        users::insert(&db.store, fields, at(0)).await.unwrap();
        let message = stored(&db.store, "one").await;
        let notice = |to: &[&str]| {
            planned(Action::Notify(Notice {
                to: to.iter().map(|&to| to.to_owned()).collect(),
                text: "An order.".to_owned(),
                ..Notice::default()
            }))
        };
        let lead = planned(Action::CreateLead(LeadFields {
            email: "x@y.z".to_owned(),
            owner: "anna@ours.example".to_owned(),
            ..LeadFields::default()
        }));
        let said = vec![
            notice(&["eve@elsewhere.example", "assignee", "owner"]),
            lead,
            notice(&["owner", "eve@elsewhere.example"]),
            notice(&["anna@ours.example"]),
        ];
        window(&db, vec![(message, said, vec![])]).await;
        assert_eq!(
            outcome(&db, message).await,
            [
                Outcome::Skip(
                    "there is no user eve@elsewhere.example; it has no assignee; it has no owner"
                        .to_owned()
                ),
                Outcome::Do,
                Outcome::Do,
                Outcome::Skip("they were told before".to_owned()),
            ]
        );
        let rows = outbox::list(&db.store, 10).await.unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].channel, Channel::Mail);
        assert_eq!(rows[0].body["to"], "anna@ours.example");
        assert_eq!(rows[0].body["notice"]["text"], "An order.");
    }
}
