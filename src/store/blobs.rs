//! Raw messages by their hash. What is an object of the blob store has only its row here.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::blobs::{ActiveModel, BlobEncoding, Column, Entity, Model};
use entities::{deliveries, messages};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::{StoreError, bulk};

/// Bytes to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBlob {
    /// SHA-256 of the raw bytes, lower-case hex.
    pub hash: String,
    /// Raw size in bytes.
    pub size: i64,
    /// Where and how the bytes are.
    pub encoding: BlobEncoding,
    /// The encoded bytes; nothing when they are elsewhere.
    pub bytes: Option<Vec<u8>>,
    /// What the blob store calls them, where it has them.
    pub object: Option<String>,
    /// When it is kept.
    pub created_at: DateTime<Utc>,
}

/// A statement with as many megabytes as a window has would be held thrice in memory.
const BLOBS_A_STATEMENT: usize = 100;

/// Keeps those that are not there yet, and says how many were new. Of what the blob store has, the newest object
/// counts: it is whole, whatever became of an earlier one.
pub async fn insert_missing(
    db: &impl ConnectionTrait,
    mut blobs: Vec<NewBlob>,
) -> Result<u64, StoreError> {
    // Two workers that keep the same mail go the same way through the index, or they would block each other.
    blobs.sort_unstable_by(|a, b| a.hash.cmp(&b.hash));
    let (mut objects, in_rows): (Vec<_>, Vec<_>) =
        blobs.into_iter().partition(|blob| blob.object.is_some());
    let mut inserted = 0;
    let mut rows = in_rows.into_iter().map(row);
    loop {
        let piece: Vec<_> = rows.by_ref().take(BLOBS_A_STATEMENT).collect();
        if piece.is_empty() {
            break;
        }
        inserted += bulk::insert_missing(db, piece, &[Column::Hash]).await?;
    }
    objects.dedup_by(|a, b| a.hash == b.hash);
    for piece in bulk::pieces(
        objects.into_iter().map(row).collect(),
        bulk::columns_of::<Entity>(),
    ) {
        inserted += Entity::insert_many(piece)
            .on_conflict(
                OnConflict::column(Column::Hash)
                    .update_columns([Column::Encoding, Column::Bytes, Column::Object])
                    .to_owned(),
            )
            .exec_without_returning(db)
            .await?;
    }
    Ok(inserted)
}

/// One with its bytes.
pub async fn read(db: &impl ConnectionTrait, hash: &str) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(hash.to_owned()).one(db).await?)
}

/// Those of these hashes, with their bytes, by their hashes.
pub async fn of_hashes(
    db: &impl ConnectionTrait,
    hashes: &[&str],
) -> Result<HashMap<String, Model>, StoreError> {
    let rows = Entity::find()
        .filter(Column::Hash.is_in(hashes.iter().copied()))
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.hash.clone(), row))
        .collect())
}

/// Up to `limit` of them with their bytes, in the order of their hashes, from the first after `hash`.
pub async fn after(
    db: &impl ConnectionTrait,
    hash: &str,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::Hash.gt(hash))
        .order_by_asc(Column::Hash)
        .limit(limit)
        .all(db)
        .await?)
}

/// The hashes of up to `limit` of them, in their order, from the first after `hash`.
pub async fn hashes_after(
    db: &impl ConnectionTrait,
    hash: &str,
    limit: u64,
) -> Result<Vec<String>, StoreError> {
    Ok(Entity::find()
        .select_only()
        .column(Column::Hash)
        .filter(Column::Hash.gt(hash))
        .order_by_asc(Column::Hash)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?)
}

/// What those of these hashes that are elsewhere are called by the blob store, and how they are encoded there.
pub async fn objects(
    db: &impl ConnectionTrait,
    hashes: &[&str],
) -> Result<Vec<(String, BlobEncoding, Option<String>)>, StoreError> {
    let mut objects = Vec::new();
    for piece in bulk::distinct(hashes) {
        let found: Vec<(String, BlobEncoding, Option<String>)> = Entity::find()
            .select_only()
            .columns([Column::Hash, Column::Encoding, Column::Object])
            .filter(Column::Hash.is_in(piece))
            .into_tuple()
            .all(db)
            .await?;
        objects.extend(found);
    }
    Ok(objects)
}

/// Deletes those of these hashes that were kept before `before` and that neither a delivery nor a message names.
pub async fn delete_unnamed(
    db: &impl ConnectionTrait,
    hashes: &[String],
    before: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let deleted = Entity::delete_many()
        .filter(Column::Hash.is_in(hashes))
        .filter(Column::CreatedAt.lt(before))
        .filter(
            Condition::all()
                .add(Expr::exists(delivery_of_blob()).not())
                .add(Expr::exists(message_of_blob()).not()),
        )
        .exec(db)
        .await?;
    Ok(deleted.rows_affected)
}

fn delivery_of_blob() -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(deliveries::Entity)
        .and_where(
            Expr::col((deliveries::Entity, deliveries::Column::BlobHash))
                .equals((Entity, Column::Hash)),
        )
        .to_owned()
}

fn message_of_blob() -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(messages::Entity)
        .and_where(
            Expr::col((messages::Entity, messages::Column::BlobHash))
                .equals((Entity, Column::Hash)),
        )
        .to_owned()
}

fn row(blob: NewBlob) -> ActiveModel {
    ActiveModel {
        hash: Set(blob.hash),
        size: Set(blob.size),
        encoding: Set(blob.encoding),
        bytes: Set(blob.bytes),
        created_at: Set(blob.created_at),
        object: Set(blob.object),
    }
}

#[cfg(test)]
#[path = "blobs_tests.rs"]
mod tests;
