#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use super::super::stored::PlacedRule;
use super::*;
use crate::setup::document::SharedList;
use crate::setup::{Surroundings, read};
use entities::ids::{MailServerId, MailboxId, RuleId, RuleListId, ScannerId, ServiceKeyId, UserId};

const FULL: &str = include_str!("example.yaml");

fn document(text: &str, stored: &Stored) -> Document {
    read(text.as_bytes(), "f", stored, Surroundings::of_tests())
        .unwrap_or_else(|problems| panic!("{problems}"))
        .document
}

/// A store that holds what `document` says.
fn stored(document: &Document) -> Stored {
    fn rows<Id, Item: Clone>(
        items: Option<&Vec<Item>>,
        name: impl Fn(&Item) -> &String,
        id: impl Fn(i64) -> Id,
    ) -> BTreeMap<String, Row<Id, Item>> {
        let items = items.cloned().unwrap_or_default();
        (1..)
            .zip(items)
            .map(|(number, item)| {
                (
                    name(&item).clone(),
                    Row {
                        id: id(number),
                        item,
                    },
                )
            })
            .collect()
    }
    let rules = document.rules.clone().unwrap_or_default();
    Stored {
        users: rows(document.users.as_ref(), |user| &user.email, UserId),
        service_keys: rows(
            document.service_keys.as_ref(),
            |key| &key.name,
            ServiceKeyId,
        ),
        client_secrets: BTreeMap::new(),
        mail_servers: rows(
            document.mail_servers.as_ref(),
            |server| &server.name,
            MailServerId,
        ),
        mailboxes: rows(
            document.mailboxes.as_ref(),
            |mailbox| &mailbox.address,
            MailboxId,
        ),
        secrets: BTreeMap::new(),
        scanners: rows(
            document.scanners.as_ref(),
            |scanner| &scanner.name,
            ScannerId,
        ),
        exceptions: document.exceptions.clone().unwrap_or_default(),
        lists: rows(
            document
                .lists
                .as_ref()
                .map(|lists| lists.iter().map(SharedList::of).collect())
                .as_ref(),
            |list| &list.name,
            RuleListId,
        ),
        rules: (0..)
            .zip(rules)
            .map(|(position, rule)| {
                let name = rule.name.clone();
                (
                    name,
                    Row {
                        id: RuleId(i64::from(position)),
                        item: PlacedRule { position, rule },
                    },
                )
            })
            .collect(),
    }
}

fn full() -> (Document, Stored) {
    let document = document(FULL, &Stored::default());
    let stored = stored(&document);
    (document, stored)
}

#[test]
fn a_new_store_gets_everything() {
    let (document, _) = full();
    insta::assert_snapshot!(plan(&document, &Stored::default(), Unnamed::Keep));
}

#[test]
fn what_is_stored_already_is_no_change() {
    let (document, stored) = full();
    for unnamed in [Unnamed::Keep, Unnamed::Prune] {
        let changes = plan(&document, &stored, unnamed);
        assert!(changes.is_empty(), "{changes}");
        assert_eq!(changes.to_string(), "Nothing to change.");
    }
}

#[test]
fn each_change_is_told_by_field_with_before_and_after() {
    let (_, stored) = full();
    let text = FULL
        .replace("port: 143", "port: 993")
        .replace("tls: starttls", "tls: implicit")
        .replace("name: Jan Kowalski", "name: Jan Nowak")
        .replace(
            "members: [jan@example.com, anna@example.com]",
            "members: [anna@example.com]",
        )
        .replace("SALES_PASSWORD", "OTHER")
        .replace("limit_per_scan: 500\n", "folders_: x\n")
        .replace("    folders_: x\n", "")
        .replace(
            "subject: {contains: [offer, preventivo]}",
            "subject: {contains: [offer, oferta, preventivo]}",
        )
        .replace("start_date: 2026-01-01", "start_date: 2026-02-01");
    let changes = plan(&document(&text, &stored), &stored, Unnamed::Keep);
    insta::assert_snapshot!(changes);
    insta::assert_json_snapshot!(changes);
}

#[test]
fn rules_in_another_order_change_their_place() {
    let (mut document, stored) = full();
    document.rules.as_mut().unwrap().reverse();
    insta::assert_snapshot!(plan(&document, &stored, Unnamed::Keep));
}

#[test]
fn a_literal_secret_is_compared_and_never_shown() {
    let with = |secret: &str| FULL.replace("${env:SALES_PASSWORD}", secret);
    let before = document(&with("hunter2"), &Stored::default());
    let stored = stored(&before);
    assert!(plan(&before, &stored, Unnamed::Keep).is_empty());
    let changes = plan(&document(&with("hunter3"), &stored), &stored, Unnamed::Keep);
    let shown = format!(
        "{changes}\n{changes:?}\n{}",
        serde_json::to_string(&changes).unwrap()
    );
    assert!(!shown.contains("hunter"), "{shown}");
    assert_eq!(
        changes.to_string(),
        "mailboxes\n  ~ sales@example.com\n      password: (changed)\n0 to create, 1 to change, 0 to delete."
    );
}

#[test]
fn a_secret_that_the_file_leaves_out_stays() {
    let (_, stored) = full();
    let text = FULL.replace("    password: ${env:SALES_PASSWORD}\n", "");
    assert!(plan(&document(&text, &stored), &stored, Unnamed::Keep).is_empty());
}

#[test]
fn what_a_file_does_not_name_stays_unless_pruned() {
    let (_, stored) = full();
    let text = "users: [{email: anna@example.com, name: Anna Rossi, role: admin}]\nmail_servers: []\nmailboxes: []\nscanners: []\nrules: []\n";
    let file = document(text, &stored);
    assert!(plan(&file, &stored, Unnamed::Keep).is_empty());
    insta::assert_snapshot!(plan(&file, &stored, Unnamed::Prune));
    let none = document("{}", &stored);
    assert!(
        plan(&none, &stored, Unnamed::Prune).is_empty(),
        "absent sections are not pruned"
    );
}

#[test]
fn a_server_goes_when_no_mailbox_uses_it_any_more() {
    let (_, stored) = full();
    let text = "mail_servers: [{name: company, host: mail.example.com}]\nmailboxes: [{address: anna@example.com, server: company, kind: personal, owner: anna@example.com, password: x}]\n";
    let changes = plan(&document(text, &stored), &stored, Unnamed::Prune);
    let last = changes.changes.last().unwrap();
    assert_eq!((last.name.as_str(), last.change), ("google", Kind::Delete));
}
