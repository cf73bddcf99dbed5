//! One mailbox at the sandbox provider, one scanner, one worker and a clock that stands still, for tests of what a
//! scan makes of trouble: it ends in a sentence that says what to do, a report, the right light or health, and with
//! nothing lost.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a trial that can't be made is a failed test"
)]

#[cfg(test)]
#[path = "trial/again_tests.rs"]
mod again;
#[cfg(test)]
#[path = "trial/answers_tests.rs"]
mod answers;
#[cfg(test)]
#[path = "trial/backlog_tests.rs"]
mod backlog;
#[cfg(test)]
#[path = "trial/database_tests.rs"]
mod database;
#[cfg(test)]
#[path = "trial/day_tests.rs"]
mod day;
#[cfg(test)]
#[path = "trial/faults_tests.rs"]
mod faults;
#[cfg(test)]
#[path = "trial/looking_tests.rs"]
mod looking;
#[cfg(test)]
#[path = "trial/messages_tests.rs"]
mod messages;
#[cfg(test)]
#[path = "trial/opening_tests.rs"]
mod opening;
#[cfg(test)]
#[path = "trial/owed_tests.rs"]
mod owed;
#[cfg(test)]
#[path = "trial/poison_tests.rs"]
mod poison;
#[cfg(test)]
#[path = "trial/recognising_tests.rs"]
mod recognising;
mod seen;
#[cfg(test)]
#[path = "trial/shapes_tests.rs"]
mod shapes;
#[cfg(test)]
mod table;
#[cfg(test)]
#[path = "trial/way_tests.rs"]
mod way;
#[cfg(test)]
#[path = "trial/wire_tests.rs"]
mod wire;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entities::credentials::CredentialKind;
use entities::deliveries::DeliveryState;
use entities::ids::{MailServerId, MailboxId, ScannerId};
use entities::lights::LightState;
use entities::mail_servers::{AuthMethod, TlsMode};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use sandbox::{Fault, MailboxLogin, Options, Provider, Running, Tls};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::json;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

pub(crate) use seen::Seen;

use super::{Counts, Report, Scanning};
use crate::access::Access;
use crate::access::announce::Whom;
use crate::blobs::BlobStore;
use crate::clock::{Clock as _, FixedClock};
use crate::imap::Limits;
use crate::secrets::{Key, KeyRing, Place};
use crate::store::fixture::{self, Fixture, at};
use crate::store::lights::Showing;
use crate::store::mail_servers::MailServerFields;
use crate::store::rules::RuleFields;
use crate::store::scanners::ScannerFields;
use crate::store::{self, Store, StoreError};
use crate::worker::{Idling, Owner, Seats, Turn, Worker};

pub(crate) const ADDRESS: &str = "sales@example.com";
pub(crate) const PASSWORD: &str = "right";
/// A folder whose name needs decoding.
pub(crate) const ORDERS: &str = "Заказы";
/// The patience of a hasty scan.
const HASTE: Duration = Duration::from_secs(2);
const LARGEST: u64 = 1024 * 1024 * 1024;

/// The whole arrangement.
pub(crate) struct Trial {
    pub(crate) provider: Provider,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) worker: Worker,
    pub(crate) fixture: Fixture,
    pub(crate) scanner: ScannerId,
    pub(crate) mailbox: MailboxId,
    pub(crate) server: MailServerId,
    pub(crate) data: tempfile::TempDir,
    delivered: u32,
    removed: u32,
    running: Option<Running>,
}

/// Nobody is told when a light changes.
fn nobody() -> Whom {
    Whom {
        webhook: false,
        mail: None,
        public_url: "http://localhost/".parse().unwrap(),
    }
}

