//! Brakes: hosts that refused many sign-ins lately and are left alone for a while.

use chrono::{DateTime, TimeDelta, Utc};
use entities::sign_in_brakes::{ActiveModel, Column, Entity, Model};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait};

use super::{StoreError, text};

/// When a host is left alone, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How many refused sign-ins are too many.
    pub refusals: i32,
    /// Within which time.
    pub window: TimeDelta,
    /// How long the host is left alone then.
    pub rest: TimeDelta,
}

/// Until when nobody signs in at `host`; nothing when they may.
pub async fn closed_until(
    db: &impl ConnectionTrait,
    host: &str,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let brake = find(db, host).await?;
    Ok(brake
        .and_then(|brake| brake.closed_until)
        .filter(|until| *until > now))
}

/// Counts a refused sign-in and says until when the host is left alone now. Wants a transaction, so that no refusal is
/// lost.
pub async fn refused(
    db: &impl ConnectionTrait,
    host: &str,
    patience: Patience,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let before = find(db, host)
        .await?
        .filter(|brake| brake.window_began_at > now - patience.window);
    let refusals = before.as_ref().map_or(0, |brake| brake.refusals) + 1;
    let closed_until = (refusals >= patience.refusals).then(|| now + patience.rest);
    let row = ActiveModel {
        host: Set(text::email(host)),
        refusals: Set(refusals),
        window_began_at: Set(before.map_or(now, |brake| brake.window_began_at)),
        closed_until: Set(closed_until),
    };
    Entity::insert(row)
        .on_conflict(
            OnConflict::column(Column::Host)
                .update_columns([Column::Refusals, Column::WindowBeganAt, Column::ClosedUntil])
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(closed_until)
}

/// Forgets the refused sign-ins of a host: one was taken.
pub async fn succeeded(db: &impl ConnectionTrait, host: &str) -> Result<(), StoreError> {
    // Mostly there is nothing to forget, and reading is cheaper than writing.
    if find(db, host).await?.is_some() {
        Entity::delete_by_id(text::email(host)).exec(db).await?;
    }
    Ok(())
}

async fn find(db: &impl ConnectionTrait, host: &str) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(text::email(host)).one(db).await?)
}

#[cfg(test)]
#[path = "sign_in_brakes_tests.rs"]
mod tests;
