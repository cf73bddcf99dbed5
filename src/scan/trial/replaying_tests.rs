#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use ::rules::{Decision, RuleBook, Texts};
use entities::decisions as decided;
use entities::record_kind::RecordKind;
use entities::users::Role;
use sandbox::{Options, samples};
use sea_orm::{ConnectionTrait as _, EntityTrait as _};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::Trial;
use crate::apply::take_back_in_parts;
use crate::records::undo::Teller;
use crate::rule_books;
use crate::scan::{Against, Difference, Replaying};
use crate::setup::contacts_csv;
use crate::store::contacts::{self, NewContact};
use crate::store::fixture::{at, both};
use crate::store::rules::RuleFields;
use crate::store::undos::Scope;
use crate::store::users::{self, UserFields};
use crate::store::{late_links, rules};

/// Rules that ask for all that is settled only when it is carried out.
fn book() -> Vec<Value> {
    let team = json!({ "round_robin": ["anna@example.com", "tom@example.com"] });
    let idle = json!({ "least_busy": ["anna@example.com", "tom@example.com"] });
    vec![
        json!({
            "name": "machines",
            "when": { "kind": { "in": ["bulk", "auto_reply", "bounce", "system"] } },
            "then": [{ "ignore": "not written by a person" }, { "tag": "machine" }],
            "stop": true,
        }),
        json!({
            "name": "known people",
            "when": { "any": [
                { "sender": { "is": "known" } },
                { "reply": { "is": "linked" } },
                { "direction": { "is": "sent" } },
            ] },
            "then": [
                "link",
                { "notify": ["owner", "assignee", "anna@example.com", "nobody@example.com"] },
                { "assign": team },
                { "priority": "normal" },
                { "status": "pending" },
                { "flag": "flagged" },
                { "ticket": "open" },
            ],
            "stop": true,
        }),
        json!({
            "name": "forms",
            "when": { "header.X-Form-Id": { "exists": true } },
            "then": [{ "create_lead": { "owner": team } }, { "notify": "owner" }],
            "stop": true,
        }),
        json!({
            "name": "strangers",
            "when": { "kind": { "is": "personal" } },
            "then": [
                { "create_organization": { "owner": team } },
                { "create_contact": { "owner": idle } },
                { "create_ticket": { "owner": team } },
                { "assign": idle },
                { "notify": ["owner", "assignee"] },
                { "auto_reply": { "text": "Thank you." } },
                { "forward": "archive@elsewhere.example" },
                { "move": "Done" },
                "link",
            ],
        }),
    ]
}

async fn trial(trial: &Trial) {
    let store = trial.store();
    for sql in [
        "DELETE FROM rules",
        "UPDATE scanners SET folders = '[\"INBOX\"]', search_fields = '[]'",
    ] {
        store.execute_unprepared(sql).await.unwrap();
    }
    for (position, definition) in (1..).zip(book()) {
        let fields = RuleFields {
            name: definition["name"].as_str().unwrap().to_owned(),
            position,
            enabled: true,
            definition,
        };
        rules::insert(store, fields, at(0)).await.unwrap();
    }
    for email in ["anna@example.com", "tom@example.com"] {
        let fields = UserFields {
            email: email.to_owned(),
            name: String::new(),
            role: Role::User,
            active: true,
        };
        users::insert(store, fields, at(0)).await.unwrap();
    }
    contacts_csv::import(store, samples::contacts_csv(), at(0), &|_| {})
        .await
        .unwrap();
}

/// The unchanged rules against what they decided.
async fn replay(trial: &Trial) -> Difference {
    let (_, book) = rule_books::now(trial.store()).await.unwrap();
    replay_of(trial, &book, Against::Decisions).await
}

async fn replay_of(trial: &Trial, book: &RuleBook, against: Against<'_>) -> Difference {
    let wanted = Replaying {
        last: 10_000,
        show: 5,
        ..Replaying::default()
    };
    let (progress, _) = watch::channel(0);
    let scanning = &trial.worker.scanning;
    let found = scanning.replay(book, against, &wanted, &progress);
    found.await.unwrap()
}

async fn decisions(trial: &Trial) -> Vec<Decision> {
    let rows = decided::Entity::find().all(trial.store()).await.unwrap();
    rows.into_iter()
        .map(|row| serde_json::from_value(row.body).unwrap())
        .collect()
}

#[tokio::test]
async fn unchanged_rules_differ_in_nothing_from_what_they_decided() {
    for db in both().await {
        let mut one = Trial::empty(db, Options::default()).await;
        trial(&one).await;
        for sample in samples::all() {
            let text = String::from_utf8_lossy(sample.raw);
            let raw = text.replace("brightwell.example", "example.com");
            one.deliver_raw("INBOX", |_| raw.clone().into_bytes());
        }
        // Mail of today, of which something is sent.
        for _ in 0..3 {
            one.deliver("INBOX");
        }
        one.turn().await;
        let made = decisions(&one).await;
        assert!(made.len() > 60, "{:?}", one.seen().await);
        let actions = made.iter().flat_map(|decision| &decision.actions);
        let asked = actions.filter(|planned| planned.asked).count();
        assert!(asked > 20, "{asked}");
        let found = replay(&one).await;
        assert_eq!(found.messages, made.len() as u64);
        assert_eq!(found.different, 0, "{found:#?}");

        // Who was a stranger when the mail came is none now; what was decided then stays.
        while one.worker.scanning.link_late().await.unwrap() {}
        assert_eq!(late_links::count(one.store()).await, Ok(0));
        let found = replay(&one).await;
        assert_eq!(found.different, 0, "{found:#?}");
        let scope = Scope::Mailbox(one.mailbox);
        let teller = Teller {
            name: "sales",
            author: "bob",
            now: at(9),
        };
        take_back_in_parts(one.store(), &scope, teller)
            .await
            .unwrap();
        let found = replay(&one).await;
        assert_eq!(found.different, 0, "{found:#?}");
    }
}

