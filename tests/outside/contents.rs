//! What a database holds, read past the program.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use entities::deliveries::DeliveryState;
use entities::health::{self, HealthState};
use entities::ids::{FolderId, MessageId, ScannerId};
use entities::record_kind::RecordKind;
use entities::scans::ScanOutcome;
use entities::{
    blob_orphans, contacts, credentials, decisions, deliveries, examinations, folders, idlings,
    leads, leases, light_changes, lights, links, mailboxes, message_tags, messages, organizations,
    record_addresses, scanners, scans,
};
use mailroom::clock::{Clock as _, SystemClock};
use mailroom::store::Store;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DbBackend, EntityTrait, Iterable as _,
    PaginatorTrait as _, PrimaryKeyToColumn as _, QueryFilter as _, QueryOrder as _, Set,
    Statement,
};
use tokio::runtime::{Builder, Runtime};

/// What is due within this time is waited for.
const SOON: TimeDelta = TimeDelta::seconds(2);

/// A database, open beside the program.
#[derive(Debug)]
pub(crate) struct Database {
    runtime: Runtime,
    store: Store,
}

impl Database {
    /// Opens one that the program has made.
    pub(crate) fn open(url: &str) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let store = runtime.block_on(Store::open(url)).unwrap();
        Self { runtime, store }
    }

    /// Every row of every table of an SQLite database, as text.
    pub(crate) fn everything(&self) -> String {
        let rows = async |sql: String| {
            let statement = Statement::from_string(DbBackend::Sqlite, sql);
            let found = self.store.reader().query_all_raw(statement).await.unwrap();
            let texts = found.iter().map(|row| row.try_get_by_index(0).unwrap());
            texts.collect::<Vec<String>>()
        };
        self.runtime.block_on(async {
            let mut all = Vec::new();
            let tables = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
            for table in rows(tables.to_owned()).await {
                let columns = format!("SELECT name FROM pragma_table_info('{table}')");
                let quoted: Vec<String> = rows(columns)
                    .await
                    .into_iter()
                    .map(|column| format!("quote(\"{column}\")"))
                    .collect();
                let each = quoted.join(" || ',' || ");
                let lines = rows(format!("SELECT {each} FROM \"{table}\" ORDER BY 1")).await;
                all.push(format!("{table}\n{}", lines.join("\n")));
            }
            all.join("\n")
        })
    }

    /// How much is done: a step for each delivery kept and one more for each decided.
    pub(crate) fn steps(&self) -> u64 {
        let all = deliveries::Entity::find();
        let decided = all
            .clone()
            .filter(deliveries::Column::State.is_in([DeliveryState::Done, DeliveryState::Ignored]));
        self.runtime.block_on(async {
            let reader = self.store.reader();
            all.count(reader).await.unwrap() + decided.count(reader).await.unwrap()
        })
    }

    /// Lets nobody keep bytes until `work` is done.
    pub(crate) fn holding_blobs(&self, work: impl FnOnce()) {
        let held = self.runtime.block_on(async {
            let tx = self.store.begin().await.unwrap();
            // SQLite has one writer at a time anyway.
            if tx.get_database_backend() == DbBackend::Postgres {
                tx.execute_unprepared("LOCK TABLE blobs IN EXCLUSIVE MODE")
                    .await
                    .unwrap();
            }
            tx
        });
        work();
        self.runtime.block_on(held.commit()).unwrap();
    }

    /// How many objects of the blob store were found without a name.
    pub(crate) fn orphans(&self) -> u64 {
        let all = blob_orphans::Entity::find();
        self.runtime
            .block_on(all.count(self.store.reader()))
            .unwrap()
    }

    /// Has them been found two days earlier.
    pub(crate) fn age_orphans(&self) {
        self.runtime.block_on(async {
            let reader = self.store.reader();
            for orphan in blob_orphans::Entity::find().all(reader).await.unwrap() {
                let aged = blob_orphans::ActiveModel {
                    found_at: Set(orphan.found_at - TimeDelta::days(2)),
                    object: Set(orphan.object),
                };
                blob_orphans::Entity::update(aged)
                    .exec(reader)
                    .await
                    .unwrap();
            }
        });
    }

    /// Whether this process is in the middle of a scan.
    pub(crate) fn is_scanning(&self, process: u32) -> bool {
        let running = scans::Entity::find()
            .filter(scans::Column::Outcome.eq(ScanOutcome::Running))
            .filter(scans::Column::Worker.contains(format!("|{process}|")));
        self.runtime
            .block_on(running.count(self.store.reader()))
            .unwrap()
            > 0
    }

    /// When the schedule starts a scanner next; nothing means at once.
    pub(crate) fn next_scan(&self, scanner: &str) -> Option<DateTime<Utc>> {
        let found = scanners::Entity::find()
            .filter(scanners::Column::Name.eq(scanner))
            .one(self.store.reader());
        self.runtime.block_on(found).unwrap()?.next_scan_at
    }

    /// How scanning goes, of each scanner that was scanned.
    pub(crate) fn health(&self) -> Vec<health::Model> {
        let all = health::Entity::find().all(self.store.reader());
        self.runtime.block_on(all).unwrap()
    }

    /// Has each scanner be due at once that waits for its next try.
    pub(crate) fn end_waits(&self) {
        let waiting = Query::select()
            .column(health::Column::ScannerId)
            .from(health::Entity)
            .and_where(health::Column::State.eq(HealthState::Retrying))
            .to_owned();
        let soon = SystemClock.now() + SOON;
        let ended = scanners::Entity::update_many()
            .col_expr(
                scanners::Column::NextScanAt,
                Expr::value(None::<DateTime<Utc>>),
            )
            .filter(scanners::Column::NextScanAt.gt(soon))
            .filter(scanners::Column::Id.in_subquery(waiting))
            .exec(self.store.reader());
        self.runtime.block_on(ended).unwrap();
    }

    /// A mailbox by its address.
    #[track_caller]
    pub(crate) fn mailbox(&self, address: &str) -> mailboxes::Model {
        let found = mailboxes::Entity::find()
            .filter(mailboxes::Column::Address.eq(address))
            .one(self.store.reader());
        let found = self.runtime.block_on(found).unwrap();
        found.unwrap_or_else(|| panic!("no mailbox {address}"))
    }

    /// A mailbox's light, if anybody has looked.
    pub(crate) fn light(&self, address: &str) -> Option<lights::Model> {
        let mailbox = self.mailbox(address).id;
        let found = lights::Entity::find_by_id(mailbox).one(self.store.reader());
        self.runtime.block_on(found).unwrap()
    }

    /// What a mailbox's light has shown, the latest last.
    pub(crate) fn light_changes(&self, address: &str) -> Vec<light_changes::Model> {
        let mailbox = self.mailbox(address).id;
        let changes = light_changes::Entity::find()
            .filter(light_changes::Column::MailboxId.eq(mailbox))
            .order_by_asc(light_changes::Column::Id);
        let found = changes.all(self.store.reader());
        self.runtime.block_on(found).unwrap()
    }

    /// What opens a mailbox, if anything is kept.
    pub(crate) fn credential(&self, address: &str) -> Option<credentials::Model> {
        let mailbox = self.mailbox(address).id;
        let found = credentials::Entity::find_by_id(mailbox).one(self.store.reader());
        self.runtime.block_on(found).unwrap()
    }

    /// Makes a mailbox's token a minute older than it is.
    pub(crate) fn age_token(&self, address: &str) {
        let credential = self.credential(address).unwrap();
        let aged = credentials::ActiveModel {
            mailbox_id: Set(credential.mailbox_id),
            refreshed_at: Set(credential.refreshed_at.map(|at| at - TimeDelta::minutes(1))),
            ..credentials::ActiveModel::default()
        };
        let updated = credentials::Entity::update(aged).exec(self.store.reader());
        self.runtime.block_on(updated).unwrap();
    }

    /// Makes the last test of a mailbox a minute older than it is.
    pub(crate) fn age_examination(&self, address: &str) {
        let mailbox = self.mailbox(address).id;
        let found = examinations::Entity::find_by_id(mailbox).one(self.store.reader());
        let examination = self.runtime.block_on(found).unwrap().unwrap();
        let aged = examinations::ActiveModel {
            mailbox_id: Set(mailbox),
            asked_at: Set(examination.asked_at - TimeDelta::minutes(1)),
            ..examinations::ActiveModel::default()
        };
        let updated = examinations::Entity::update(aged).exec(self.store.reader());
        self.runtime.block_on(updated).unwrap();
    }

    /// Does what nobody should do behind the program's back.
    pub(crate) fn run(&self, statement: &str) {
        self.runtime
            .block_on(self.store.execute_unprepared(statement))
            .unwrap();
    }

    /// Everything.
    pub(crate) fn contents(&self) -> Contents {
        self.runtime.block_on(async {
            Contents {
                mailboxes: self.all::<mailboxes::Entity>().await,
                scanners: self.all::<scanners::Entity>().await,
                folders: self.all::<folders::Entity>().await,
                deliveries: self.all::<deliveries::Entity>().await,
                messages: self.all::<messages::Entity>().await,
                contacts: self.all::<contacts::Entity>().await,
                organizations: self.all::<organizations::Entity>().await,
                leads: self.all::<leads::Entity>().await,
                addresses: self.all::<record_addresses::Entity>().await,
                links: self.all::<links::Entity>().await,
                tags: self.all::<message_tags::Entity>().await,
                decisions: self.all::<decisions::Entity>().await,
                scans: self.all::<scans::Entity>().await,
                leases: self.all::<leases::Entity>().await,
                idlings: self.all::<idlings::Entity>().await,
            }
        })
    }

    /// Every row of a table in the order of its key.
    pub(crate) fn rows<E: EntityTrait>(&self) -> Vec<E::Model> {
        self.runtime.block_on(self.all::<E>())
    }

    /// Every row of a table in the order of its key.
    async fn all<E: EntityTrait>(&self) -> Vec<E::Model> {
        let mut select = E::find();
        for key in E::PrimaryKey::iter() {
            select = select.order_by_asc(key.into_column());
        }
        select.all(self.store.reader()).await.unwrap()
    }
}

