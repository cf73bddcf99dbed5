//! Reads kept messages to their ends, all or some, and says which are not what was kept.

use entities::blobs::Model;
use entities::ids::MessageId;
use rand::{Rng, RngExt as _};
use serde::Serialize;

use super::{BlobError, BlobStore};
use crate::store::{Store, StoreError, blobs, messages};

/// Rows are taken with their bytes so many at a time.
const PIECE: u64 = 100;

/// Which blobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Every one.
    All,
    /// So many, drawn by lot; the same one may be drawn twice.
    Sample(u64),
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// How many were read.
    pub checked: u64,
    /// Their raw bytes.
    pub bytes: u64,
    /// Those that are not what was kept.
    pub damaged: Vec<Damage>,
}

/// One blob that is not what was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Damage {
    /// SHA-256 of the bytes that were kept.
    pub hash: String,
    /// How many they were.
    pub size: i64,
    /// Messages that they are the bytes of; none where it is undecided or a copy.
    pub messages: Vec<MessageId>,
    /// What is wrong, as a sentence.
    pub error: String,
    /// What to do, as a sentence.
    pub cure: &'static str,
}

/// Why a check did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The bucket.
    #[error(transparent)]
    Blobs(#[from] BlobError),
}

impl BlobStore {
    /// Reads blobs to their ends.
    ///
    /// # Errors
    /// When the database or the bucket can't be used; a blob that is damaged or missing is no error.
    pub async fn check(
        &self,
        store: &Store,
        extent: Extent,
        rng: &mut impl Rng,
    ) -> Result<Checked, CheckError> {
        let mut checked = Checked::default();
        let mut after = String::new();
        let mut left = match extent {
            Extent::All => u64::MAX,
            Extent::Sample(count) => count,
        };
        while left > 0 {
            let rows = match extent {
                Extent::All => blobs::after(store, &after, PIECE).await?,
                Extent::Sample(_) => drawn(store, rng).await?,
            };
            let Some(last) = rows.last() else {
                break;
            };
            after.clone_from(&last.hash);
            for row in &rows {
                self.check_one(store, row, &mut checked).await?;
                left -= 1;
            }
        }
        Ok(checked)
    }

    async fn check_one(
        &self,
        store: &Store,
        row: &Model,
        checked: &mut Checked,
    ) -> Result<(), CheckError> {
        checked.checked += 1;
        let Err(error) = self.read_to_end(row, &mut checked.bytes).await else {
            return Ok(());
        };
        let Some(cure) = error.cure() else {
            return Err(error.into());
        };
        checked.damaged.push(Damage {
            hash: row.hash.clone(),
            size: row.size,
            messages: messages::of_blob(store, &row.hash).await?,
            error: error.to_string(),
            cure,
        });
        Ok(())
    }

    async fn read_to_end(&self, row: &Model, bytes: &mut u64) -> Result<(), BlobError> {
        let mut reader = self.open(row).await?;
        while let Some(piece) = reader.next().await? {
            *bytes += piece.len() as u64;
        }
        Ok(())
    }
}

/// One row by lot: hashes are spread evenly, so the first after any point is as good as any.
async fn drawn(store: &Store, rng: &mut impl Rng) -> Result<Vec<Model>, StoreError> {
    let point = format!("{:016x}", rng.random::<u64>());
    let rows = blobs::after(store, &point, 1).await?;
    if rows.is_empty() {
        return blobs::after(store, "", 1).await;
    }
    Ok(rows)
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
