#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::ffi::OsString;

use entities::lights::LightState;
use proptest::prelude::*;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::*;
use crate::secrets::Key;
use crate::setup::{Document, Stored, Surroundings, Unnamed, export, plan, read};
use crate::store::Store;
use crate::store::fixture::{at, both, sqlite};

const FULL: &str = include_str!("example.yaml");

const PUBLICATION: Publication<'static> = Publication {
    author: "anna",
    source: "f",
    note: None,
};

pub(super) fn rng() -> StdRng {
    StdRng::seed_from_u64(7)
}

pub(in crate::setup) fn ring() -> KeyRing {
    KeyRing::of(Key::generate(&mut rng()))
}

pub(super) fn nothing_set(_: &str) -> Option<OsString> {
    None
}

pub(in crate::setup) async fn load(store: &Store) -> Stored {
    Stored::load(store, &ring(), &nothing_set).await.unwrap()
}

/// Applies `text` and says what it changed.
pub(in crate::setup) async fn apply_text(store: &Store, text: &str, unnamed: Unnamed) -> Changes {
    apply_around(store, text, unnamed, Surroundings::of_tests()).await
}

pub(super) async fn apply_around(
    store: &Store,
    text: &str,
    unnamed: Unnamed,
    around: Surroundings<'_>,
) -> Changes {
    let stored = load(store).await;
    let document = read(text.as_bytes(), "f", &stored, around)
        .unwrap_or_else(|problems| panic!("{problems}"))
        .document;
    let changes = plan(&document, &stored, unnamed);
    carry_out(store, &changes).await;
    changes
}

pub(in crate::setup) async fn carry_out(store: &Store, changes: &Changes) {
    let tx = store.begin().await.unwrap();
    apply(&tx, changes, &ring(), &mut rng(), PUBLICATION, at(0))
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn would_change(store: &Store, text: &str) -> String {
    let stored = load(store).await;
    let document = read(text.as_bytes(), "f", &stored, Surroundings::of_tests())
        .unwrap_or_else(|problems| panic!("{problems}\n{text}"))
        .document;
    plan(&document, &stored, Unnamed::Prune).to_string()
}

#[tokio::test]
async fn a_second_apply_changes_nothing() {
    for db in both().await {
        assert_eq!(
            apply_text(&db.store, FULL, Unnamed::Keep)
                .await
                .changes
                .len(),
            12
        );
        assert_eq!(would_change(&db.store, FULL).await, "Nothing to change.");
    }
}

#[tokio::test]
async fn an_export_applied_to_the_same_store_changes_nothing_and_to_another_gives_the_same() {
    let text = FULL.replace("${env:SALES_PASSWORD}", "hunter2");
    for db in both().await {
        apply_text(&db.store, &text, Unnamed::Keep).await;
        let exported = export(&load(&db.store).await).unwrap();
        assert!(!exported.contains("hunter2"), "{exported}");
        assert_eq!(
            would_change(&db.store, &exported).await,
            "Nothing to change."
        );

        let other = sqlite().await;
        apply_text(&other.store, &exported, Unnamed::Keep).await;
        let again = export(&load(&other.store).await).unwrap();
        let comment = "  # stored encrypted; set this variable to apply the file elsewhere";
        assert_eq!(again, exported.replace(comment, ""));
        if db.url.starts_with("sqlite") {
            insta::assert_snapshot!(exported);
        }
    }
}

#[tokio::test]
async fn every_changed_field_is_stored_and_pruning_switches_off() {
    for db in both().await {
        apply_text(&db.store, FULL, Unnamed::Keep).await;
        let text = FULL
            .replace("port: 143", "port: 993")
            .replace("tls: starttls", "tls: implicit")
            .replace("    ca_file: /etc/ssl/company-ca.pem\n", "")
            .replace("Jan Kowalski", "Jan Nowak")
            .replace("role: user", "role: admin")
            .replace(
                "members: [jan@example.com, anna@example.com]",
                "members: [jan@example.com]",
            )
            .replace("login: sales", "login: sales2")
            .replace("limit_per_scan: 500\n", "limit_per_scan: 7\n")
            .replace("start_date: 2026-01-01\n", "start_date: 2025-01-01\n")
            .replace("folders: [INBOX, Wysłane/2026]", "folders: [Wysłane/2026]")
            .replace("stop: true", "stop: false");
        assert_eq!(
            apply_text(&db.store, &text, Unnamed::Keep)
                .await
                .changes
                .len(),
            5
        );
        assert_eq!(would_change(&db.store, &text).await, "Nothing to change.");

        let few = "users: [{email: anna@example.com}]\nmail_servers: []\nmailboxes: []\nscanners: []\nrules: []\n";
        apply_text(&db.store, few, Unnamed::Prune).await;
        let stored = load(&db.store).await;
        assert!(!stored.users["jan@example.com"].item.active);
        assert!(stored.mailboxes.values().all(|row| !row.item.active));
        assert!(stored.scanners.values().all(|row| !row.item.enabled));
        assert!(stored.rules.is_empty());
        assert_eq!(
            stored.mail_servers.len(),
            2,
            "still used by the mailboxes that are switched off"
        );
        assert_eq!(would_change(&db.store, few).await, "Nothing to change.");
    }
}

#[tokio::test]
async fn secrets_are_sealed_to_their_row_and_a_wrong_key_is_no_key() {
    let db = sqlite().await;
    apply_text(
        &db.store,
        &FULL.replace("${env:SALES_PASSWORD}", "hunter2"),
        Unnamed::Keep,
    )
    .await;
    let rows = store::credentials::list(&db.store).await.unwrap();
    let (sealed, reference): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| row.sealed.is_some());
    assert_eq!(
        reference[0].reference.as_deref(),
        Some("${file:/run/secrets/anna_token}")
    );
    assert!(
        !sealed[0]
            .sealed
            .as_ref()
            .unwrap()
            .windows(6)
            .any(|bytes| bytes == b"hunter")
    );

    let other = KeyRing::of(Key::generate(&mut StdRng::seed_from_u64(8)));
    let stored = Stored::load(&db.store, &other, &nothing_set).await.unwrap();
    assert_eq!(stored.mailboxes["sales@example.com"].item.password, None);
    let exported = export(&stored).unwrap();
    assert!(
        exported.contains("password: ${env:MAILROOM_SECRET_SALES__EXAMPLE_COM}"),
        "{exported}"
    );
}

