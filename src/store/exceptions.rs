//! Senders whose mail every scanner keeps and otherwise leaves alone. Those of single scanners stand with the scanner.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entities::exceptions::{ActiveModel, Column, Entity};
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

use super::{StoreError, text};

/// How many rows one statement inserts.
const BATCH: usize = 500;

/// All, in the order of their letters.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<String>, StoreError> {
    let rows = Entity::find().order_by_asc(Column::Entry).all(db).await?;
    let mut entries: Vec<String> = rows.into_iter().map(|row| row.entry).collect();
    // Databases order by their own alphabets.
    entries.sort_unstable();
    Ok(entries)
}

/// Makes these the exceptions there are.
pub async fn replace(
    db: &impl ConnectionTrait,
    entries: &[String],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::delete_many().exec(db).await?;
    let entries: BTreeSet<String> = entries.iter().map(|entry| text::key(entry)).collect();
    let rows: Vec<ActiveModel> = entries
        .into_iter()
        .map(|entry| ActiveModel {
            entry: Set(entry),
            created_at: Set(now),
        })
        .collect();
    for batch in rows.chunks(BATCH) {
        Entity::insert_many(batch.to_vec()).exec(db).await?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "exceptions_tests.rs"]
mod tests;
