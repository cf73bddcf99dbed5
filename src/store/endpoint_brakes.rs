//! Brakes: token endpoints that were out of order or wanted fewer requests, and are left alone for a while. When the
//! while is over one asker goes first, and the others wait for what becomes of it.

use chrono::{DateTime, TimeDelta, Utc};
use entities::endpoint_brakes::{ActiveModel, Column, Entity, Model};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::{StoreError, text};

/// How long an endpoint is left alone that does not say so itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waits {
    /// After the first refusal; twice as long with each that follows.
    pub first: TimeDelta,
    /// At most.
    pub longest: TimeDelta,
    /// After so long without a refusal counting begins anew.
    pub forgotten_after: TimeDelta,
}

/// Whether somebody may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// They may, and bring back what becomes of it.
    Now(Turn),
    /// They may not, until then.
    After(DateTime<Utc>),
}

/// The leave to ask: it knows how many refusals there were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn(i32);

/// Lets somebody ask unless the endpoint is left alone. After a wait it is one of all: the others wait until `until`, or
/// until the one has brought something back.
pub async fn take_turn(
    db: &impl ConnectionTrait,
    endpoint: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Asking, StoreError> {
    let Some(brake) = find(db, endpoint).await? else {
        return Ok(Asking::Now(Turn(0)));
    };
    if brake.closed_until > now {
        return Ok(Asking::After(brake.closed_until));
    }
    let taken = Entity::update_many()
        .col_expr(Column::ClosedUntil, Expr::value(until))
        .filter(Column::Endpoint.eq(text::key(endpoint)))
        .filter(Column::ClosedUntil.lte(now))
        .exec(db)
        .await?;
    Ok(match taken.rows_affected {
        0 => Asking::After(until),
        _ => Asking::Now(Turn(brake.refusals)),
    })
}

/// Leaves the endpoint alone for as long as it wishes, or for longer than the last time, and says until when. Of those
/// who asked together one counts. Wants a transaction.
pub async fn declined(
    db: &impl ConnectionTrait,
    endpoint: &str,
    turn: Turn,
    wish: Option<TimeDelta>,
    waits: Waits,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, StoreError> {
    let before = find(db, endpoint)
        .await?
        .filter(|brake| brake.refused_at > now - waits.forgotten_after);
    let seen = before.as_ref().map_or(0, |brake| brake.refusals);
    let (refusals, closed_until) = match before {
        Some(brake) if seen > turn.0 => {
            let wished = wish.map(|wish| now + wish);
            (
                seen,
                wished.map_or(brake.closed_until, |until| until.max(brake.closed_until)),
            )
        }
        _ => (
            seen.saturating_add(1),
            now + wish.unwrap_or_else(|| waits.after(seen)),
        ),
    };
    let row = ActiveModel {
        endpoint: Set(text::key(endpoint)),
        refusals: Set(refusals),
        refused_at: Set(now),
        closed_until: Set(closed_until),
    };
    Entity::insert(row)
        .on_conflict(
            OnConflict::column(Column::Endpoint)
                .update_columns([Column::Refusals, Column::RefusedAt, Column::ClosedUntil])
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(closed_until)
}

/// Opens the endpoint for all: whoever had this turn was answered, whatever the answer said. Refusals that came
/// meanwhile stay.
pub async fn answered(
    db: &impl ConnectionTrait,
    endpoint: &str,
    turn: Turn,
) -> Result<(), StoreError> {
    if turn.0 > 0 {
        Entity::delete_many()
            .filter(Column::Endpoint.eq(text::key(endpoint)))
            .filter(Column::Refusals.lte(turn.0))
            .exec(db)
            .await?;
    }
    Ok(())
}

impl Waits {
    fn after(self, refusals: i32) -> TimeDelta {
        let doublings = u32::try_from(refusals.clamp(0, 16)).unwrap_or(0);
        (self.first * 2_i32.pow(doublings)).min(self.longest)
    }
}

async fn find(db: &impl ConnectionTrait, endpoint: &str) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(text::key(endpoint)).one(db).await?)
}

#[cfg(test)]
#[path = "endpoint_brakes_tests.rs"]
mod tests;
