//! Records that become others: a lead a contact, one of two doubles the other. What is linked goes along, and can go back.

pub mod convert;
pub mod merge;

use chrono::{DateTime, Utc};
use entities::ids::RecordMoveId;
use entities::record_kind::RecordKind;
use entities::record_moves::{Model, MoveReason};
use serde::Deserialize;

use crate::store::handing_over::Moved;
use crate::store::merging::Gone;
use crate::store::record_moves::{self, Record};
use crate::store::{StoreError, Tx, record_locks};

/// Why a record does not become another, or not itself again.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum MoveError {
    /// It is not there.
    #[error("There is no {} {}", .0.as_str(), .1)]
    Gone(RecordKind, i64),
    /// It can't be done as it is now, and the sentence says why.
    #[error("{0}")]
    Refused(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes a move back; the records are as they were, what was linked since to the one that stays included.
pub async fn take_back(
    tx: &Tx,
    id: RecordMoveId,
    author: &str,
    now: DateTime<Utc>,
) -> Result<Model, MoveError> {
    record_locks::own(tx).await?;
    let Some(found) = record_moves::by_id(tx, id).await? else {
        return Err(MoveError::Refused(format!(
            "There is no move {id}; `mailroom undo --history` shows their numbers"
        )));
    };
    if let Some(at) = found.undone_at {
        return Err(MoveError::Refused(format!(
            "Move {id} was taken back already, {}",
            at.format("%Y-%m-%d %H:%M")
        )));
    }
    for record in [from(&found), to(&found)] {
        let later = record_moves::of_record(tx, record).await?;
        if let Some(later) = later.iter().find(|later| later.id > id) {
            return Err(MoveError::Refused(format!(
                "{} {} has moved once more since; take move {} back first",
                record.0.as_str(),
                record.1,
                later.id
            )));
        }
    }
    match found.reason {
        MoveReason::Converted => convert::take_back(tx, &found).await?,
        MoveReason::Merged => merge::take_back(tx, &found, now).await?,
    }
    record_moves::mark_undone(tx, id, author, now).await?;
    Ok(found)
}

/// What a move took along.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Along {
    pub(super) moved: Moved,
    /// The row that went; nothing of a lead that became a contact.
    pub(super) gone: Option<Gone>,
}

/// What `moved` took along; nothing where another version kept that in its own way.
pub(super) fn along(moved: &Model) -> Option<Along> {
    serde_json::from_value(moved.before.clone()).ok()
}

fn from(moved: &Model) -> Record {
    (moved.from_kind, moved.from_id)
}

fn to(moved: &Model) -> Record {
    (moved.to_kind, moved.to_id)
}

fn unreadable(id: RecordMoveId) -> MoveError {
    MoveError::Refused(format!(
        "What move {id} kept of the time before can't be read by this version; take it back with the version that made \
         it, or part the two by hand with `mailroom relink`"
    ))
}

#[cfg(test)]
#[path = "moving/older_tests.rs"]
mod older_tests;
