//! What can go wrong with the database, told by who must act.

use sea_orm::sqlx;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, SqlErr};

/// What went wrong. The text is a sentence for a person, without SQL and without values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// It could not be opened; the text says why and what to do.
    #[error("{0}")]
    Unopened(String),
    /// It went away or does not answer.
    #[error(
        "the database does not answer; start it or mend the connection, the work is done again then"
    )]
    Gone,
    /// Others kept it locked for too long.
    #[error("the database was locked by others for too long; the work is done again later")]
    Busy,
    /// There is no room left.
    #[error("the disk of the database is full; make room, the work is done again then")]
    Full,
    /// The disk fails to read or write.
    #[error("the disk of the database fails to read or write; check it, then start again")]
    Disk,
    /// The database may not be written.
    #[error("the database is read-only; make its file and folder writable for this user")]
    ReadOnly,
    /// A name that must be unique is taken; the name of the constraint or its columns.
    #[error("this already exists ({0}); choose another name or change the existing one")]
    Conflict(String),
    /// Something names a row that does not exist, or is still named by one.
    #[error("this is used by or uses something else; remove or make that first")]
    InUse,
    /// It was made by a newer version.
    #[error(
        "the database was made by a newer version of Mailroom; start that version or restore a backup"
    )]
    Newer,
    /// It lacks tables of this version.
    #[error("the database is not up to date; start this version of Mailroom once more")]
    Older,
    /// The mailbox was taken by another worker meanwhile.
    #[error("another worker took the mailbox; nothing of this scan step was written")]
    LeaseLost,
    /// A fault of this program or of the file; the database's code, and its words where they are harmless.
    #[error("the database refused a statement ({0}); report this with the version of Mailroom")]
    Broken(String),
}

impl StoreError {
    /// Whether the same work may succeed later by itself.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Gone | Self::Busy | Self::Full)
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(words)) => {
                return Self::Conflict(constraint(&words).to_owned());
            }
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => return Self::InUse,
            _ => {}
        }
        match error {
            DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => Self::Busy,
            DbErr::ConnectionAcquire(_) => Self::Gone,
            DbErr::Conn(RuntimeErr::SqlxError(error))
            | DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => from_driver(&error),
            DbErr::Type(_) | DbErr::Json(_) | DbErr::TryIntoErr { .. } => {
                Self::Broken("a row does not fit this version".to_owned())
            }
            // The remaining ones are sea-orm's own words about our use of it; they hold no values.
            other => Self::Broken(other.to_string()),
        }
    }
}

/// Tells a driver's error by its kind.
pub(super) fn from_driver(error: &sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Database(error) => match error.code() {
            Some(code)
                if error
                    .try_downcast_ref::<sqlx::sqlite::SqliteError>()
                    .is_some() =>
            {
                from_sqlite(&code, error.message())
            }
            Some(code) => from_sqlstate(&code, error.message()),
            None => StoreError::Broken("no code".to_owned()),
        },
        sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::StorageFull => {
            StoreError::Full
        }
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => StoreError::Gone,
        sqlx::Error::PoolTimedOut => StoreError::Busy,
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
            StoreError::Broken("a row does not fit this version".to_owned())
        }
        _ => StoreError::Broken("the driver failed".to_owned()),
    }
}

/// <https://www.sqlite.org/rescode.html>; the low byte is the primary code.
fn from_sqlite(code: &str, words: &str) -> StoreError {
    // How ON DELETE RESTRICT says no; the schema has no triggers.
    if code == "1811" {
        return StoreError::InUse;
    }
    match code.parse::<u32>().map(|code| code & 0xff) {
        Ok(5 | 6) => StoreError::Busy,
        Ok(8) => StoreError::ReadOnly,
        Ok(13) => StoreError::Full,
        Ok(10) => StoreError::Disk,
        Ok(14) => StoreError::Gone,
        Ok(11 | 26) => StoreError::Unopened(
            "the database file is damaged or not a SQLite database; restore a backup or name another file"
                .to_owned(),
        ),
        // Code 1 speaks of statements and columns only; others may repeat a value.
        Ok(1) => StoreError::Broken(format!("SQLite 1: {words}")),
        _ => StoreError::Broken(format!("SQLite {code}")),
    }
}

/// PostgreSQL, appendix A. Class 42 speaks of statements and columns only; others may repeat a value.
fn from_sqlstate(code: &str, words: &str) -> StoreError {
    match code {
        "53100" => StoreError::Full,
        "25006" | "42501" => StoreError::ReadOnly,
        // Deadlocks, serialization, lock timeouts and too many connections.
        "40001" | "40P01" | "55P03" | "57014" | "53300" => StoreError::Busy,
        "58030" => StoreError::Disk,
        "25P03" => StoreError::Gone,
        _ if code.starts_with("08") || code.starts_with("57P") => StoreError::Gone,
        _ if code.starts_with("53") => StoreError::Busy,
        _ if code.starts_with("42") => StoreError::Broken(format!("PostgreSQL {code}: {words}")),
        _ => StoreError::Broken(format!("PostgreSQL {code}")),
    }
}

/// `UNIQUE constraint failed: users.email` and `… violates unique constraint "users_email_key"`.
fn constraint(words: &str) -> &str {
    words
        .split_once("failed: ")
        .map(|(_, columns)| columns)
        .or_else(|| words.split('"').nth(1))
        .unwrap_or("unique")
}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
