//! Raw messages by their hash. What is a file of the data folder has only its row here.

use chrono::{DateTime, Utc};
use entities::blobs::{ActiveModel, BlobEncoding, Column, Entity, Model};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

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
    /// The encoded bytes; nothing when they are a file.
    pub bytes: Option<Vec<u8>>,
    /// When it is kept.
    pub created_at: DateTime<Utc>,
}

/// A statement with as many megabytes as a window has would be held thrice in memory.
const BLOBS_A_STATEMENT: usize = 100;

/// Keeps those that are not there yet.
pub async fn insert_missing(
    db: &impl ConnectionTrait,
    mut blobs: Vec<NewBlob>,
) -> Result<u64, StoreError> {
    // Two workers that keep the same mail go the same way through the index, or they would block each other.
    blobs.sort_unstable_by(|a, b| a.hash.cmp(&b.hash));
    let mut inserted = 0;
    let mut rows = blobs.into_iter().map(row);
    loop {
        let piece: Vec<_> = rows.by_ref().take(BLOBS_A_STATEMENT).collect();
        if piece.is_empty() {
            return Ok(inserted);
        }
        inserted += bulk::insert_missing(db, piece, &[Column::Hash]).await?;
    }
}

/// One with its bytes.
pub async fn read(db: &impl ConnectionTrait, hash: &str) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(hash.to_owned()).one(db).await?)
}

/// Which of these are there, so that nobody compresses them again.
pub async fn known(db: &impl ConnectionTrait, hashes: &[&str]) -> Result<Vec<String>, StoreError> {
    let mut known = Vec::new();
    for piece in bulk::distinct(hashes) {
        let found: Vec<String> = Entity::find()
            .select_only()
            .column(Column::Hash)
            .filter(Column::Hash.is_in(piece))
            .into_tuple()
            .all(db)
            .await?;
        known.extend(found);
    }
    Ok(known)
}

fn row(blob: NewBlob) -> ActiveModel {
    ActiveModel {
        hash: Set(blob.hash),
        size: Set(blob.size),
        encoding: Set(blob.encoding),
        bytes: Set(blob.bytes),
        created_at: Set(blob.created_at),
    }
}

#[cfg(test)]
#[path = "blobs_tests.rs"]
mod tests;
