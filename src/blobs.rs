//! The blob store: raw messages too large for a row, each an object named after the SHA-256 of its bytes, in a folder or
//! in a bucket of an S3-compatible service; and the one way to read any kept message, wherever its bytes are.
//!
//! An object is zstd frames of 1 MiB each with their checksums, so that a beginning can be verified without the rest. It
//! is written aside and made durable under its name before any row may name it, so that a crash leaves at most an object
//! that nobody names; [`sweep`] removes those. This room never knows what is in a message.

mod bucket;
pub mod check;
mod error;
mod folder;
mod frames;
mod name;
mod reader;
pub mod sweep;
#[cfg(test)]
pub(crate) mod trial;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;

use entities::blobs::{BlobEncoding, Model};
use sha2::{Digest as _, Sha256};

pub use bucket::Bucket;
pub use error::{BlobError, RESTORE_DATABASE, SweepError};
pub use reader::BlobReader;
pub use writer::{BlobWriter, WrittenBlob};

use folder::Folder;
use reader::Source;

/// Where large messages are kept; clones share it.
#[derive(Debug, Clone)]
pub struct BlobStore {
    /// What is being written lies here, and all else where there is no bucket. With one, what was kept before it was set.
    folder: Folder,
    bucket: Option<Arc<Bucket>>,
}

impl BlobStore {
    /// Keeps objects in `folder`, which is made when the first one is.
    #[must_use]
    pub fn in_folder(folder: PathBuf) -> Self {
        Self {
            folder: Folder::new(folder),
            bucket: None,
        }
    }

    /// Keeps objects in `bucket`. What is being written lies in `folder` until it is whole, and what the bucket lacks is
    /// looked for there.
    #[must_use]
    pub fn in_bucket(bucket: Bucket, folder: PathBuf) -> Self {
        Self {
            bucket: Some(Arc::new(bucket)),
            ..Self::in_folder(folder)
        }
    }

    /// Begins an object; `name` says to a person whose unfinished file it is.
    ///
    /// # Errors
    /// [`BlobError::Disk`], here and while it is written.
    pub async fn begin(&self, name: &str) -> Result<BlobWriter, BlobError> {
        BlobWriter::begin(self.clone(), name).await
    }

    /// Keeps a message that is in memory; `name` as above.
    ///
    /// # Errors
    /// As [`BlobWriter::write`] and [`BlobWriter::finish`].
    pub async fn keep(&self, name: &str, raw: &[u8]) -> Result<WrittenBlob, BlobError> {
        let mut writer = self.begin(name).await?;
        writer.write(raw).await?;
        writer.finish().await
    }

    /// Opens a kept message to be read from its beginning to its end.
    ///
    /// # Errors
    /// Those of [`BlobError`] that are about this blob, and [`BlobError::Bucket`].
    pub async fn open(&self, blob: &Model) -> Result<BlobReader, BlobError> {
        let source = match (&blob.bytes, blob.encoding) {
            (Some(bytes), _) => Source::Row(Some(bytes.clone())),
            (None, BlobEncoding::Zstd) => {
                return Err(BlobError::no_row());
            }
            (None, BlobEncoding::File) => self.source(&name::of_file(&blob.hash)).await?,
            (None, BlobEncoding::Frames) => {
                self.source(blob.object.as_deref().unwrap_or_default())
                    .await?
            }
        };
        BlobReader::new(source, blob)
    }

    /// The first `most` bytes of a kept message, verified as far as its frames' checksums reach; of one that is not
    /// longer, all of it, verified to its hash.
    ///
    /// # Errors
    /// As [`BlobStore::open`].
    pub async fn read_prefix(&self, blob: &Model, most: usize) -> Result<Vec<u8>, BlobError> {
        let mut reader = self.open(blob).await?;
        let size = usize::try_from(blob.size).unwrap_or(usize::MAX);
        let wanted = most.min(size);
        let mut prefix = Vec::with_capacity(wanted);
        while prefix.len() < wanted
            && let Some(piece) = reader.next().await?
        {
            let fits = wanted - prefix.len();
            prefix.extend_from_slice(piece.get(..fits).unwrap_or(&piece));
        }
        if wanted == size {
            // The verdict on the whole.
            while reader.next().await?.is_some() {}
        }
        Ok(prefix)
    }

    async fn source(&self, object: &str) -> Result<Source, BlobError> {
        let Some(bucket) = &self.bucket else {
            return self.folder.open(object).await;
        };
        match bucket.open(object).await {
            // Kept before the bucket was set.
            Err(missing @ BlobError::Missing { .. }) => {
                self.folder.open(object).await.map_err(|error| match error {
                    BlobError::Missing { .. } => missing,
                    error => error,
                })
            }
            opened => opened,
        }
    }
}

/// SHA-256 of `bytes` in lower-case hex: the name of a blob.
#[must_use]
pub fn hash_of(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Unpacks the bytes of a row and verifies that they are what its hash says.
///
/// # Errors
/// [`BlobError::Damaged`].
pub fn unpack(hash: &str, size: i64, packed: &[u8]) -> Result<Vec<u8>, BlobError> {
    let size = usize::try_from(size).unwrap_or(0);
    let raw = zstd::bulk::decompress(packed, size)
        .map_err(|error| error::damaged_row(error.to_string()))?;
    if hash_of(&raw) == hash {
        Ok(raw)
    } else {
        Err(error::damaged_row(error::OTHER_HASH.to_owned()))
    }
}

#[cfg(test)]
#[path = "blobs_tests.rs"]
mod tests;
