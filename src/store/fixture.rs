//! Both databases for tests, and rows to put into them.
#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a fixture that can't be made is a failed test"
)]

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use entities::blobs::BlobEncoding;
use entities::deliveries::DeliveryState;
use entities::ids::{FolderId, MailboxId, MessageId};
use entities::links::AuthorKind;
use entities::mail_servers::{AuthMethod, TlsMode};
use entities::mailboxes::MailboxKind;
use entities::messages::{Direction, MessageKind};
use entities::scanners::Backfill;
use entities::{folders, scanners};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, EntityTrait};
use serde_json::json;

use super::blobs::NewBlob;
use super::deliveries::NewDelivery;
use super::mail_servers::MailServerFields;
use super::mailboxes::MailboxFields;
use super::message_tags::NewTag;
use super::messages::NewMessage;
use super::scanners::ScannerFields;
use super::{Store, blobs, mail_servers, mailboxes, messages};

/// A migrated database of the test's own.
pub(crate) struct Fixture {
    /// The database.
    pub(crate) store: Store,
    /// Its url, to open it a second time.
    pub(crate) url: String,
    _folder: Option<tempfile::TempDir>,
    _postgres: Option<parts::Postgres>,
}

/// A new SQLite file.
pub(crate) async fn sqlite() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/test.db?mode=rwc", folder.path().display());
    Fixture {
        store: open(&url).await,
        url,
        _folder: Some(folder),
        _postgres: None,
    }
}

/// A new SQLite file behind a single connection, for pragmas, which hold for the connection they are said on.
pub(crate) async fn single_connection() -> Fixture {
    let mut fixture = sqlite().await;
    let mut options = ConnectOptions::new(fixture.url.clone());
    options
        .max_connections(1)
        .acquire_timeout(std::time::Duration::from_secs(5))
        .sqlx_logging(false);
    let connection = Database::connect(options).await.unwrap();
    fixture.store = Store {
        durable: connection.clone(),
        connection,
        writer: fixture.store.writer.clone(),
    };
    fixture
}

/// A new SQLite file whose every statement is shown, with its values, in the task that asked for it.
pub(crate) async fn overseen(seen: impl Fn(&str) + Send + Sync + 'static) -> Fixture {
    let mut fixture = sqlite().await;
    let shown = move |info: &sea_orm::metric::Info<'_>| seen(&info.statement.to_string());
    fixture.store.connection.set_metric_callback(shown);
    fixture
}

/// A new database on a PostgreSQL that the test may stop.
pub(crate) async fn on_postgres(postgres: &parts::Postgres) -> Fixture {
    let url = postgres.new_database();
    Fixture {
        store: open(&url).await,
        url,
        _folder: None,
        _postgres: None,
    }
}

/// A new database on a PostgreSQL.
pub(crate) async fn postgres() -> Fixture {
    let postgres = parts::postgres();
    let url = postgres.new_database();
    Fixture {
        store: open(&url).await,
        url,
        _folder: None,
        _postgres: Some(postgres),
    }
}

/// One of each: what holds on one must hold on the other.
pub(crate) async fn both() -> [Fixture; 2] {
    [sqlite().await, postgres().await]
}

async fn open(url: &str) -> Store {
    let store = Store::open(url).await.unwrap();
    store.migrate().await.unwrap();
    store
}

/// A second of the day on which the tests happen.
pub(crate) fn at(second: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 22, 12, 0, 0).unwrap() + TimeDelta::seconds(second)
}

/// A mailbox on a server of its own.
pub(crate) async fn mailbox(db: &impl ConnectionTrait, address: &str) -> MailboxId {
    let server = MailServerFields::generic(
        &format!("server of {address}"),
        "localhost",
        993,
        TlsMode::Implicit,
        AuthMethod::Password,
    );
    let server = mail_servers::insert(db, server, at(0)).await.unwrap();
    let fields = MailboxFields {
        address: address.to_owned(),
        login: address.to_owned(),
        mail_server_id: server.id,
        kind: MailboxKind::Shared,
        owner_id: None,
        active: true,
        aliases: Vec::new(),
        delegates: Vec::new(),
    };
    mailboxes::insert(db, fields, at(0)).await.unwrap().id
}

