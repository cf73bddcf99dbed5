use axum::http::StatusCode;
use chrono::TimeDelta;
use entities::ids::MailboxId;
use entities::users::Role;
use serde_json::json;

use super::super::fixture::{lines, now, reader};
use super::super::house::{House, Person};
use super::*;
use crate::cause::{Here, OpenedBy};
use crate::store::fixture::{at, mailbox};
use crate::store::{Store, examinations};

fn row(report: Option<serde_json::Value>) -> Model {
    Model {
        mailbox_id: MailboxId(7),
        asked_by: None,
        asked_at: at(-60),
        taken_by: None,
        taken_at: None,
        finished_at: report.is_some().then(|| at(-50)),
        report,
    }
}

#[test]
fn what_was_found_is_said_with_the_one_thing_to_do_and_each_step() {
    let step = |name: &str, outcome: &str, sentence: &str| json!({"name": name, "outcome": outcome, "ms": 12, "sentence": sentence});
    let failed = json!({
        "well": false,
        "cause": "password_refused",
        "steps": [
            step("TLS", "warning", "<TLS> 1.3 is agreed on."),
            step("SASL", "failed", "The server refused it."),
            step("EXAMINE INBOX", "skipped", "Not tried, as a step before it failed."),
        ],
        "todo": "Sign in again on the mailbox's page or with `mailroom authorize sales@example.com`.",
    });
    let well = json!({"well": true, "cause": null, "steps": [], "todo": "Nothing: the next scan gets in."});
    let here = Here {
        opened_by: OpenedBy::SignIn,
        tries_again: false,
    };
    let worded = |todo: &str| here.word(todo, "sales@example.com");
    let shown = |last: Option<Model>| {
        lines(section(
            MailboxId(7),
            last.as_ref(),
            &worded,
            &reader(),
            now(),
        ))
    };
    insta::assert_snapshot!(
        [
            shown(None),
            shown(Some(row(None))),
            shown(Some(row(Some(well)))),
            shown(Some(row(Some(failed)))),
            shown(Some(row(Some(json!({"of": "a later version"}))))),
        ]
        .join("\n\n")
    );
}

async fn finish(store: &Store) {
    let taken = examinations::take(store, "a worker", at(0), |_| false).await;
    let taken = taken.unwrap().unwrap();
    let report = json!({"well": true, "steps": [], "todo": "Nothing."});
    examinations::finish(store, &taken, report, at(0))
        .await
        .unwrap();
}

async fn press(house: &House, person: &Person) -> String {
    let answer = house.press(person, "/mailboxes/1/doctor").await;
    answer.location().to_owned()
}

#[tokio::test]
async fn one_press_asks_once_a_page_waits_and_then_shows_what_was_found() {
    let house = House::new().await;
    let store = &house.fixture.store;
    mailbox(store, "info@example.com").await;
    let anna = house.person("anna@example.com", Role::Admin).await;
    assert_eq!(press(&house, &anna).await, "/mailboxes/1/doctor");
    let asked = examinations::find(store, MailboxId(1)).await.unwrap();
    assert_eq!(asked.unwrap().asked_by, Some(anna.id));

    let waits = house.get_as(&anna, "/mailboxes/1/doctor").await;
    assert_eq!(waits.header("refresh"), "2");
    assert!(waits.body.contains("A worker will take this in a moment."));
    assert!(!waits.body.contains("mailroom worker"), "{}", waits.body);
    let page = house.get_as(&anna, "/mailboxes/1").await;
    assert_eq!(page.header("refresh"), "");
    assert!(page.body.contains("See how it goes"), "{}", page.body);

    // Pressed again: still the same one.
    house.after(TimeDelta::seconds(30));
    assert_eq!(press(&house, &anna).await, "/mailboxes/1/doctor");
    let asked = examinations::find(store, MailboxId(1)).await.unwrap();
    assert_eq!(asked.unwrap().asked_at, at(0));
    let waits = house.get_as(&anna, "/mailboxes/1/doctor").await;
    assert!(waits.body.contains("<code>mailroom worker</code>"));

    finish(store).await;
    let waits = house.get_as(&anna, "/mailboxes/1/doctor").await;
    assert_eq!(waits.location(), "/mailboxes/1#doctor");
    let page = house.get_as(&anna, "/mailboxes/1").await;
    assert!(page.body.contains("Every step went well."));

    // Within the minute nothing new is asked for, and that is said.
    let answer = house.press(&anna, "/mailboxes/1/doctor").await;
    assert_eq!(answer.location(), "/mailboxes/1#doctor");
    assert!(answer.cookie("mailroom-said").is_some());
    house.after(TimeDelta::seconds(60));
    assert_eq!(press(&house, &anna).await, "/mailboxes/1/doctor");
}

#[tokio::test]
async fn who_may_not_see_a_mailbox_may_not_have_it_tested() {
    let house = House::new().await;
    mailbox(&house.fixture.store, "info@example.com").await;
    let uma = house.person("uma@example.com", Role::User).await;
    let answer = house.press(&uma, "/mailboxes/1/doctor").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let answer = house.get_as(&uma, "/mailboxes/1/doctor").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let answer = house.post(&uma, "/mailboxes/1/doctor", "").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.body);
    let none = examinations::find(&house.fixture.store, MailboxId(1)).await;
    assert_eq!(none, Ok(None));
}
