//! Who may write links and records at the same time.
//!
//! Those who link look records up first and write links to them later; until they are done no record may vanish, become
//! another or get an address, or a link would lead nowhere and mail would miss its record. Any number of those who link
//! go on together; who changes records waits for them and keeps them waiting. Asked before anything else is locked.

use sea_orm::{ConnectionTrait, DbBackend};

use super::{StoreError, Tx};

/// An arbitrary number that only this lock takes.
const LOCK: i64 = 7_210_145_062;

/// Keeps records as they are until this transaction ends.
pub async fn share(tx: &Tx) -> Result<(), StoreError> {
    lock(tx, "pg_advisory_xact_lock_shared").await
}

/// Waits for those who link, then keeps them waiting until this transaction ends.
pub async fn own(tx: &Tx) -> Result<(), StoreError> {
    lock(tx, "pg_advisory_xact_lock").await
}

async fn lock(tx: &Tx, function: &str) -> Result<(), StoreError> {
    // SQLite has one writer at a time anyway.
    if tx.get_database_backend() == DbBackend::Postgres {
        let statement = format!("SELECT {function}({LOCK})");
        tx.execute_unprepared(&statement).await?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "record_locks_tests.rs"]
mod tests;
