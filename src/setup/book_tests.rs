#![allow(clippy::unwrap_used, clippy::panic)]

use entities::ids::UserId;
use serde_json::json;

use super::{compare_books, export_book, return_to};
use crate::rule_books;
use crate::setup::apply::tests::{apply_text, carry_out, load};
use crate::setup::stored::Row;
use crate::setup::{Stored, Surroundings, Unnamed, read};
use crate::store::fixture::both;

const COMPANY: &str = "
users: [{email: anna@ours.example, role: admin}]
mail_servers: [{name: away, host: away.invalid}]
mailboxes: [{address: sales@ours.example, server: away, password: not so secret}]
scanners:
  - {name: archive, mailbox: sales@ours.example, exceptions: [robot@example.com]}
";

const FIRST: &str = "
lists: {partners: ['@example.com']}
exceptions: [spam@example.com]
rules:
  - {name: partners, when: {sender.email: {in: {list: partners}}}, then: [link]}
  - {name: others, then: [{create_lead: {owner: anna@ours.example}}]}
";

const SECOND: &str = "
scanners:
  - {name: archive, mailbox: sales@ours.example, exceptions: [other@example.com]}
lists: {words: [x]}
exceptions: []
rules:
  - {name: others, then: [link], stop: true}
  - {name: new, when: {subject: {in: {list: words}}}, then: [{tag: [x]}]}
";

#[tokio::test]
async fn a_version_is_returned_to_whole() {
    for db in both().await {
        let store = &db.store;
        apply_text(store, &format!("{COMPANY}{FIRST}"), Unnamed::Keep).await;
        let (_, first) = rule_books::now(store).await.unwrap();
        apply_text(store, SECOND, Unnamed::Prune).await;
        let (_, second) = rule_books::now(store).await.unwrap();
        assert_ne!(first, second);

        let returning = return_to(&first, &load(store).await);
        assert_eq!(returning.problems, Vec::<String>::new());
        assert_eq!(returning.warnings, Vec::<String>::new());
        insta::assert_snapshot!("changes", returning.changes.to_string());
        let compared = compare_books(&second, &first);
        assert_eq!(compared.to_string(), returning.changes.to_string());
        carry_out(store, &returning.changes).await;
        let (version, now) = rule_books::now(store).await.unwrap();
        assert_eq!((version.map(|number| number.0), now), (Some(3), first));
    }
}

#[tokio::test]
async fn a_version_that_is_printed_can_be_applied() {
    for db in both().await {
        apply_text(&db.store, &format!("{COMPANY}{FIRST}"), Unnamed::Keep).await;
        let stored = load(&db.store).await;
        let book = stored.book();
        let text = export_book(&book).unwrap();
        insta::assert_snapshot!("printed", text);
        let changes = apply_text(&db.store, &text, Unnamed::Prune).await;
        assert!(changes.is_empty(), "{changes}");
    }
}

#[tokio::test]
async fn what_no_longer_works_is_told_before_anything_changes() {
    let reading = read(
        b"
rules:
  - name: support
    when: {any: [{mailbox: {is: old@ours.example}}, {mailbox: {contains: old}}]}
    then:
      - create_lead: {owner: anna@ours.example}
      - create_contact: {owner: {of: organization, round_robin: [carl@ours.example], otherwise: dora@ours.example}}
      - create_ticket: {owner: {least_busy: {list: team}}}
      - assign: {round_robin: [fritz@ours.example, here@ours.example]}
      - notify: [owner, assignee, gina@ours.example]
      - forward: [out@elsewhere.example, hugo@ours.example, here@ours.example]
      - auto_reply: {text: Thank you., from: info@ours.example}
lists: {team: [emil@ours.example, here@ours.example]}
",
        "f",
        &Stored::default(),
        Surroundings::of_tests(),
    );
    let document = reading.unwrap().document;
    let lists = document.lists.unwrap().into_iter();
    let mut rules = document.rules.unwrap();
    for rule in &mut rules {
        rule.scanners.push("closed".to_owned());
    }
    let mut book = rules::RuleBook {
        rules,
        ..rules::RuleBook::default()
    };
    book.shared.lists.extend(lists);
    let mut stored = Stored::default();
    let here = Row {
        id: UserId(1),
        item: serde_json::from_value(json!({ "email": "here@ours.example", "role": "user" }))
            .unwrap(),
    };
    stored.users.insert("here@ours.example".to_owned(), here);
    let returning = return_to(&book, &stored);
    assert_eq!(returning.problems, Vec::<String>::new());
    insta::assert_debug_snapshot!("warnings", returning.warnings);
    for rule in &mut book.rules {
        rule.then.clear();
    }
    assert_eq!(return_to(&book, &stored).problems.len(), 1);
}