#[tokio::test]
async fn the_exported_variable_replaces_a_stored_secret_only_when_it_says_another() {
    let db = sqlite().await;
    apply_text(
        &db.store,
        &FULL.replace("${env:SALES_PASSWORD}", "hunter2"),
        Unnamed::Keep,
    )
    .await;
    let exported = export(&load(&db.store).await).unwrap();
    for (value, changed) in [(None, 0), (Some("hunter2"), 0), (Some("hunter3"), 1)] {
        let variable =
            |name: &str| (name == "MAILROOM_SECRET_SALES__EXAMPLE_COM").then_some(value?.into());
        let stored = Stored::load(&db.store, &ring(), &variable).await.unwrap();
        let document = read(exported.as_bytes(), "f", &stored, Surroundings::of_tests())
            .unwrap()
            .document;
        assert_eq!(
            plan(&document, &stored, Unnamed::Keep).changes.len(),
            changed,
            "{value:?}"
        );
    }
}

pub(super) async fn turn_red(store: &Store) {
    for mailbox in store::mailboxes::list(store).await.unwrap() {
        let red = Showing {
            cause: Some("password_refused".to_owned()),
            who: Some("owner".to_owned()),
            remedy: Some("Set it again".to_owned()),
            ..Showing::plain(LightState::Red)
        };
        store::lights::set(store, mailbox.id, red, at(0))
            .await
            .unwrap();
    }
}

pub(super) async fn lights(store: &Store) -> Vec<LightState> {
    store::lights::list(store)
        .await
        .unwrap()
        .into_iter()
        .map(|light| light.state)
        .collect()
}

#[tokio::test]
async fn a_red_mailbox_is_tried_again_when_its_secret_login_or_server_changes() {
    use LightState::{Red, Unknown};
    let db = sqlite().await;
    apply_text(&db.store, FULL, Unnamed::Keep).await;
    for (from, to, expected) in [
        ("Jan Kowalski", "Jan Nowak", [Red, Red]),
        ("${env:SALES_PASSWORD}", "hunter2", [Unknown, Red]),
        ("login: sales", "login: sales2", [Unknown, Red]),
        (
            "host: imap.gmail.com",
            "host: imap.google.com",
            [Red, Unknown],
        ),
    ] {
        apply_text(&db.store, FULL, Unnamed::Keep).await;
        turn_red(&db.store).await;
        apply_text(&db.store, &FULL.replace(from, to), Unnamed::Keep).await;
        assert_eq!(lights(&db.store).await, expected, "{to}");
    }
}

#[tokio::test]
async fn a_new_schedule_forgets_the_next_time_that_the_old_one_gave() {
    let db = sqlite().await;
    apply_text(&db.store, FULL, Unnamed::Keep).await;
    let next = |name: &'static str| {
        let store = db.store.clone();
        async move {
            store::scanners::find_by_name(&store, name)
                .await
                .unwrap()
                .unwrap()
                .next_scan_at
        }
    };
    for scanner in store::scanners::list(&db.store).await.unwrap() {
        store::scanners::set_next_scan(&db.store, scanner.id, Some(at(60)))
            .await
            .unwrap();
    }
    apply_text(
        &db.store,
        &FULL.replace("*/5 8-18", "*/7 8-18"),
        Unnamed::Keep,
    )
    .await;
    assert_eq!(
        (next("sales").await, next("anna").await),
        (None, Some(at(60)))
    );
}

#[tokio::test]
async fn nothing_is_written_when_the_transaction_is_dropped() {
    let db = sqlite().await;
    let document = read(
        FULL.as_bytes(),
        "f",
        &Stored::default(),
        Surroundings::of_tests(),
    )
    .unwrap()
    .document;
    let changes = plan(&document, &Stored::default(), Unnamed::Keep);
    let tx = db.store.begin().await.unwrap();
    apply(&tx, &changes, &ring(), &mut rng(), PUBLICATION, at(0))
        .await
        .unwrap();
    drop(tx);
    assert_eq!(load(&db.store).await.users.len(), 0);
}

