#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::ffi::OsString;

use entities::lights::LightState;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::super::tests::{apply_around, apply_text, lights, load, ring, turn_red};
use super::*;
use crate::secrets::{Key, Place};
use crate::setup::check::told::told_of;
use crate::setup::{Changes, Stored, Surroundings, Unnamed, export, plan, read};
use crate::store::Store;
use crate::store::credentials::Grant;
use crate::store::fixture::{at, both, sqlite};

const FULL: &str = include_str!("../example_oauth.yaml");

/// The server `google` of a file, its key and its mailbox.
const GOOGLE: &str = "service_keys: [{name: main}]
mail_servers:
  - name: google
    preset: google
    domain: example.com
    oauth:
      client_id: abc
      client_secret: hunter2
      client_secret_expires_on: 2027-01-31
      service_key: main
mailboxes:
  - {address: sales@example.com, server: google, aliases: [verkauf@example.com]}
";

fn address(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn at_address(public_url: &Url) -> Surroundings<'_> {
    Surroundings {
        public_url: Some(public_url),
        ..Surroundings::of_tests()
    }
}

async fn apply_at(store: &Store, text: &str, public_url: &str) -> Changes {
    let public_url = address(public_url);
    apply_around(store, text, Unnamed::Keep, at_address(&public_url)).await
}

async fn redirect_uri(store: &Store) -> Option<String> {
    let rows = store::oauth_clients::list(store).await.unwrap();
    rows[0].redirect_uri.clone()
}

#[tokio::test]
async fn a_second_apply_and_an_applied_export_change_nothing() {
    let text = FULL.replace("${env:GOOGLE_CLIENT_SECRET}", "hunter2");
    let home = "https://mail.example.com/";
    for db in both().await {
        let changes = apply_at(&db.store, &text, home).await;
        assert_eq!(changes.changes.len(), 11);
        let again = apply_at(&db.store, &text, home).await;
        assert_eq!(again.to_string(), "Nothing to change.");

        let exported = export(&load(&db.store).await).unwrap();
        assert!(!exported.contains("hunter2"), "{exported}");
        let again = apply_at(&db.store, &exported, "https://elsewhere.example.com/").await;
        assert_eq!(again.to_string(), "Nothing to change.");

        let other = sqlite().await;
        apply_text(&other.store, &exported, Unnamed::Keep).await;
        let copied = export(&load(&other.store).await).unwrap();
        let comment = "  # stored encrypted; set this variable to apply the file elsewhere";
        assert_eq!(copied, exported.replace(comment, ""));
        if db.url.starts_with("sqlite") {
            insta::assert_snapshot!(exported);
        }
    }
}

#[tokio::test]
async fn the_diff_tells_everything_but_the_secret() {
    let db = sqlite().await;
    let public_url = address("https://mail.example.com");
    let first = apply_at(&db.store, GOOGLE, public_url.as_str()).await;
    let stored = load(&db.store).await;
    let text = GOOGLE
        .replace("abc", "def")
        .replace("hunter2", "hunter3")
        .replace("2027-01-31", "2028-01-31")
        .replace("[verkauf@example.com]", "[vendite@example.com]");
    let document = read(text.as_bytes(), "f", &stored, at_address(&public_url))
        .unwrap()
        .document;
    let second = plan(&document, &stored, Unnamed::Keep);
    for changes in [&first, &second] {
        let shown = format!(
            "{changes} {changes:?} {}",
            serde_json::to_string(changes).unwrap()
        );
        assert!(!shown.contains("hunter"), "{shown}");
    }
    insta::assert_snapshot!(format!("{first}\n\n{second}"));
}

#[tokio::test]
async fn the_redirect_uri_is_made_once_and_stays() {
    for db in both().await {
        apply_text(&db.store, GOOGLE, Unnamed::Keep).await;
        assert_eq!(redirect_uri(&db.store).await, None, "no public_url yet");

        let changes = apply_at(&db.store, GOOGLE, "http://127.0.0.1:8025").await;
        let local = "http://127.0.0.1:8025/oauth/callback/main";
        assert!(changes.to_string().contains(local), "{changes}");
        assert_eq!(redirect_uri(&db.store).await.as_deref(), Some(local));

        let changes = apply_at(&db.store, GOOGLE, "https://one.example.com").await;
        let one = "https://one.example.com/oauth/callback/main";
        assert!(changes.to_string().contains(one), "{changes}");

        for later in ["https://two.example.com", "http://127.0.0.1:8025"] {
            let changes = apply_at(&db.store, GOOGLE, later).await;
            assert!(changes.is_empty(), "{changes}");
            assert_eq!(redirect_uri(&db.store).await.as_deref(), Some(one));
        }

        let two = "https://two.example.com/oauth/callback/main";
        let text = GOOGLE.replace(
            "      service_key: main",
            &format!("      service_key: main\n      redirect_uri: {two}"),
        );
        apply_at(&db.store, &text, "https://one.example.com").await;
        apply_at(&db.store, GOOGLE, "https://one.example.com").await;
        assert_eq!(redirect_uri(&db.store).await.as_deref(), Some(two));
    }
}