#[tokio::test]
async fn a_stranger_of_then_is_one_in_the_replay_though_known_since() {
    for db in both().await {
        let mut one = Trial::empty(db, Options::default()).await;
        trial(&one).await;
        one.deliver("INBOX");
        one.turn().await;
        let strangers = [NewContact {
            email: Some("p1@mail.example".to_owned()),
            ..NewContact::default()
        }];
        contacts::insert_many(one.store(), &strangers, at(0))
            .await
            .unwrap();
        while one.worker.scanning.link_late().await.unwrap() {}
        let [decision] = decisions(&one).await.try_into().unwrap();
        let known = &decision.candidates;
        assert!(
            known
                .iter()
                .any(|one| one.record.kind == ::rules::RecordKind::Contact)
        );
        assert_eq!(decision.known_then, Some(Vec::new()));
        let made =
            crate::store::made_records::of_messages(one.store(), &[entities::ids::MessageId(1)]);
        let kinds: Vec<RecordKind> = made
            .await
            .unwrap()
            .iter()
            .map(|made| made.record_kind)
            .collect();
        assert!(kinds.contains(&RecordKind::Contact), "{kinds:?}");
        let found = replay(&one).await;
        assert_eq!((found.messages, found.different), (1, 0), "{found:#?}");
    }
}

fn form(name: &str, email: &str) -> String {
    format!(
        "From: leads@portal.example\r\nTo: sales@example.com\r\nSubject: New lead\r\nMessage-ID: <{email}>\r\n\r\nName: {name}\r\nE-mail: {email}\r\nMessage: Ten desks\r\n"
    )
}

#[tokio::test]
async fn whose_forms_a_draft_believes_counts_and_who_filled_them_in_is_looked_up() {
    for db in both().await {
        let mut one = Trial::empty(db, Options::default()).await;
        trial(&one).await;
        let store = one.store();
        store.execute_unprepared("DELETE FROM rules").await.unwrap();
        let fields = RuleFields {
            name: "forms".to_owned(),
            position: 1,
            enabled: true,
            definition: json!({ "name": "forms", "when": { "form": { "exists": true } }, "then": ["create_lead"] }),
        };
        rules::insert(store, fields, at(0)).await.unwrap();
        let known = [NewContact {
            email: Some("zoe@neri.example".to_owned()),
            ..NewContact::default()
        }];
        contacts::insert_many(store, &known, at(0)).await.unwrap();
        for (name, email) in [
            ("Zoe Neri", "zoe@neri.example"),
            ("Max Blu", "max@blu.example"),
        ] {
            one.deliver_raw("INBOX", |_| form(name, email).into_bytes());
        }
        one.turn().await;
        let (_, book) = rule_books::now(one.store()).await.unwrap();
        let mut draft = book.clone();
        let believed = Texts(vec!["@portal.example".to_owned()]);
        draft.shared.lists.insert("forms".to_owned(), believed);
        for against in [Against::Decisions, Against::Rules(&book)] {
            let found = replay_of(&one, &draft, against).await;
            assert_eq!(
                (found.leads_before, found.leads_after),
                (0, 1),
                "{found:#?}"
            );
        }
        assert_eq!(replay(&one).await.different, 0);
        // The other way round, nobody is believed.
        let found = replay_of(&one, &book, Against::Rules(&draft)).await;
        assert_eq!(
            (found.leads_before, found.leads_after),
            (1, 0),
            "{found:#?}"
        );
    }
}

#[tokio::test]
async fn what_was_made_of_a_message_is_left_out_after_it_was_decided_again_too() {
    for db in both().await {
        let mut one = Trial::empty(db, Options::default()).await;
        trial(&one).await;
        let raw = "X-Form-Id: 1\r\nFrom: max@blu.example\r\nTo: sales@example.com\r\nMessage-ID: <a@blu.example>\r\n\r\nTen desks\r\n";
        one.deliver_raw("INBOX", |_| raw.as_bytes().to_vec());
        one.turn().await;
        assert_eq!(replay(&one).await.leads_after, 1);
        let tx = one.store().begin().await.unwrap();
        let all = crate::store::deliveries::chosen::Filter::default();
        crate::store::deliveries::retried::retry(&tx, &all, at(20))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        one.turn().await;
        let found = replay(&one).await;
        assert_eq!((found.messages, found.leads_after), (1, 1), "{found:#?}");
    }
}