/// Writes and reads a document without a database.
fn written_and_read(name: &str) -> (Document, Document) {
    let text = serde_json::json!({
        "users": [{"email": "a@b.c", "name": name}],
        "mail_servers": [{"name": "s", "host": "h.x"}],
        "mailboxes": [{"address": "a@b.c", "server": "s", "login": format!("x{name}")}],
        "scanners": [{"name": "n", "mailbox": "a@b.c", "folders": [format!("f{name}"), format!("{name}f")]}],
        "rules": [{"name": "r", "when": {"subject": {"contains": format!("{name}x")}}, "then": [{"tag": [format!("t{name}")]}]}],
    });
    let first = read(
        text.to_string().as_bytes(),
        "f",
        &Stored::default(),
        Surroundings::of_tests(),
    );
    let Ok(first) = first else {
        return (Document::default(), Document::default());
    };
    let yaml = serde_saphyr::to_string(&first.document).unwrap();
    let second = read(
        yaml.as_bytes(),
        "f",
        &Stored::default(),
        Surroundings::of_tests(),
    )
    .unwrap_or_else(|problems| panic!("{problems}\n{yaml}"));
    (first.document, second.document)
}

#[test]
fn texts_that_yaml_would_take_for_something_else_come_back_as_they_were() {
    for name in [
        "no",
        "0755",
        "1_000",
        "1.50",
        "null",
        "~",
        "",
        "2026-01-01",
        "a: b",
        "- a",
        "#a",
        "a #b",
        "*a",
        "&a",
        "!a",
        "%a",
        "@a",
        "`a",
        "'",
        "\"",
        "{a",
        "[a",
        "a\\b",
        "é",
        "🔑",
        "1e3",
        ".inf",
        "0x1F",
        "true",
        "=",
        "<<",
        "? a",
        "| ",
        "a\u{a0}",
        "\u{feff}a",
    ] {
        let (first, second) = written_and_read(name);
        assert_eq!(first, second, "{name:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_text_comes_back_as_it_was(name in "\\PC{0,24}") {
        let (first, second) = written_and_read(&name);
        prop_assert_eq!(first, second);
    }
}

#[test]
fn no_two_addresses_share_a_variable() {
    use crate::setup::secret::secret_variable;
    assert_eq!(
        secret_variable("sales@example.com"),
        "MAILROOM_SECRET_SALES__EXAMPLE_COM"
    );
    let names = ["a.b@x", "a_b@x", "a-b@x", "ab@x", "a+b@x", "é@x"].map(secret_variable);
    assert_eq!(
        names.iter().collect::<std::collections::HashSet<_>>().len(),
        names.len(),
        "{names:?}"
    );
}

/// What rules share, in every place a file may say it.
const SHARED: &str = "exceptions: [spam@example.com, '@example.org']
lists:
  partners: ['@example.com', anna@example.it]
  unused: x
mail_servers: [{name: company, host: mail.example.com}]
mailboxes: [{address: sales@example.com, server: company, password: '${env:X}'}]
scanners: [{name: sales, mailbox: sales@example.com, exceptions: ['@List.example', news@example.com]}]
rules:
  - name: Partners
    when: {from: {in: {list: partners}}}
    then: [link]
    cases:
      - {name: partner, message: {from: bob@example.com}, expect: {matches: true}}
";

#[tokio::test]
async fn lists_and_exceptions_are_applied_exported_and_compared() {
    for db in both().await {
        let first = apply_text(&db.store, SHARED, Unnamed::Keep).await;
        assert_eq!(would_change(&db.store, SHARED).await, "Nothing to change.");
        let exported = export(&load(&db.store).await).unwrap();
        assert_eq!(
            would_change(&db.store, &exported).await,
            "Nothing to change."
        );
        let other = SHARED
            .replace("spam@example.com, ", "")
            .replace("anna@example.it", "anna@example.pl")
            .replace(", news@example.com", "")
            .replace("  unused: x\n", "");
        let changes = would_change(&db.store, &other).await;
        if db.url.starts_with("sqlite") {
            insta::assert_snapshot!(format!("{first}\n\n{exported}\n\n{changes}"));
        }
        apply_text(&db.store, &other, Unnamed::Prune).await;
        assert_eq!(would_change(&db.store, &other).await, "Nothing to change.");
        let lists = store::rule_lists::list(&db.store).await.unwrap();
        assert_eq!(lists.len(), 1);
        assert_eq!(
            store::exceptions::list(&db.store).await.unwrap(),
            ["@example.org"]
        );
    }
}

#[tokio::test]
async fn a_list_that_a_stored_rule_looks_in_is_not_pruned() {
    let db = sqlite().await;
    apply_text(&db.store, SHARED, Unnamed::Keep).await;
    let changes = would_change(&db.store, "lists: {other: [x]}").await;
    assert!(
        changes.contains("- unused") && !changes.contains("- partners"),
        "{changes}"
    );
}