/// A message from a sender of its own.
pub(crate) fn letter(number: u32) -> String {
    format!(
        "Message-ID: <{number}@mail.example>\r\nFrom: Person {number} <p{number}@mail.example>\r\n\
         To: {ADDRESS}\r\nDate: Sun, 22 Nov 2026 11:00:00 +0000\r\nSubject: Question {number}\r\n\r\n\
         How much is it?\r\n"
    )
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
            },
            owner: Owner::this_process("trial"),
            idling: Idling::up_to(8),
            seats: Seats::default(),
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

    pub(crate) fn store(&self) -> &Store {
        &self.fixture.store
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

    /// Delivers one more message from a sender of its own.
    pub(crate) fn deliver(&mut self, folder: &str) -> u32 {
        self.deliver_raw(folder, |number| letter(number).into_bytes())
    }

    pub(crate) fn deliver_raw(&mut self, folder: &str, raw: impl Fn(u32) -> Vec<u8>) -> u32 {
        self.delivered += 1;
        self.provider
            .deliver(ADDRESS, folder, raw(self.delivered), at(-3600))
            .unwrap()
    }

    /// Short waits, for servers that fall silent.
    pub(crate) fn hasty(self) -> Self {
        self.less_hasty(1)
    }

    /// Waits so many times as long as those of [`Trial::hasty`].
    pub(crate) fn less_hasty(mut self, times: u32) -> Self {
        let limits = &mut self.worker.scanning.access.limits;
        limits.connect = HASTE * times;
        limits.greeting = HASTE * times;
        limits.command = HASTE * times;
        self
    }

    /// The usual waits again.
    pub(crate) fn patient(mut self) -> Self {
        self.worker.scanning.access.limits = Limits::default();
        self
    }

    /// Puts the clock on, and makes the scanner due at once.
    pub(crate) async fn later(&self, by: TimeDelta) {
        let now = self.clock.now() + by;
        self.clock.set(now);
        store::scanners::set_next_scan(self.store(), self.scanner, Some(now))
            .await
            .unwrap();
    }

    /// What `mailroom apply` does to the light when somebody has mended the mailbox.
    pub(crate) async fn somebody_acted(&self) {
        let unknown = Showing::plain(LightState::Unknown);
        store::lights::set(self.store(), self.mailbox, unknown, self.clock.now())
            .await
            .unwrap();
    }

    /// The key ring of another installation.
    pub(crate) fn other_key(&mut self) {
        let keys = KeyRing::of(Key::generate(&mut StdRng::seed_from_u64(3)));
        self.worker.scanning.access.keys = Arc::new(keys);
    }

    /// So many messages went with their folder before they were read.
    pub(crate) fn forget_removed(&mut self, count: u32) {
        self.removed += count;
    }

    /// Ends the server, so that nothing listens on its port.
    pub(crate) async fn stop_server(&mut self) {
        if let Some(running) = self.running.take() {
            assert_eq!(running.stop().await, 0, "the sandbox panicked");
        }
    }

    /// Changes the record of the mail server.
    pub(crate) async fn change_server(&self, change: impl FnOnce(&mut MailServerFields)) {
        let store = self.store();
        let placed = self.placed().await;
        let mut fields = MailServerFields {
            name: placed.server.name,
            protocol: placed.server.protocol,
            host: placed.server.host,
            port: u16::try_from(placed.server.port).unwrap(),
            tls: placed.server.tls,
            verify_certificate: placed.server.verify_certificate,
            ca_file: placed.server.ca_file,
            auth: placed.server.auth,
            preset: placed.server.preset,
            domain: placed.server.domain,
            smtp: placed.server.smtp,
            pop3: placed.server.pop3,
            active: placed.server.active,
            visible: placed.server.visible,
        };
        change(&mut fields);
        store::mail_servers::update(store, self.server, fields, at(0))
            .await
            .unwrap();
    }

    /// Seals a credential.
    pub(crate) async fn give(&self, kind: CredentialKind, secret: &str) {
        let place = Place {
            table: "credentials",
            row: self.mailbox.0,
            column: "sealed",
        };
        let keys = &self.worker.scanning.access.keys;
        let sealed = keys.seal(&place, &secret.into(), &mut StdRng::seed_from_u64(2));
        store::credentials::set_sealed(
            self.store(),
            self.mailbox,
            kind,
            sealed.bytes,
            sealed.key_id.as_str(),
            at(0),
        )
        .await
        .unwrap();
    }

    /// Names a credential that lies elsewhere.
    pub(crate) async fn refer(&self, reference: &str) {
        store::credentials::set_reference(
            self.store(),
            self.mailbox,
            CredentialKind::Password,
            reference,
            at(0),
        )
        .await
        .unwrap();
    }

    /// Puts one rule in the place of all.
    pub(crate) async fn rule(&self, definition: &serde_json::Value) {
        for rule in store::rules::list(self.store()).await.unwrap() {
            store::rules::delete(self.store(), rule.id).await.unwrap();
        }
        let fields = RuleFields {
            name: "rule".to_owned(),
            position: 1,
            enabled: true,
            definition: definition.clone(),
        };
        store::rules::insert(self.store(), fields, at(0))
            .await
            .unwrap();
    }

    pub(crate) fn inject(&self, fault: Fault) {
        self.provider.inject(fault);
    }

    /// What is in the data folder beside the files that have their place.
    pub(crate) fn leftovers(&self) -> Vec<PathBuf> {
        std::fs::read_dir(self.data.path().join("blobs/incoming"))
            .map(|files| files.map(|file| file.unwrap().path()).collect())
            .unwrap_or_default()
    }

    pub(crate) async fn placed(&self) -> store::scanners::Placed {
        store::scanners::with_mailbox_and_server(self.store(), self.scanner)
            .await
            .unwrap()
            .unwrap()
    }

    /// One turn of the worker by its schedule; the clock goes on to when the scanner is due.
    pub(crate) async fn turn(&self) -> Seen {
        if let Some(next) = self.placed().await.scanner.next_scan_at {
            self.clock.set(next);
        }
        match self.worker.run_one().await.unwrap() {
            Turn::Done(_) => self.seen().await,
            Turn::Idle => panic!("The scanner is not due"),
        }
    }

    /// A scan that a person starts.
    pub(crate) async fn scan_now(&self) -> Result<Report, StoreError> {
        let (progress, _) = watch::channel(Counts::default());
        let placed = self.placed().await;
        Ok(self.worker.scan_now(placed, progress).await?.unwrap())
    }

    /// Whether the schedule would scan it at this moment.
    pub(crate) async fn is_due(&self, now: DateTime<Utc>) -> bool {
        !store::scanners::due(self.store(), "trial", &[], now, 10)
            .await
            .unwrap()
            .is_empty()
    }

    pub(crate) async fn seen(&self) -> Seen {
        let store = self.store();
        Seen {
            light: store::lights::find(store, self.mailbox).await.unwrap(),
            health: store::health::find(store, self.scanner).await.unwrap(),
            scan: store::scans::list(store, Some(self.scanner), None, 1)
                .await
                .unwrap()
                .pop()
                .unwrap(),
            scanner: self.placed().await.scanner,
        }
    }

    /// Copies by state.
    pub(crate) async fn ledger(&self) -> BTreeMap<&'static str, i64> {
        store::deliveries::counts(self.store())
            .await
            .unwrap()
            .into_iter()
            .map(|(_, state, count)| (state.as_str(), count))
            .collect()
    }

    /// The errors of copies that are not done.
    pub(crate) async fn troubles(&self) -> String {
        store::deliveries::troubles(self.store(), None)
            .await
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// The mended mailbox is scanned by its schedule: green, healthy, every message once, one lead each.
    pub(crate) async fn heals(&self) {
        let seen = self.turn().await;
        assert_eq!(seen.report(), "done", "{:?}", seen.scan.error);
        assert_eq!(seen.light(), "green");
        let health = seen.health.as_ref().unwrap();
        assert_eq!((seen.health(), health.failures), ("ok".to_owned(), 0));
        assert_eq!((&health.reason, &health.next_try_at), (&None, &None));
        assert!(
            seen.wait() <= Some(TimeDelta::seconds(80)),
            "the schedule goes on"
        );
        self.has_everything_once().await;
        assert_eq!(self.leftovers(), Vec::<PathBuf>::new());
    }

    /// What is not there as often as it was delivered; nothing when all is.
    pub(crate) async fn lost(&self) -> Option<String> {
        let (store, all) = (
            self.store().reader(),
            u64::from(self.delivered - self.removed),
        );
        let messages = entities::messages::Entity::find().count(store).await;
        let leads = entities::leads::Entity::find().count(store).await;
        let (messages, leads) = (messages.unwrap(), leads.unwrap());
        ((messages, leads) != (all, all))
            .then(|| format!("{messages} messages and {leads} leads of {all}"))
    }

    /// Every message that was delivered is there once, decided once, and made one lead.
    pub(crate) async fn has_everything_once(&self) {
        assert_eq!(self.lost().await, None);
        let deliveries = entities::deliveries::Entity::find()
            .all(self.store().reader())
            .await
            .unwrap();
        assert!(
            deliveries
                .iter()
                .all(|copy| copy.state == DeliveryState::Done && copy.message_id.is_some()),
            "{deliveries:?}"
        );
        let running = store::scans::list(self.store(), None, None, 100)
            .await
            .unwrap();
        assert!(running.iter().all(|scan| scan.finished_at.is_some()));
    }
}
