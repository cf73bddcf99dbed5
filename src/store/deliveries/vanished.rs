//! Deliveries that are no longer on the server: removed or moved there. Their rows, states and records stay.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};
use entities::deliveries::{Column, DeliveryState, Entity};
use entities::ids::{DeliveryId, FolderId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::OF_FILES;
use crate::store::{StoreError, bulk};

/// Rows that are looked at together.
const PAGE: u64 = 5_000;

/// UIDs that are in a folder, as ranges: a folder of a million messages has few holes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Present {
    /// The first and the last UID of each, with a hole between any two.
    ranges: BTreeMap<i64, i64>,
    count: u64,
}

impl Present {
    /// Adds a UID, in whatever order.
    pub fn push(&mut self, uid: i64) {
        if self.has(uid) {
            return;
        }
        self.count += 1;
        let last = self.ranges.remove(&(uid + 1)).unwrap_or(uid);
        match self.ranges.range_mut(..uid).next_back() {
            Some((_, end)) if *end + 1 == uid => *end = last,
            _ => {
                self.ranges.insert(uid, last);
            }
        }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// All of them, ascending.
    pub fn uids(&self) -> impl Iterator<Item = i64> + '_ {
        let ranges = self.ranges.iter();
        ranges.flat_map(|(first, last)| *first..=*last)
    }

    /// Whether this UID is among them.
    #[must_use]
    pub fn has(&self, uid: i64) -> bool {
        let range = self.ranges.range(..=uid).next_back();
        range.is_some_and(|(_, last)| uid <= *last)
    }
}

/// What a sweep found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Deliveries that are there no longer.
    pub vanished: u64,
    /// Deliveries that were taken for vanished and are there.
    pub back: u64,
}

/// Marks the deliveries of a folder whose UIDs are in `swept` and not in `present`, and unmarks those that are.
pub async fn mark(
    db: &impl ConnectionTrait,
    folder: FolderId,
    uid_validity: i64,
    swept: RangeInclusive<i64>,
    present: &Present,
    now: DateTime<Utc>,
) -> Result<Swept, StoreError> {
    let mut done = Swept::default();
    let (mut from, last) = swept.into_inner();
    loop {
        let rows: Vec<(DeliveryId, i64, Option<DateTime<Utc>>)> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::Uid, Column::VanishedAt])
            .filter(Column::FolderId.eq(folder))
            .filter(Column::UidValidity.eq(uid_validity))
            .filter(Column::Uid.between(from, last))
            .filter(Column::State.ne(DeliveryState::Gone))
            .order_by_asc(Column::Uid)
            .limit(PAGE)
            .into_tuple()
            .all(db)
            .await?;
        let Some((_, highest, _)) = rows.last() else {
            return Ok(done);
        };
        from = highest.saturating_add(1);
        let (mut gone, mut back) = (Vec::new(), Vec::new());
        for (id, uid, vanished_at) in rows {
            match (present.has(uid), vanished_at) {
                (false, None) => gone.push(id),
                (true, Some(_)) => back.push(id),
                _ => {}
            }
        }
        done.vanished += set(db, &gone, Some(now)).await?;
        done.back += set(db, &back, None).await?;
    }
}

/// Marks what was announced under another UIDVALIDITY: the folder was gone through under this one, and whatever is still
/// in it has another row.
pub async fn mark_older(
    db: &impl ConnectionTrait,
    folder: FolderId,
    uid_validity: i64,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::VanishedAt, Expr::value(Some(now)))
        .filter(Column::FolderId.eq(folder))
        .filter(Column::UidValidity.is_not_in([uid_validity, OF_FILES]))
        .filter(Column::VanishedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

async fn set(
    db: &impl ConnectionTrait,
    ids: &[DeliveryId],
    vanished_at: Option<DateTime<Utc>>,
) -> Result<u64, StoreError> {
    let mut changed = 0;
    for piece in bulk::distinct(ids) {
        let updated = Entity::update_many()
            .col_expr(Column::VanishedAt, Expr::value(vanished_at))
            .filter(Column::Id.is_in(piece))
            .exec(db)
            .await?;
        changed += updated.rows_affected;
    }
    Ok(changed)
}

#[cfg(test)]
#[path = "vanished_tests.rs"]
mod tests;