/// Every row of the tables that scans write.
#[derive(Debug, Clone)]
pub(crate) struct Contents {
    pub(crate) mailboxes: Vec<mailboxes::Model>,
    pub(crate) scanners: Vec<scanners::Model>,
    pub(crate) folders: Vec<folders::Model>,
    pub(crate) deliveries: Vec<deliveries::Model>,
    pub(crate) messages: Vec<messages::Model>,
    pub(crate) contacts: Vec<contacts::Model>,
    pub(crate) organizations: Vec<organizations::Model>,
    pub(crate) leads: Vec<leads::Model>,
    pub(crate) addresses: Vec<record_addresses::Model>,
    pub(crate) links: Vec<links::Model>,
    pub(crate) tags: Vec<message_tags::Model>,
    pub(crate) decisions: Vec<decisions::Model>,
    pub(crate) scans: Vec<scans::Model>,
    pub(crate) leases: Vec<leases::Model>,
    pub(crate) idlings: Vec<idlings::Model>,
}

impl Contents {
    /// Fails unless a scan that lies between the two made nothing and changed nothing.
    #[track_caller]
    pub(crate) fn assert_same(&self, before: &Self) {
        self.assert_same_records(before);
        assert_eq!(self.deliveries, before.deliveries);
        assert_eq!(self.folders, before.folders);
    }

