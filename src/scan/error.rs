//! Why a scan did not come to its end, and when the same one may succeed.

use tokio::task::JoinError;

use super::Retry;
use super::reading::ReadError;
use crate::access::Closed;
use crate::blobs::BlobError;
use crate::imap::ServerError;
use crate::store::StoreError;

/// Why a scan did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The mailbox can't be opened.
    #[error("{0}")]
    Closed(#[from] Closed),
    /// The server or the way to it failed on the way.
    #[error("{error} {}", error.remedy())]
    Server {
        /// What went wrong.
        error: ServerError,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The disk, the memory or the bucket of large messages.
    #[error("{0}")]
    Machine(String),
    /// A rule can't be used.
    #[error(
        "The rules can't be used: {0}. Mend them in the set-up file and run `mailroom apply` again."
    )]
    Rules(String),
    /// Asked to stop.
    #[error("The scan was asked to stop; the rest follows with the next one.")]
    Stopped,
    /// A task of the scan ended in a panic.
    #[error(
        "A part of the scan broke off inside this program; it is tried again. Please report this with the log."
    )]
    Crashed,
    /// The database contradicts itself.
    #[error("The ledger contradicts itself: {0}. Nothing was written; please report this.")]
    Inconsistent(&'static str),
}

impl ScanError {
    /// The code of the cause, as stored with the report.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Closed(closed) => closed.code(),
            Self::Server { .. } => "server",
            Self::Store(_) => "database",
            Self::Machine(_) => "disk",
            Self::Rules(_) => "rules",
            Self::Stopped => "stopped",
            Self::Crashed | Self::Inconsistent(_) => "defect",
        }
    }
}

impl ScanError {
    /// Whether it may be the fault of one message, so that its neighbours should be tried without it.
    #[must_use]
    pub fn isolates(&self) -> bool {
        matches!(
            self,
            Self::Crashed
                | Self::Store(StoreError::Broken(_) | StoreError::Conflict(_) | StoreError::InUse)
        )
    }

    /// When the same scan may succeed.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::Closed(Closed::Red(_)) => Retry::Never,
            Self::Closed(Closed::Suspected { again_in, .. } | Closed::Braked { again_in, .. }) => {
                Retry::NotBefore(*again_in)
            }
            Self::Closed(Closed::OutOfReach { again_in, .. }) => Retry::Untried(*again_in),
            Self::Closed(Closed::Provider { retry_after, .. }) => {
                retry_after.map_or(Retry::Soon, Retry::after)
            }
            Self::Closed(Closed::Health { error }) | Self::Server { error } => {
                match (error.said_wait(), error.retry_after()) {
                    (Some(said), _) => Retry::after(said),
                    (None, Some(wait)) => Retry::not_before(wait),
                    (None, None) if error.is_transient() => Retry::Soon,
                    (None, None) => Retry::Late,
                }
            }
            Self::Closed(Closed::Store(_)) | Self::Store(_) | Self::Machine(_) | Self::Stopped => {
                Retry::Soon
            }
            Self::Closed(Closed::CaFile(_))
            | Self::Rules(_)
            | Self::Crashed
            | Self::Inconsistent(_) => Retry::Late,
        }
    }
}

impl From<ServerError> for ScanError {
    fn from(error: ServerError) -> Self {
        Self::Server { error }
    }
}

impl From<BlobError> for ScanError {
    fn from(error: BlobError) -> Self {
        Self::Machine(error.to_string())
    }
}

impl From<JoinError> for ScanError {
    fn from(_: JoinError) -> Self {
        Self::Crashed
    }
}

impl From<ReadError> for ScanError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Server(error) | ReadError::Spent(error) => Self::Server { error },
            ReadError::Breach(breach) => Self::Server {
                error: breach.error,
            },
            ReadError::Store(error) => Self::Store(error),
            ReadError::Stopped | ReadError::TokenEnds => Self::Stopped,
            ReadError::Blobs(error) => error.into(),
        }
    }
}
