//! Deliveries by the lasting names that POP3 servers give to messages (RFC 1939 §7), and what was left out of them.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entities::deliveries::{Column, DeliveryState, Entity};
use entities::ids::FolderId;
use entities::left_out;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::audited;
use super::owed::rows_due;
use crate::store::{StoreError, bulk, text};

/// Stands for UIDVALIDITY of what is read over POP3: higher than any that IMAP has, so neither takes the other's numbers for
/// its own.
pub const VALIDITY: i64 = 1 << 32;
/// At most so many are asked about at once.
pub const MOST: usize = 500;

/// So many rows make a page.
const PAGE: u64 = 5_000;

/// One that the server listed and did not deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// Its lasting name.
    pub uidl: String,
    /// Its number in the ledger.
    pub uid: i64,
    /// How often it was asked for.
    pub attempts: i32,
}

/// What is known of some of the names that a server lists.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// In the ledger, or received before the start date as far as is known.
    pub names: HashSet<String>,
    /// The numbers that those in the ledger have there.
    pub uids: Vec<i64>,
    /// Those of the names whose bytes are kept.
    pub read: HashSet<String>,
    /// Of those in the ledger, such as it took for removed before they were read: they are there after all.
    pub came_back: Vec<Owed>,
}

/// What is known of these names (at most [`MOST`]); mail received before `since` is too old.
pub async fn known(
    db: &impl ConnectionTrait,
    folder: FolderId,
    names: &[&str],
    since: Option<DateTime<Utc>>,
) -> Result<Known, StoreError> {
    let rows: Vec<(String, i64, DeliveryState, Option<String>)> = Entity::find()
        .select_only()
        .columns([Column::Uidl, Column::Uid, Column::State, Column::BlobHash])
        .filter(Column::FolderId.eq(folder))
        .filter(Column::Uidl.is_in(names.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    let mut known = Known::default();
    for (uidl, uid, state, blob) in rows {
        if blob.is_some() {
            known.read.insert(uidl.clone());
        } else if state == DeliveryState::Gone {
            known.came_back.push(Owed {
                uidl: uidl.clone(),
                uid,
                attempts: 0,
            });
        }
        known.names.insert(uidl);
        known.uids.push(uid);
    }
    if let Some(since) = since {
        let too_old: Vec<String> = left_out::Entity::find()
            .select_only()
            .column(left_out::Column::Uidl)
            .filter(left_out::Column::FolderId.eq(folder))
            .filter(left_out::Column::Uidl.is_in(names.iter().copied()))
            .filter(left_out::Column::ReceivedAt.lt(since))
            .into_tuple()
            .all(db)
            .await?;
        known.names.extend(too_old);
    }
    Ok(known)
}

/// The highest number that a delivery of the folder has under this validity; 0 for none.
pub async fn highest_uid(
    db: &impl ConnectionTrait,
    folder: FolderId,
    uid_validity: i64,
) -> Result<i64, StoreError> {
    let highest: Option<i64> = Entity::find()
        .select_only()
        .column(Column::Uid)
        .filter(Column::FolderId.eq(folder))
        .filter(Column::UidValidity.eq(uid_validity))
        .order_by_desc(Column::Uid)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(highest.unwrap_or(0))
}

/// What is to be asked for again now; among them those that were too large and have no more than `largest` bytes.
pub async fn owed(
    db: &impl ConnectionTrait,
    folder: FolderId,
    uid_validity: i64,
    largest: i64,
    now: DateTime<Utc>,
) -> Result<Vec<Owed>, StoreError> {
    let rows = rows_due(db, folder, uid_validity, largest, now).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(Owed {
                uidl: row.uidl?,
                uid: row.uid,
                attempts: row.attempts,
            })
        })
        .collect())
}

/// Number, lasting name, state, and since when it is there no longer.
type Row = (i64, Option<String>, DeliveryState, Option<DateTime<Utc>>);

/// One page of a folder's deliveries, by their numbers above `after`: number, lasting name, and what the ledger has of each.
pub async fn page(
    db: &impl ConnectionTrait,
    folder: FolderId,
    uid_validity: i64,
    after: i64,
) -> Result<Vec<(i64, Option<String>, audited::Known)>, StoreError> {
    let rows: Vec<Row> = Entity::find()
        .select_only()
        .columns([Column::Uid, Column::Uidl, Column::State, Column::VanishedAt])
        .filter(Column::FolderId.eq(folder))
        .filter(Column::UidValidity.eq(uid_validity))
        .filter(Column::Uid.gt(after))
        .order_by_asc(Column::Uid)
        .limit(PAGE)
        .into_tuple()
        .all(db)
        .await?;
    let known = |state, vanished_at: Option<_>| audited::Known {
        state,
        vanished: vanished_at.is_some(),
    };
    Ok(rows
        .into_iter()
        .map(|(uid, uidl, state, vanished_at)| (uid, uidl, known(state, vanished_at)))
        .collect())
}

/// Remembers which messages were left out for their age.
pub async fn leave_out(
    db: &impl ConnectionTrait,
    folder: FolderId,
    old: Vec<(String, DateTime<Utc>)>,
) -> Result<(), StoreError> {
    let rows = old
        .into_iter()
        .map(|(uidl, received_at)| left_out::ActiveModel {
            folder_id: Set(folder),
            uidl: Set(text::clean(&uidl)),
            received_at: Set(received_at),
        })
        .collect();
    let key = [left_out::Column::FolderId, left_out::Column::Uidl];
    bulk::insert_missing(db, rows, &key).await?;
    Ok(())
}

#[cfg(test)]
#[path = "uidl_tests.rs"]
mod tests;