    /// Fails unless messages and what was made of them are the same; the ledger may have grown.
    #[track_caller]
    pub(crate) fn assert_same_records(&self, before: &Self) {
        assert_eq!(self.messages, before.messages);
        assert_eq!(self.leads, before.leads);
        assert_eq!(self.contacts, before.contacts);
        assert_eq!(self.addresses, before.addresses);
        assert_eq!(self.links, before.links);
        assert_eq!(self.decisions, before.decisions);
    }

    /// A mailbox's folder of this name.
    #[track_caller]
    pub(crate) fn folder(&self, mailbox: &str, name: &str) -> &folders::Model {
        self.folders
            .iter()
            .find(|folder| folder.name == name && self.address_of(folder.scanner_id) == mailbox)
            .unwrap_or_else(|| panic!("no folder {name}: {:?}", self.folders))
    }

    /// The address of the mailbox that a scanner reads.
    pub(crate) fn address_of(&self, scanner: ScannerId) -> &str {
        let scanner = self.scanners.iter().find(|one| one.id == scanner).unwrap();
        let mailbox = self
            .mailboxes
            .iter()
            .find(|one| one.id == scanner.mailbox_id);
        &mailbox.unwrap().address
    }

    /// The scanner of this name.
    #[track_caller]
    pub(crate) fn scanner(&self, name: &str) -> &scanners::Model {
        self.scanners
            .iter()
            .find(|scanner| scanner.name == name)
            .unwrap()
    }

