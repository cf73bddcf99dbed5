//! Brakes: hosts that refused many sign-ins lately and are left alone for a while, and accounts and addresses for which
//! Mailroom itself refused many.

use chrono::{DateTime, TimeDelta, Utc};
use entities::sign_in_brakes::{ActiveModel, Column, Entity, Model};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect as _};

use super::{StoreError, text};

/// When somebody is left alone, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How many refused sign-ins are too many.
    pub refusals: i32,
    /// Within which time.
    pub window: TimeDelta,
    /// How long the host is left alone then.
    pub rest: TimeDelta,
}

/// Until when nobody signs in at `name`; nothing when they may.
pub async fn closed_until(
    db: &impl ConnectionTrait,
    name: &str,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let brake = find(db, name).await?;
    Ok(brake
        .and_then(|brake| brake.closed_until)
        .filter(|until| *until > now))
}

/// Counts a refused sign-in and says until when `name` is left alone now. In a transaction no refusal is lost, however
/// many are counted at once.
pub async fn refused(
    db: &impl ConnectionTrait,
    name: &str,
    patience: Patience,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let before = locked(db, name, now).await?;
    count(db, name, before, patience, now).await
}

/// Counts a try before it is looked at, and says until when none is, if that is so: then it is not counted. In a
/// transaction none is overlooked, however many come at once.
pub async fn tried(
    db: &impl ConnectionTrait,
    name: &str,
    patience: Patience,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let before = locked(db, name, now).await?;
    let closed = before.as_ref().and_then(|brake| brake.closed_until);
    if let Some(until) = closed.filter(|until| *until > now) {
        return Ok(Some(until));
    }
    count(db, name, before, patience, now).await?;
    Ok(None)
}

/// The row of `name`, which nobody else changes until the transaction ends.
async fn locked(
    db: &impl ConnectionTrait,
    name: &str,
    now: DateTime<Utc>,
) -> Result<Option<Model>, StoreError> {
    let fresh = ActiveModel {
        name: Set(text::email(name)),
        refusals: Set(0),
        window_began_at: Set(now),
        closed_until: Set(None),
    };
    Entity::insert(fresh)
        .on_conflict(OnConflict::column(Column::Name).do_nothing().to_owned())
        .exec_without_returning(db)
        .await?;
    // SQLite has one writer at a time and knows no such lock.
    let row = Entity::find_by_id(text::email(name)).lock_exclusive();
    Ok(row.one(db).await?)
}

async fn count(
    db: &impl ConnectionTrait,
    name: &str,
    before: Option<Model>,
    patience: Patience,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let before = before.filter(|brake| brake.window_began_at > now - patience.window);
    let refusals = before.as_ref().map_or(0, |brake| brake.refusals) + 1;
    let closed_until = (refusals >= patience.refusals).then(|| now + patience.rest);
    let row = ActiveModel {
        name: Unchanged(text::email(name)),
        refusals: Set(refusals),
        window_began_at: Set(before.map_or(now, |brake| brake.window_began_at)),
        closed_until: Set(closed_until),
    };
    Entity::update(row).exec(db).await?;
    Ok(closed_until)
}

/// Forgets the refused sign-ins of `name`: one was taken.
pub async fn succeeded(db: &impl ConnectionTrait, name: &str) -> Result<(), StoreError> {
    // Mostly there is nothing to forget, and reading is cheaper than writing.
    if find(db, name).await?.is_some() {
        Entity::delete_by_id(text::email(name)).exec(db).await?;
    }
    Ok(())
}

async fn find(db: &impl ConnectionTrait, name: &str) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(text::email(name)).one(db).await?)
}

#[cfg(test)]
#[path = "sign_in_brakes_tests.rs"]
mod tests;
