//! Two records that are the same become one: what the one that stays lacks, it gets from the one that goes.

use chrono::{DateTime, Utc};
use entities::ids::{ContactId, RecordMoveId, TicketId};
use entities::record_kind::RecordKind;
use entities::record_moves::{Model, MoveReason};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{MoveError, from, to, unreadable};
use crate::store::handing_over::{self, Moved};
use crate::store::merging::{self, Gone};
use crate::store::record_moves::{self, NewMove, Record};
use crate::store::{Tx, record_locks, record_references};

/// What came of a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// By which it is taken back.
    pub moved: RecordMoveId,
    /// How many messages went along.
    pub links: usize,
}

/// What is needed to take it back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Before {
    moved: Moved,
    /// The row that went.
    gone: Gone,
    /// The fields that the other got from it, and what they were.
    filled: Vec<(String, Json)>,
    /// Contacts of an organization that went.
    contacts: Vec<ContactId>,
    /// Tickets of a contact or an organization that went.
    tickets: Vec<TicketId>,
}

/// Merges `from` into `to`, which are contacts, leads or organizations both.
pub async fn merge(
    tx: &Tx,
    from: Record,
    to: Record,
    author: &str,
    now: DateTime<Utc>,
) -> Result<Merged, MoveError> {
    if from == to {
        return Err(MoveError::Refused("A record is itself already".to_owned()));
    }
    if from.0 != to.0 || from.0 == RecordKind::Ticket {
        return Err(MoveError::Refused(
            "Contacts are merged with contacts, leads with leads, organizations with organizations; a lead becomes a \
             contact by `mailroom leads convert`"
                .to_owned(),
        ));
    }
    record_locks::own(tx).await?;
    let Some(stays) = merging::read(tx, to).await? else {
        return Err(MoveError::Gone(to.0, to.1));
    };
    let Some(gone) = merging::read(tx, from).await? else {
        return Err(MoveError::Gone(from.0, from.1));
    };
    for (record, row) in [(from, &gone), (to, &stays)] {
        if let Some(status) = row.text("status").filter(|status| *status != "open") {
            return Err(MoveError::Refused(format!(
                "Lead {} is {status}; only open leads are merged",
                record.1
            )));
        }
    }
    let from_key = gone.text("external_id").map(str::to_owned);
    let moved = handing_over::hand_over(tx, from, to).await?;
    let (contacts, tickets) = record_references::point_elsewhere(tx, from, to).await?;
    merging::delete(tx, from).await?;
    let filled = merging::fill(tx, &gone, to.1, now).await?;
    let links = moved.links.len() + moved.dropped_links.len();
    let before = Before {
        moved,
        gone,
        filled,
        contacts,
        tickets,
    };
    let new = NewMove {
        reason: MoveReason::Merged,
        from,
        to,
        from_key,
        before: serde_json::to_value(before).map_err(|_| unreadable(RecordMoveId(0)))?,
        author: author.to_owned(),
        created_at: now,
    };
    Ok(Merged {
        moved: record_moves::insert(tx, new).await?.id,
        links,
    })
}

/// The one that went is there again under its number, with what was its own.
pub(super) async fn take_back(tx: &Tx, moved: &Model, now: DateTime<Utc>) -> Result<(), MoveError> {
    let before: Before =
        serde_json::from_value(moved.before.clone()).map_err(|_| unreadable(moved.id))?;
    let (from, to) = (from(moved), to(moved));
    if !merging::exists(tx, to).await? {
        return Err(MoveError::Gone(to.0, to.1));
    }
    let times = (moved.created_at, now);
    merging::clear(tx, &before.gone, to.1, &before.filled, times).await?;
    merging::restore(tx, &before.gone).await?;
    handing_over::hand_back(tx, from, to, &before.moved).await?;
    record_references::point_back(tx, from, to, &before.contacts, &before.tickets).await?;
    Ok(())
}

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;