    /// The copies of a folder that count under its UIDVALIDITY of now, by UID.
    pub(crate) fn ledger(&self, folder: &folders::Model) -> BTreeMap<i64, &deliveries::Model> {
        self.deliveries
            .iter()
            .filter(|delivery| {
                delivery.folder_id == folder.id
                    && Some(delivery.uid_validity) == folder.uid_validity
            })
            .map(|delivery| (delivery.uid, delivery))
            .collect()
    }

    /// What all scans say that they did, of one of their counts.
    pub(crate) fn counted(&self, count: &str) -> u64 {
        let counts = self.scans.iter().map(|scan| scan.counts[count].as_u64());
        counts.map(Option::unwrap_or_default).sum()
    }

    /// Fails unless every scan left a report, and together they tell of everything that was done, once.
    #[track_caller]
    pub(crate) fn assert_reported(&self) {
        for scan in &self.scans {
            assert_ne!(scan.outcome, ScanOutcome::Running, "{scan:?}");
            assert!(scan.finished_at.is_some(), "{scan:?}");
        }
        for (count, done) in [
            ("kept", self.deliveries.len()),
            ("new_messages", self.messages.len()),
            ("leads", self.leads.len()),
        ] {
            assert_eq!(self.counted(count), done as u64, "{count}");
        }
    }

    /// How many scans were cut off with their worker.
    pub(crate) fn cut(&self) -> usize {
        let cut = |scan: &&scans::Model| scan.outcome == ScanOutcome::Cut;
        self.scans.iter().filter(cut).count()
    }

    /// Message-IDs of the messages whose copies lie in a folder.
    pub(crate) fn message_ids_in(&self, folder: FolderId) -> BTreeSet<&str> {
        let here: BTreeSet<MessageId> = self
            .deliveries
            .iter()
            .filter(|delivery| delivery.folder_id == folder)
            .filter_map(|delivery| delivery.message_id)
            .collect();
        self.messages
            .iter()
            .filter(|message| here.contains(&message.id))
            .filter_map(|message| message.rfc_message_id.as_deref())
            .collect()
    }

    /// Each message's Message-ID with the addresses of the records it is linked to.
    pub(crate) fn linked(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut of_record: HashMap<(RecordKind, i64), BTreeSet<&str>> = HashMap::new();
        for address in &self.addresses {
            of_record
                .entry((address.record_kind, address.record_id))
                .or_default()
                .insert(&address.email);
        }
        let names: HashMap<MessageId, &str> = self
            .messages
            .iter()
            .filter_map(|message| Some((message.id, message.rfc_message_id.as_deref()?)))
            .collect();
        let mut linked: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for link in &self.links {
            linked
                .entry(names[&link.message_id])
                .or_default()
                .extend(&of_record[&(link.record_kind, link.record_id)]);
        }
        linked
    }
}