/// What a scanner of this mailbox is made of.
pub(crate) fn scanner_fields(name: &str, mailbox_id: MailboxId) -> ScannerFields {
    ScannerFields {
        name: name.to_owned(),
        mailbox_id,
        folders: vec!["INBOX".to_owned()],
        schedule: "*/5 * * * *".to_owned(),
        time_zone: "Europe/Rome".to_owned(),
        enabled: true,
        start_date: None,
        limit_per_scan: None,
        idle: false,
        backfill: Backfill::default(),
        max_message_mib: None,
        exceptions: Vec::new(),
        presets: Vec::new(),
        preset_owner: None,
        search_fields: vec!["email".to_owned(), "other_emails".to_owned()],
    }
}

/// A scanner with a mailbox of its own.
pub(crate) async fn scanner(db: &impl ConnectionTrait, name: &str) -> scanners::Model {
    let mailbox = mailbox(db, &format!("{name}@example.org")).await;
    super::scanners::insert(db, scanner_fields(name, mailbox), at(0))
        .await
        .unwrap()
}

/// A scanner's INBOX.
pub(crate) async fn inbox(db: &impl ConnectionTrait, name: &str) -> folders::Model {
    let scanner = scanner(db, name).await;
    super::folders::find_or_insert(db, scanner.id, "INBOX")
        .await
        .unwrap()
}

/// A hash that no other name has.
pub(crate) fn hash(name: &str) -> String {
    format!("{name:0>64}")
}

/// Bytes under the hash of this name.
pub(crate) fn blob(name: &str) -> NewBlob {
    NewBlob {
        hash: hash(name),
        size: 3,
        encoding: BlobEncoding::Zstd,
        bytes: Some(name.as_bytes().to_vec()),
        object: None,
        created_at: at(0),
    }
}

/// A copy that waits, with the bytes of this name.
pub(crate) fn delivery(folder_id: FolderId, uid: i64, name: &str) -> NewDelivery {
    NewDelivery {
        folder_id,
        uid_validity: 1,
        uid,
        state: DeliveryState::Pending,
        attempts: 0,
        next_try_at: None,
        error: None,
        blob_hash: Some(hash(name)),
        size: 3,
        internal_date: Some(at(-60)),
        server_id: None,
        scan_id: None,
        kept_at: at(0),
        uidl: None,
    }
}

/// A message whose fingerprint, bytes and Message-ID are called so.
pub(crate) fn message(name: &str) -> NewMessage {
    NewMessage {
        identity: name.to_owned(),
        rfc_message_id: Some(format!("{name}@mail.example")),
        subject: format!("About {name}"),
        from_email: "anna@example.org".to_owned(),
        from_name: "Anna".to_owned(),
        sender: None,
        recipients: json!([{"role": "to", "email": "info@example.com"}]),
        date: Some(at(-120)),
        received_at: at(-60),
        kind: MessageKind::Personal,
        kind_reason: String::new(),
        direction: Direction::Received,
        size: 3,
        attachments: 0,
        blob_hash: hash(name),
        notes: Vec::new(),
        created_at: at(0),
    }
}

/// A stored message with its bytes.
pub(crate) async fn stored(db: &impl ConnectionTrait, name: &str) -> MessageId {
    blobs::insert_missing(db, vec![blob(name)]).await.unwrap();
    let stored = messages::insert_missing(db, vec![message(name)])
        .await
        .unwrap();
    stored[name].id
}

/// A tag that a rule puts on a message.
pub(crate) fn tag(message: MessageId, tag: &str) -> NewTag {
    NewTag {
        message_id: message,
        tag: tag.to_owned(),
        author_kind: AuthorKind::Rule,
        author: "enquiries".to_owned(),
        scan_id: None,
        scanner_id: None,
    }
}

/// Every record, and all that rules and people did to them, but not their history: to be the same again.
pub(crate) async fn records(store: &Store) -> String {
    use entities::{
        bounces, contacts, leads, link_choices, links, message_tags, organizations,
        record_addresses, tickets,
    };
    async fn all<E: EntityTrait>(store: &Store, table: &mut String) {
        let mut rows: Vec<String> = E::find()
            .all(store)
            .await
            .unwrap()
            .iter()
            .map(|row| format!("{row:?}\n"))
            .collect();
        rows.sort_unstable();
        table.extend(rows);
    }
    let mut told = String::new();
    all::<contacts::Entity>(store, &mut told).await;
    all::<organizations::Entity>(store, &mut told).await;
    all::<leads::Entity>(store, &mut told).await;
    all::<tickets::Entity>(store, &mut told).await;
    all::<links::Entity>(store, &mut told).await;
    all::<link_choices::Entity>(store, &mut told).await;
    all::<record_addresses::Entity>(store, &mut told).await;
    all::<message_tags::Entity>(store, &mut told).await;
    all::<bounces::Entity>(store, &mut told).await;
    told
}
