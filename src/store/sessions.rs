//! Sessions: who is signed in in which browser.

use chrono::{DateTime, Utc};
use entities::ids::UserId;
use entities::sessions::{ActiveModel, Column, Entity, Model};
use entities::users;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::StoreError;

/// Begins one; `id_hash` is the SHA-256 of the cookie's value, in hex.
pub async fn insert(
    db: &impl ConnectionTrait,
    id_hash: &str,
    user: UserId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        id_hash: Set(id_hash.to_owned()),
        user_id: Set(user),
        created_at: Set(now),
        last_seen_at: Set(now),
        expires_at: Set(expires_at),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// The one with this hash and its user, if it was used since `idle_since`, has not ended and the user is active.
pub async fn find(
    db: &impl ConnectionTrait,
    id_hash: &str,
    idle_since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Option<(Model, users::Model)>, StoreError> {
    let session = Entity::find_by_id(id_hash)
        .filter(Column::ExpiresAt.gt(now))
        .filter(Column::LastSeenAt.gt(idle_since))
        .one(db)
        .await?;
    let Some(session) = session else {
        return Ok(None);
    };
    let user = super::users::by_id(db, session.user_id).await?;
    Ok(user.filter(|user| user.active).map(|user| (session, user)))
}

/// Remembers that it was used.
pub async fn touch(
    db: &impl ConnectionTrait,
    id_hash: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::LastSeenAt, Expr::value(now))
        .filter(Column::IdHash.eq(id_hash))
        .exec(db)
        .await?;
    Ok(())
}

/// Ends one.
pub async fn delete(db: &impl ConnectionTrait, id_hash: &str) -> Result<(), StoreError> {
    Entity::delete_by_id(id_hash).exec(db).await?;
    Ok(())
}

/// Forgets those that ended before `before`.
pub async fn delete_ended(
    db: &impl ConnectionTrait,
    before: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::ExpiresAt.lt(before))
        .exec(db)
        .await?;
    Ok(())
}

#[cfg(test)]
#[path = "sessions_tests.rs"]
mod tests;
