#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use chrono::TimeDelta;
use entities::ids::MessageId;
use entities::outbox::Channel;
use entities::users::Role;
use rules::{Action, LeadFields, Notice, Outcome, PassOn, Planned, Reply};

use super::Counted;
use crate::apply::take_back_in_parts;
use crate::apply::tests::{outcome, planned, window, window_of};
use crate::records::undo::Teller;
use crate::store::fixture::{Fixture, at, blob, both, message, stored};
use crate::store::messages::{self, NewMessage};
use crate::store::undos::Scope;
use crate::store::users::{self, UserFields};
use crate::store::{blobs, outbox};

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

#[tokio::test]
async fn what_was_taken_back_before_it_was_sent_is_not_sent_and_does_not_count() {
    for db in both().await {
        let (one, two) = (
            stored(&db.store, "one").await,
            stored(&db.store, "two").await,
        );
        let forward = planned(Action::Forward(PassOn {
            to: vec!["a@b.example".to_owned()],
            from: "info@ours.example".to_owned(),
        }));
        let said = vec![reply("anna@example.it"), forward];
        window(&db, vec![(one, said, vec![])]).await;
        let scope = Scope::Rule("Rule".to_owned());
        let teller = Teller {
            name: "Rule",
            author: "boss",
            now: at(9),
        };
        let undone = take_back_in_parts(&db.store, &scope, teller).await.unwrap();
        assert_eq!((undone.counts.unsent, undone.sent), (2, 0));
        assert_eq!(outbox::list(&db.store, 10).await.unwrap(), []);
        let words = Outcome::TakenBack("boss took it back".to_owned());
        assert_eq!(outcome(&db, one).await, [words.clone(), words]);
        // The address may have its answer now.
        window(&db, vec![(two, vec![reply("anna@example.it")], vec![])]).await;
        assert_eq!(outcome(&db, two).await, [Outcome::Do]);
    }
}

#[tokio::test]
async fn because_of_old_mail_nothing_is_sent_unless_somebody_has_just_released_it() {
    for db in both().await {
        let mut told = Vec::new();
        for (name, released) in [("never", None), ("long ago", Some(-2)), ("today", Some(0))] {
            blobs::insert_missing(&db.store, vec![blob(name)])
                .await
                .unwrap();
            let old = NewMessage {
                received_at: at(0) - TimeDelta::days(5),
                ..message(name)
            };
            let stored = messages::insert_missing(&db.store, vec![old])
                .await
                .unwrap();
            let one = stored.values().next().unwrap().id;
            let released = released.map(|days| at(0) + TimeDelta::days(days));
            let said = vec![(one, vec![reply("anna@example.it")], vec![])];
            window_of(&db, "sales", released, said).await;
            told.push(skipped(&db, one).await);
        }
        let old = "it arrived more than a day ago";
        assert_eq!(told, [old, old, ""]);
    }
}

#[test]
fn details_of_an_address_make_no_other_address() {
    for (email, expected) in [
        ("a@example.com", ("a@example.com", "example.com")),
        ("A+1@Example.com", ("a@example.com", "example.com")),
        (
            "a+1+2@mx1.example.co.uk",
            ("a@mx1.example.co.uk", "example.co.uk"),
        ),
        // Nobody would be left of it.
        ("+1@example.com", ("+1@example.com", "example.com")),
        // Dots are Google's own custom, and everybody may be there.
        ("a.b+c@gmail.com", ("a.b@gmail.com", "")),
        ("a@localhost", ("a@localhost", "localhost")),
        ("nobody", ("nobody", "")),
    ] {
        let counted = Counted::of(email);
        assert_eq!((counted.email.as_str(), counted.site.as_str()), expected);
    }
}

#[tokio::test]
async fn a_machine_that_answers_from_ever_new_addresses_soon_has_no_more_answers() {
    for db in both().await {
        let mut told = Vec::new();
        for number in 0..=20 {
            let said = |to: &str| {
                let mut said = reply(to);
                if let Action::AutoReply(reply) = &mut said.action {
                    reply.at_most = 1_000;
                }
                vec![said]
            };
            let one = stored(&db.store, &format!("m{number}")).await;
            let to = format!("robot{number}@mx{number}.example.it");
            window(&db, vec![(one, said(&to), vec![])]).await;
            told.push(skipped(&db, one).await);
            let free = stored(&db.store, &format!("f{number}")).await;
            let to = format!("somebody{number}@gmail.com");
            window(&db, vec![(free, said(&to), vec![])]).await;
            assert_eq!(outcome(&db, free).await, [Outcome::Do]);
        }
        assert!(told[..20].iter().all(String::is_empty), "{told:?}");
        assert_eq!(told[20], "example.it got 20 answers within a day");
        // The same person with a detail of the address.
        let one = stored(&db.store, "detail").await;
        let said = vec![reply("somebody1+x@gmail.com")];
        window(&db, vec![(one, said, vec![])]).await;
        let why = "somebody1+x@gmail.com was answered by this rule within 1h";
        assert_eq!(skipped(&db, one).await, why);
    }
}
