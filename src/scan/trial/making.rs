//! How a trial is made: a provider that listens, records that name it, and a worker that stands still.

use std::sync::Arc;

use chrono::TimeDelta;
use entities::credentials::CredentialKind;
use entities::mail_servers::{AuthMethod, TlsMode};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use sandbox::{MailboxLogin, Options, Provider, Tls};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{ADDRESS, ORDERS, PASSWORD, Trial};
use crate::access::Access;
use crate::access::announce::Whom;
use crate::blobs::BlobStore;
use crate::clock::FixedClock;
use crate::imap::Limits;
use crate::scan::Scanning;
use crate::secrets::{Key, KeyRing};
use crate::store;
use crate::store::fixture::{self, Fixture, at};
use crate::store::mail_servers::MailServerFields;
use crate::store::scanners::ScannerFields;
use crate::worker::{Idling, Owner, Worker};

const LARGEST: u64 = 1024 * 1024 * 1024;

/// A message from a sender of its own.
pub(crate) fn letter(number: u32) -> String {
    format!(
        "Message-ID: <{number}@mail.example>\r\nFrom: Person {number} <p{number}@mail.example>\r\n\
         To: {ADDRESS}\r\nDate: Sun, 22 Nov 2026 11:00:00 +0000\r\nSubject: Question {number}\r\n\r\n\
         How much is it?\r\n"
    )
}

/// Nobody is told when a light changes.
fn nobody() -> Whom {
    Whom {
        webhook: false,
        mail: None,
        public_url: "http://localhost/".parse().unwrap(),
    }
}

impl Trial {
    /// A mailbox with three messages in INBOX and two in [`ORDERS`], on a plain server.
    pub(crate) async fn new() -> Self {
        Self::with(Options::default()).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        Self::on(fixture::sqlite().await, options).await
    }

    pub(crate) async fn on(fixture: Fixture, options: Options) -> Self {
        let mut trial = Self::empty(fixture, options).await;
        trial.provider.create_folder(ADDRESS, ORDERS).unwrap();
        for folder in ["INBOX", "INBOX", "INBOX", ORDERS, ORDERS] {
            trial.deliver(folder);
        }
        trial
    }

    /// As [`Trial::new`] without mail.
    pub(crate) async fn empty(fixture: Fixture, options: Options) -> Self {
        let provider = Provider::new();
        let login = MailboxLogin::Password(PASSWORD.to_owned());
        provider.add_mailbox(ADDRESS, login);
        let tls = options.tls;
        let running = sandbox::serve(provider.clone(), options).await.unwrap();
        let data = tempfile::tempdir().unwrap();
        let ca_file = running.ca_pem.as_ref().map(|pem| {
            let path = data.path().join("ca.pem");
            std::fs::write(&path, pem).unwrap();
            path.display().to_string()
        });
        let store = &fixture.store;
        let mailbox = fixture::mailbox(store, ADDRESS).await;
        let row = store::mailboxes::find_by_address(store, ADDRESS)
            .await
            .unwrap()
            .unwrap();
        let tls = match tls {
            Tls::Plain => TlsMode::None,
            Tls::StartTls => TlsMode::Starttls,
            Tls::Implicit => TlsMode::Implicit,
        };
        let port = running.addr.port();
        let fields = MailServerFields {
            ca_file,
            ..MailServerFields::generic("provider", "localhost", port, tls, AuthMethod::Password)
        };
        store::mail_servers::update(store, row.mail_server_id, fields, at(0))
            .await
            .unwrap();
        let fields = ScannerFields {
            folders: vec!["INBOX".to_owned(), ORDERS.to_owned()],
            schedule: "* * * * *".to_owned(),
            ..fixture::scanner_fields("sales", mailbox)
        };
        let scanner = store::scanners::insert(store, fields, at(0)).await.unwrap();
        let clock = Arc::new(FixedClock::new(at(0)));
        let keys = KeyRing::of(Key::generate(&mut StdRng::seed_from_u64(1)));
        let worker = Worker {
            scanning: Scanning {
                store: store.clone(),
                files: BlobStore::in_folder(data.path().join("blobs")),
                access: Access::new(
                    store.clone(),
                    Arc::new(keys),
                    Arc::clone(&clock) as _,
                    Limits::default(),
                    nobody(),
                ),
                clock: Arc::clone(&clock) as _,
                largest_message: LARGEST,
                read: crate::message::read_prefix,
                published: Arc::default(),
            },
            owner: Owner::this_process("trial"),
            idling: Idling::up_to(8),
            lease: TimeDelta::seconds(60),
            stop: CancellationToken::new(),
        };
        let trial = Self {
            provider,
            clock,
            worker,
            scanner: scanner.id,
            mailbox,
            server: row.mail_server_id,
            fixture,
            data,
            delivered: 0,
            removed: 0,
            running: Some(running),
        };
        trial.give(CredentialKind::Password, PASSWORD).await;
        trial
            .rule(&json!({"name": "Every sender", "then": [{"create_lead": {}}]}))
            .await;
        trial
    }

    /// As [`Trial::empty`] with the mail of another server, which lies there already.
    pub(crate) async fn elsewhere(
        port: u16,
        tls: TlsMode,
        ca_file: Option<String>,
        delivered: u32,
    ) -> Self {
        let mut trial = Self::empty(fixture::sqlite().await, Options::default()).await;
        trial.stop_server().await;
        let change = |server: &mut MailServerFields| {
            (server.port, server.tls, server.ca_file) = (port, tls, ca_file);
        };
        trial.change_server(change).await;
        trial.delivered = delivered;
        trial
    }
}
