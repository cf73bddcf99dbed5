//! Browsers in which a user has signed in before.

use chrono::{DateTime, TimeDelta, Utc};
use entities::ids::UserId;
use entities::known_browsers::{ActiveModel, Column, Entity};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::StoreError;

/// Not seen for so long, a browser is a new one.
const KEPT: TimeDelta = TimeDelta::days(180);

/// Whether this user has signed in there; `hash` is the SHA-256 of the cookie's value, in hex.
pub async fn knows(
    db: &impl ConnectionTrait,
    hash: &str,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let found = Entity::find_by_id(hash).one(db).await?;
    Ok(found.is_some_and(|row| row.user_id == user && row.last_used_at > now - KEPT))
}

/// Remembers that this user signed in there, and forgets browsers that nobody used for long.
pub async fn remember(
    db: &impl ConnectionTrait,
    hash: &str,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::UserId.eq(user))
        .filter(Column::LastUsedAt.lte(now - KEPT))
        .exec(db)
        .await?;
    let row = ActiveModel {
        hash: Set(hash.to_owned()),
        user_id: Set(user),
        last_used_at: Set(now),
    };
    Entity::insert(row)
        .on_conflict(
            OnConflict::column(Column::Hash)
                .update_columns([Column::UserId, Column::LastUsedAt])
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Forgets all of a user.
pub async fn forget(db: &impl ConnectionTrait, user: UserId) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::UserId.eq(user))
        .exec(db)
        .await?;
    Ok(())
}
