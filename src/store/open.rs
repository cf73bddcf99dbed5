//! Opening a database, and saying in one sentence why it can't be opened.

use std::borrow::Cow;
use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use rustix::fs::{Access, access};
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{self, ConnectOptions as _, Connection as _};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};

use super::error::{StoreError, from_driver};

const MAX_CONNECTIONS: u32 = 8;
/// Of those that wait for the disk.
const MAX_DURABLE: u32 = 2;
const CONNECT: Duration = Duration::from_secs(10);
/// How many KiB of pages each connection keeps; soon all ten have read enough to fill theirs.
const SQLITE_CACHE: &str = "-4000";
/// How many pages of 4 KiB are written aside before they go to their places. A page that many transactions touch goes there
/// once.
const SQLITE_CHECKPOINT: &str = "4000";
const BUSY: Duration = Duration::from_secs(10);

/// Opens the database that `url` names: connections for everything, and such as wait for the disk. PostgreSQL's all do,
/// unless it is told otherwise (`synchronous_commit`).
pub(super) async fn connect(
    url: &str,
) -> Result<(DatabaseConnection, DatabaseConnection), StoreError> {
    if url.starts_with("sqlite:") {
        sqlite(url).await
    } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        let connection = postgres(url).await?;
        Ok((connection.clone(), connection))
    } else {
        Err(StoreError::Unopened(
            "the database URL is not understood; write sqlite://PATH?mode=rwc or postgres://USER@HOST/NAME".to_owned(),
        ))
    }
}

async fn sqlite(url: &str) -> Result<(DatabaseConnection, DatabaseConnection), StoreError> {
    let parsed = SqliteConnectOptions::from_str(url).map_err(|_| {
        StoreError::Unopened(
            "the SQLite URL is not understood; write sqlite://PATH?mode=rwc".to_owned(),
        )
    })?;
    let path = parsed.get_filename().to_path_buf();
    prepare_file(&path, url.contains("mode=rwc"))?;

    let most = sqlite_options(url, SqliteSynchronous::Normal, MAX_CONNECTIONS);
    let connection = Database::connect(most).await.map_err(|error| {
        let file = path.display();
        match StoreError::from(error) {
            StoreError::Unopened(_) => StoreError::Unopened(format!(
                "{file} is damaged or not a SQLite database; restore a backup or name another file"
            )),
            StoreError::Gone => StoreError::Unopened(format!(
                "{file} can't be opened; check that this user may read and write it and its folder"
            )),
            other => other,
        }
    })?;
    let mut durable = sqlite_options(url, SqliteSynchronous::Full, MAX_DURABLE);
    durable.connect_lazy(true);
    Ok((connection, Database::connect(durable).await?))
}

fn sqlite_options(url: &str, synchronous: SqliteSynchronous, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(BUSY)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |options| {
            options
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(synchronous)
                .busy_timeout(BUSY)
                .pragma("cache_size", SQLITE_CACHE)
                .pragma("wal_autocheckpoint", SQLITE_CHECKPOINT)
                .foreign_keys(true)
        });
    options
}

/// Makes the file with mode 0600, or takes away what others may do with it: it holds mail.
fn prepare_file(path: &Path, create: bool) -> Result<(), StoreError> {
    let file = path.display();
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        && !folder.is_dir()
    {
        return Err(StoreError::Unopened(format!(
            "the folder {} of the database does not exist; make it or name another one",
            folder.display()
        )));
    }
    if path.is_dir() {
        return Err(StoreError::Unopened(format!(
            "{file} is a folder; name a file for the database"
        )));
    }
    let there = match fs::metadata(path) {
        // Not opened: to close it again would take the locks away that this process has on it already (fcntl(2)).
        Ok(there) => access(path, Access::READ_OK | Access::WRITE_OK)
            .map(|()| there)
            .map_err(io::Error::from),
        Err(error) if error.kind() == ErrorKind::NotFound && create => OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .and_then(|made| made.metadata()),
        Err(error) => Err(error),
    };
    let there = there.map_err(|error| {
            StoreError::Unopened(match error.kind() {
                ErrorKind::NotFound => format!(
                    "the database {file} does not exist; name another file or allow a new one with ?mode=rwc"
                ),
                ErrorKind::PermissionDenied => format!(
                    "{file} may not be read and written by this user; change its owner or run as its owner"
                ),
                ErrorKind::StorageFull => {
                    format!("the disk of {file} is full; make room and start again")
                }
                ErrorKind::ReadOnlyFilesystem => format!(
                    "{file} is on a read-only disk; name a file on a writable one"
                ),
                _ => format!("{file} can't be opened ({error}); check the path"),
            })
        })?;
    if there.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(path, Permissions::from_mode(0o600)).map_err(|_| {
            StoreError::Unopened(format!(
                "{file} can be read by others and is not ours to change; make this user its owner"
            ))
        })?;
    }
    Ok(())
}

async fn postgres(url: &str) -> Result<DatabaseConnection, StoreError> {
    let parsed = PgConnectOptions::from_str(url).map_err(|_| {
        StoreError::Unopened(
            "the PostgreSQL URL is not understood; write postgres://USER@HOST:PORT/NAME".to_owned(),
        )
    })?;
    try_postgres(&parsed).await?;

    let mut options = ConnectOptions::new(url);
    options
        .max_connections(MAX_CONNECTIONS)
        .acquire_timeout(CONNECT)
        .connect_timeout(CONNECT)
        .sqlx_logging(false)
        .map_sqlx_postgres_opts(|options| {
            options.application_name("mailroom").options([
                ("lock_timeout", "10s"),
                // A worker that froze inside a transaction must not keep its locks for ever.
                ("idle_in_transaction_session_timeout", "60s"),
            ])
        });
    Ok(Database::connect(options).await?)
}

/// One connection of its own: the pool would try a refused one again until its time is over and forget why.
async fn try_postgres(options: &PgConnectOptions) -> Result<(), StoreError> {
    let place = format!("{}:{}", options.get_host(), options.get_port());
    let connection = tokio::time::timeout(CONNECT, options.connect())
        .await
        .map_err(|_| {
            StoreError::Unopened(format!(
                "PostgreSQL at {place} does not answer; check the address and the network"
            ))
        })?
        .map_err(|error| refused(&error, &place, options))?;
    // Whether the farewell arrives does not matter.
    let _ = connection.close().await;
    Ok(())
}

fn refused(error: &sqlx::Error, place: &str, options: &PgConnectOptions) -> StoreError {
    let code = match error {
        sqlx::Error::Database(error) => error.code().map(Cow::into_owned),
        _ => None,
    };
    let user = options.get_username();
    let name = options.get_database().unwrap_or(user);
    StoreError::Unopened(match (code.as_deref(), error) {
        (Some("28P01" | "28000"), _) => {
            format!("PostgreSQL at {place} refused user {user}; check the password and pg_hba.conf")
        }
        (Some("3D000"), _) => {
            format!("PostgreSQL at {place} has no database {name}; make it with: createdb {name}")
        }
        (Some(_), _) => return from_driver(error),
        (None, sqlx::Error::Tls(_)) => format!(
            "PostgreSQL at {place} could not be reached with TLS; check its certificate and sslmode"
        ),
        (None, _) => format!(
            "PostgreSQL at {place} can't be reached; start it or correct the address in the database URL"
        ),
    })
}