#[tokio::test]
async fn what_a_provider_knows_does_not_move_away_under_it() {
    let db = sqlite().await;
    let home = address("https://mail.example.com");
    apply_at(&db.store, GOOGLE, home.as_str()).await;
    let stored = load(&db.store).await;
    let moved = "service_keys: [{name: main, callback_path: office}]\n";
    let other_key = GOOGLE
        .replace("[{name: main}]", "[{name: main}, {name: other}]")
        .replace("service_key: main", "service_key: other");
    let other_client = GOOGLE
        .replace("client_id: abc", "client_id: def")
        .replace("      client_secret: hunter2\n", "");
    let taken = "service_keys: [{name: Main}]\n";
    let api = "service_keys: [{name: main, type: api}]\n";
    insta::assert_snapshot!(
        [moved, &other_key, &other_client, taken, api]
            .map(|text| told_of(&stored, Some(&home), text))
            .join("\n")
    );
}

#[tokio::test]
async fn a_client_secret_is_sealed_to_its_row_and_a_wrong_key_is_no_key() {
    for db in both().await {
        apply_text(&db.store, GOOGLE, Unnamed::Keep).await;
        let row = store::oauth_clients::list(&db.store)
            .await
            .unwrap()
            .remove(0);
        let sealed = Sealed {
            key_id: row.secret_key_id.unwrap().into(),
            bytes: row.secret_sealed.unwrap(),
        };
        assert!(!sealed.bytes.windows(6).any(|bytes| bytes == b"hunter"));
        let place = Place {
            table: "oauth_clients",
            row: row.mail_server_id.0,
            column: "secret_sealed",
        };
        let opened: SecretString = ring().open(&place, &sealed).unwrap();
        assert_eq!(opened.expose_secret(), "hunter2");
        let elsewhere = Place {
            row: row.mail_server_id.0 + 1,
            ..place
        };
        assert!(ring().open(&elsewhere, &sealed).is_err());

        let other = KeyRing::of(Key::generate(&mut StdRng::seed_from_u64(8)));
        let stored = Stored::load(&db.store, &other, &|_| None).await.unwrap();
        let exported = export(&stored).unwrap();
        assert!(
            exported.contains("client_secret: ${env:MAILROOM_SECRET_CLIENT_google}"),
            "{exported}"
        );
    }
}

#[tokio::test]
async fn a_secret_that_is_left_out_stays_and_a_client_that_is_left_out_goes() {
    for db in both().await {
        apply_text(&db.store, GOOGLE, Unnamed::Keep).await;
        let secret = || async {
            let row = store::oauth_clients::list(&db.store).await.unwrap().pop()?;
            Some((row.client_id, row.secret_sealed))
        };
        let (_, before) = secret().await.unwrap();
        let text = GOOGLE
            .replace("client_id: abc", "client_id: def")
            .replace("      client_secret: hunter2\n", "");
        apply_text(&db.store, &text, Unnamed::Keep).await;
        assert_eq!(secret().await, Some(("def".to_owned(), before)));

        let text = text.replace(
            "      client_id: def",
            "      client_secret: ${env:X}\n      client_id: def",
        );
        apply_text(&db.store, &text, Unnamed::Keep).await;
        let row = store::oauth_clients::list(&db.store)
            .await
            .unwrap()
            .remove(0);
        assert_eq!(
            (row.secret_reference.as_deref(), row.secret_sealed),
            (Some("${env:X}"), None)
        );

        let without = "mail_servers: [{name: google, preset: google}]\nmailboxes: [{address: sales@example.com, server: google, password: x}]\n";
        apply_text(&db.store, without, Unnamed::Keep).await;
        assert_eq!(secret().await, None);
    }
}

#[tokio::test]
async fn the_exported_variable_replaces_a_client_secret_only_when_it_says_another() {
    let db = sqlite().await;
    apply_text(&db.store, GOOGLE, Unnamed::Keep).await;
    let exported = export(&load(&db.store).await).unwrap();
    for (value, changed) in [(None, 0), (Some("hunter2"), 0), (Some("hunter3"), 1)] {
        let variable = |name: &str| -> Option<OsString> {
            (name == "MAILROOM_SECRET_CLIENT_google").then_some(value?.into())
        };
        let stored = Stored::load(&db.store, &ring(), &variable).await.unwrap();
        let document = read(exported.as_bytes(), "f", &stored, Surroundings::of_tests())
            .unwrap()
            .document;
        let changes = plan(&document, &stored, Unnamed::Keep);
        assert_eq!(changes.changes.len(), changed, "{value:?} {changes}");
    }
}

