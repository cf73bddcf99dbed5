//! Versions of the rules; what stands in them is not understood here.

use chrono::{DateTime, Utc};
use entities::ids::RuleVersionId;
use entities::rule_books;
use entities::rule_versions::{ActiveModel, Column, Entity, Model};
use sea_orm::ActiveValue::Set;
use sea_orm::prelude::Json;
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbBackend, EntityTrait, QueryOrder, QuerySelect};

use super::{StoreError, bulk, text};

/// A version to publish.
#[derive(Debug, Clone, PartialEq)]
pub struct NewVersion {
    /// What names its content.
    pub hash: String,
    /// Its content.
    pub body: Json,
    /// Who publishes it.
    pub author: String,
    /// Where it comes from.
    pub source: String,
    /// Why.
    pub note: Option<String>,
    /// What it changes.
    pub changes: Json,
}

/// An arbitrary number that only this lock takes.
const LOCK: i64 = 7_210_145_063;

/// Lets nobody else publish until this transaction ends: a version made beside another would lack what that one brought.
pub async fn lock(db: &impl ConnectionTrait) -> Result<(), StoreError> {
    // SQLite has one writer at a time anyway.
    if db.get_database_backend() == DbBackend::Postgres {
        let statement = format!("SELECT pg_advisory_xact_lock({LOCK})");
        db.execute_unprepared(&statement).await?;
    }
    Ok(())
}

/// The one that decides now.
pub async fn latest(db: &impl ConnectionTrait) -> Result<Option<Model>, StoreError> {
    let newest = Entity::find().order_by_desc(Column::Number);
    Ok(newest.one(db).await?)
}

/// The one of this number.
pub async fn by_number(
    db: &impl ConnectionTrait,
    number: RuleVersionId,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(number).one(db).await?)
}

/// At most so many, the newest first.
pub async fn newest(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<Model>, StoreError> {
    let newest = Entity::find().order_by_desc(Column::Number).limit(limit);
    Ok(newest.all(db).await?)
}

/// The content of this hash.
pub async fn content(db: &impl ConnectionTrait, hash: &str) -> Result<Option<Json>, StoreError> {
    let book = rule_books::Entity::find_by_id(hash).one(db).await?;
    Ok(book.map(|book| book.body))
}

/// Publishes the version after the latest; two who do so at once conflict.
pub async fn insert(
    db: &impl ConnectionTrait,
    new: NewVersion,
    now: DateTime<Utc>,
) -> Result<Model, StoreError> {
    let book = rule_books::ActiveModel {
        hash: Set(new.hash.clone()),
        body: Set(text::clean_json(new.body)),
    };
    bulk::insert_missing(db, vec![book], &[rule_books::Column::Hash]).await?;
    let last = latest(db).await?.map_or(0, |version| version.number.0);
    let version = ActiveModel {
        number: Set(RuleVersionId(last + 1)),
        book_hash: Set(new.hash),
        author: Set(text::clean(&new.author)),
        source: Set(text::clean(&new.source)),
        note: Set(new.note.map(|note| text::clean(&note))),
        changes: Set(text::clean_json(new.changes)),
        created_at: Set(now),
    };
    Ok(version.insert(db).await?)
}

#[cfg(test)]
#[path = "rule_versions_tests.rs"]
mod tests;
