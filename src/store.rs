//! The database: opening it, its transactions, and every query, one file a table.
//!
//! Queries are free functions over any `&impl ConnectionTrait`, so the same ones serve a [`Store`] (each
//! statement by itself) and a [`Tx`] (all or nothing). Nothing here knows mail servers, rules or pages, and
//! times are always given.

pub mod absences;
pub mod accounts;
pub mod audit_entries;
pub mod authorizations;
pub mod auto_replies;
pub mod blob_sweeps;
pub mod blobs;
pub mod bounces;
mod bulk;
mod connection;
pub mod contacts;
pub mod credentials;
pub mod decisions;
pub mod deliveries;
pub mod endpoint_brakes;
mod error;
pub mod examinations;
pub mod exceptions;
#[cfg(test)]
pub(crate) mod fixture;
pub mod folder_lists;
pub mod folders;
pub mod handing_over;
pub mod health;
pub mod identities;
pub mod idlings;
pub mod known_browsers;
pub mod late_links;
pub mod leads;
pub mod leases;
pub mod light_changes;
pub mod lights;
pub mod link_askers;
pub mod link_choices;
pub mod links;
pub mod made_records;
pub mod mail_servers;
pub mod mailbox_members;
pub mod mailboxes;
pub mod marks;
pub mod merging;
pub mod message_addresses;
pub mod message_states;
pub mod message_tags;
pub mod messages;
pub mod notices;
pub mod oauth_clients;
mod open;
pub mod organization_names;
pub mod organizations;
pub mod outbox;
pub mod owner_turns;
pub mod owners;
pub mod persons;
pub mod record_addresses;
pub mod record_locks;
pub mod record_moves;
mod record_names;
pub mod record_numbers;
pub mod record_references;
pub mod record_uses;
pub mod recovery_codes;
pub mod rule_hits;
pub mod rule_lists;
pub mod rule_versions;
pub mod rules;
pub mod scan_days;
pub mod scanners;
pub mod scans;
pub mod server_changes;
pub mod service_keys;
pub mod sessions;
pub mod sign_in_brakes;
pub mod sign_in_links;
pub mod tag_askers;
mod text;
pub mod tickets;
pub mod undos;
pub mod users;
pub mod waiting;
pub mod workloads;

use std::sync::Arc;
use std::time::Duration;

use migrations::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tokio::sync::{Mutex, OwnedMutexGuard};

pub use error::StoreError;

/// How long a writer waits for another one before it gives up.
const WRITER_PATIENCE: Duration = Duration::from_secs(10);

/// An open database; clones share its connections.
#[derive(Debug, Clone)]
pub struct Store {
    connection: DatabaseConnection,
    /// Of whose statements each is on the disk when it is done.
    durable: DatabaseConnection,
    /// SQLite has one writer at a time and lets the others poll; this queue is fair and wakes at once.
    writer: Option<Arc<Mutex<()>>>,
}

/// A transaction that may write. Dropping it takes everything back.
#[derive(Debug)]
pub struct Tx {
    transaction: DatabaseTransaction,
    _writer: Option<OwnedMutexGuard<()>>,
}

impl Store {
    /// Opens `sqlite://path?mode=rwc` or `postgres://…`; a new SQLite file is made with mode 0600.
    ///
    /// # Errors
    /// [`StoreError::Unopened`] says what is wrong and what to do.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let (connection, durable) = open::connect(url).await?;
        let writer = matches!(connection.get_database_backend(), DbBackend::Sqlite)
            .then(|| Arc::new(Mutex::new(())));
        Ok(Self {
            connection,
            durable,
            writer,
        })
    }

    /// Brings the schema up to date, all steps or none; programs that start together wait for each other.
    ///
    /// # Errors
    /// [`StoreError::Newer`] when the database was made by a newer version.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        if tx.get_database_backend() == DbBackend::Postgres {
            // An arbitrary number that only Mailroom's migrations take.
            tx.execute_unprepared("SELECT pg_advisory_xact_lock(7210145061)")
                .await?;
        }
        // The migrator tells of itself at every start; there is something to tell only where a step is missing.
        if !known_steps(Migrator::get_pending_migrations(&tx.transaction).await)?.is_empty() {
            known_steps(Migrator::up(&tx.transaction, None).await)?;
        }
        tx.commit().await
    }

    /// Whether the database answers and has exactly this version's tables.
    ///
    /// # Errors
    /// [`StoreError::Newer`] when it was made by a newer version, [`StoreError::Older`] while steps are missing.
    pub async fn check(&self) -> Result<(), StoreError> {
        let pending = known_steps(Migrator::get_pending_migrations(&self.connection).await)?;
        if pending.is_empty() {
            Ok(())
        } else {
            Err(StoreError::Older)
        }
    }

    /// Begins a transaction that may write (IMMEDIATE on SQLite). While it lives, its task writes through it only:
    /// on SQLite a second transaction, or a write through the store itself, would wait for the first in vain.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when another writer keeps it waiting too long.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let writer = match &self.writer {
            None => None,
            Some(queue) => Some(
                tokio::time::timeout(WRITER_PATIENCE, Arc::clone(queue).lock_owned())
                    .await
                    .map_err(|_| StoreError::Busy)?,
            ),
        };
        let transaction = self
            .connection
            .begin_with_options(TransactionOptions {
                sqlite_transaction_mode: self
                    .writer
                    .is_some()
                    .then_some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            })
            .await?;
        Ok(Tx {
            transaction,
            _writer: writer,
        })
    }

    /// The connections, each statement by itself.
    #[must_use]
    pub fn reader(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// The connections for what nobody can give again, each statement by itself: no power cut takes back what was done
    /// on them. On SQLite one may take back the last transactions of the others.
    #[must_use]
    pub fn durable(&self) -> &DatabaseConnection {
        &self.durable
    }

    /// Closes every connection, so that nothing is left to be written.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn close(self) -> Result<(), StoreError> {
        self.durable.close().await?;
        Ok(self.connection.close().await?)
    }
}

/// The migrator's only word of its own: steps were applied that this program lacks.
fn known_steps<T>(outcome: Result<T, DbErr>) -> Result<T, StoreError> {
    outcome.map_err(|error| match error {
        DbErr::Custom(_) => StoreError::Newer,
        error => error.into(),
    })
}

impl Tx {
    /// Makes everything durable and visible.
    ///
    /// # Errors
    /// When it could not; then nothing was done, unless the database went away in that very moment.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "store/migration_tests.rs"]
mod migration_tests;

#[cfg(test)]
#[path = "store/window_tests.rs"]
mod window_tests;
