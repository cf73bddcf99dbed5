//! What can go wrong with the blob store: with one blob, which a person restores, or with all of it, which is tried again.

use crate::store::StoreError;

/// Where small messages are.
const ROW: &str = "its row in the database";
/// What to do about them.
pub const RESTORE_DATABASE: &str = "Restore the database from a backup.";
pub(super) const RESTORE_FILE: &str = "Restore that file of the data folder from a backup.";
pub(super) const RESTORE_OBJECT: &str =
    "Restore that object of the bucket from an earlier version or a backup.";
/// What is said of bytes that were read without an error and are others than they were.
pub(super) const OTHER_HASH: &str = "its bytes are not those that were kept";
pub(super) const CUT_OFF: &str = "it ends before its end";

/// Why bytes could not be read or kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlobError {
    /// One blob is not there.
    #[error("The bytes of this message are missing: {place} is not there.")]
    Missing {
        /// Where it should be.
        place: String,
        /// What to restore.
        cure: &'static str,
    },
    /// One blob is not what it was.
    #[error("The stored bytes of this message are damaged ({place}): {what}.")]
    Damaged {
        /// Where it is.
        place: String,
        /// How that is known.
        what: String,
        /// What to restore.
        cure: &'static str,
    },
    /// The file of one blob can't be read.
    #[error("The bytes of this message can't be read ({place}): {words}.")]
    Unreadable {
        /// Which file.
        place: String,
        /// The system's words.
        words: String,
    },
    /// The data folder takes nothing.
    #[error(
        "A large message could not be written to the data folder: {words}. Free space there or mend the disk; the message will be read again."
    )]
    Disk {
        /// The system's words.
        words: String,
    },
    /// The bucket can't be used now.
    #[error(
        "The blob store {bucket} can't be used: {words}. Mend the settings `blobs` or wait for its service; nothing is lost, and it is tried again."
    )]
    Bucket {
        /// `s3://…`.
        bucket: String,
        /// What its service or the way to it says.
        words: String,
    },
}

impl BlobError {
    /// Of bytes that should be in the database.
    #[must_use]
    pub fn no_row() -> Self {
        Self::Missing {
            place: ROW.to_owned(),
            cure: RESTORE_DATABASE,
        }
    }

    /// What to do about one blob; nothing where the error is about the whole store.
    #[must_use]
    pub fn cure(&self) -> Option<&'static str> {
        match self {
            Self::Missing { cure, .. } | Self::Damaged { cure, .. } => Some(cure),
            Self::Unreadable { .. } => Some(RESTORE_FILE),
            Self::Disk { .. } | Self::Bucket { .. } => None,
        }
    }
}

/// Says of a row how its bytes are known to be damaged.
pub(super) fn damaged_row(what: String) -> BlobError {
    BlobError::Damaged {
        place: ROW.to_owned(),
        what,
        cure: RESTORE_DATABASE,
    }
}

/// Why the blob store could not be looked through for what nobody needs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SweepError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The folder or the bucket.
    #[error("{0}")]
    Blobs(#[from] BlobError),
    /// The objects are another database's, or were.
    #[error(
        "The blob store {place} holds objects of another database, so nothing is removed from it. If that database is gone, move its objects and `{marker}` away."
    )]
    Foreign {
        /// The folder or the bucket.
        place: String,
        /// What says whose it is.
        marker: &'static str,
    },
}