#[tokio::test]
async fn a_red_mailbox_is_tried_again_when_what_opens_it_changes() {
    use LightState::{Red, Unknown};
    let db = sqlite().await;
    for (from, to, expected) in [
        ("client_id: abc", "client_id: def", Unknown),
        ("hunter2", "hunter3", Unknown),
        ("hunter2", "${env:X}", Unknown),
        ("preset: google", "preset: yandex", Unknown),
        (
            "      service_key",
            "      scopes: ['https://mail.google.com/']\n      service_key",
            Unknown,
        ),
        (
            "      service_key",
            "      endpoints: {token: 'https://t.x/'}\n      service_key",
            Unknown,
        ),
        ("[verkauf@example.com]", "[]", Unknown),
        ("domain: example.com", "domain: example.org", Red),
        ("2027-01-31", "2028-01-31", Red),
        ("preset: google", "preset: google\n    visible: false", Red),
        (
            "preset: google",
            "preset: google\n    smtp: {host: s.x}",
            Red,
        ),
        ("{name: main}", "{name: main, allowed_ips: [10.0.0.1]}", Red),
    ] {
        apply_text(&db.store, GOOGLE, Unnamed::Keep).await;
        turn_red(&db.store).await;
        apply_text(&db.store, &GOOGLE.replace(from, to), Unnamed::Keep).await;
        assert_eq!(lights(&db.store).await, [expected], "{to}");
    }
    let microsoft = GOOGLE.replace("preset: google", "preset: microsoft");
    apply_text(&db.store, &microsoft, Unnamed::Keep).await;
    turn_red(&db.store).await;
    let text = microsoft.replace("aliases: [", "delegates: [anna@example.com], aliases: [");
    apply_text(&db.store, &text, Unnamed::Keep).await;
    assert_eq!(lights(&db.store).await, [Unknown]);
}

#[tokio::test]
async fn a_key_that_a_file_leaves_out_is_switched_off_when_pruning() {
    for db in both().await {
        apply_text(&db.store, FULL, Unnamed::Keep).await;
        apply_text(&db.store, "service_keys: []\n", Unnamed::Keep).await;
        assert!(
            load(&db.store).await.service_keys["Main office"]
                .item
                .active
        );
        apply_text(&db.store, "service_keys: []\n", Unnamed::Prune).await;
        assert!(
            !load(&db.store).await.service_keys["Main office"]
                .item
                .active
        );
    }
}

#[tokio::test]
async fn what_a_person_consented_to_is_in_no_file() {
    let db = sqlite().await;
    apply_text(&db.store, GOOGLE, Unnamed::Keep).await;
    let mailbox = store::mailboxes::list(&db.store).await.unwrap().remove(0);
    let place = Place {
        table: "credentials",
        row: mailbox.id.0,
        column: "sealed",
    };
    let token = |text: &str| {
        ring().seal(
            &place,
            &SecretString::from(text),
            &mut StdRng::seed_from_u64(9),
        )
    };
    let grant = Grant {
        refresh: Some(token("refresh-hunter")),
        access: token("access-hunter"),
        access_expires_at: None,
        refresh_expires_at: None,
        scopes: None,
        identity: None,
    };
    store::credentials::set_grant(&db.store, mailbox.id, grant, at(0))
        .await
        .unwrap();
    let exported = export(&load(&db.store).await).unwrap();
    assert!(
        !exported.contains("SALES") && !exported.contains("hunter"),
        "{exported}"
    );
    assert!(
        apply_text(&db.store, GOOGLE, Unnamed::Keep)
            .await
            .is_empty()
    );
    let kept = store::credentials::find(&db.store, mailbox.id)
        .await
        .unwrap();
    assert!(kept.is_some_and(|row| row.sealed.is_some()));
}

/// The manual's pages.
const PAGES: [(&str, &str); 8] = [
    ("setup", include_str!("../../../docs/setup.md")),
    ("google", include_str!("../../../docs/providers/google.md")),
    (
        "microsoft",
        include_str!("../../../docs/providers/microsoft.md"),
    ),
    ("yahoo", include_str!("../../../docs/providers/yahoo.md")),
    (
        "fastmail",
        include_str!("../../../docs/providers/fastmail.md"),
    ),
    ("zoho", include_str!("../../../docs/providers/zoho.md")),
    ("yandex", include_str!("../../../docs/providers/yandex.md")),
    (
        "generic",
        include_str!("../../../docs/providers/generic.md"),
    ),
];

#[tokio::test]
async fn each_example_of_the_manual_can_be_applied_after_those_before_it() {
    let home = address("https://mail.example.com");
    for (page, text) in PAGES {
        let db = sqlite().await;
        let examples: Vec<&str> = text
            .split("```yaml\n")
            .skip(1)
            .filter_map(|rest| rest.split("```").next())
            .collect();
        assert!(!examples.is_empty(), "{page}");
        for example in examples {
            let told = told_of(&load(&db.store).await, Some(&home), example);
            assert_eq!(told, "", "{page}\n{example}");
            apply_at(&db.store, example, home.as_str()).await;
        }
    }
}

#[test]
fn no_server_shares_a_variable_with_another_or_with_an_address() {
    use crate::setup::secret::{client_secret_variable, secret_variable};
    let servers = [
        "google", "Google", "goo_gle", "goo gle", "goo-gle", "a@b.c", "client",
    ]
    .map(client_secret_variable);
    let addresses = ["client_google@x", "client.a@b.c", "client@x"].map(secret_variable);
    let all: std::collections::HashSet<_> = servers.iter().chain(&addresses).collect();
    assert_eq!(all.len(), servers.len() + addresses.len(), "{all:?}");
}
