//! Sessions: who is signed in in which browser.

use chrono::{DateTime, Utc};
use entities::ids::UserId;
use entities::sessions::{ActiveModel, Column, Entity, Model};
use entities::users;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{StoreError, text};

/// A session that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// SHA-256 of the cookie's value, in hex.
    pub id_hash: String,
    /// Who.
    pub user_id: UserId,
    /// When it ends, used or not.
    pub expires_at: DateTime<Utc>,
    /// What the browser calls itself.
    pub browser: String,
    /// From which address.
    pub remote: String,
    /// Whether a one-time code is still owed.
    pub code_due: bool,
}

/// Begins one.
pub async fn insert(
    db: &impl ConnectionTrait,
    new: NewSession,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        id_hash: Set(new.id_hash),
        user_id: Set(new.user_id),
        created_at: Set(now),
        last_seen_at: Set(now),
        expires_at: Set(new.expires_at),
        browser: Set(text::clean(&new.browser)),
        remote: Set(new.remote),
        code_due: Set(new.code_due),
        proved_at: Set((!new.code_due).then_some(now)),
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

/// A user's, whose code is not due, that were used since `idle_since` and have not ended; the last used first.
pub async fn of_user(
    db: &impl ConnectionTrait,
    user: UserId,
    idle_since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::UserId.eq(user))
        .filter(Column::CodeDue.eq(false))
        .filter(Column::ExpiresAt.gt(now))
        .filter(Column::LastSeenAt.gt(idle_since))
        .order_by_desc(Column::LastSeenAt)
        .limit(100)
        .all(db)
        .await?)
}

/// Remembers that they just proved that it is they.
pub async fn prove(
    db: &impl ConnectionTrait,
    id_hash: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::ProvedAt, Expr::value(Some(now)))
        .filter(Column::IdHash.eq(id_hash))
        .exec(db)
        .await?;
    Ok(())
}

/// Ends all of a user, `but` one if it is given; says how many.
pub async fn delete_of_user(
    db: &impl ConnectionTrait,
    user: UserId,
    but: Option<&str>,
) -> Result<u64, StoreError> {
    let mut delete = Entity::delete_many().filter(Column::UserId.eq(user));
    if let Some(but) = but {
        delete = delete.filter(Column::IdHash.ne(but));
    }
    Ok(delete.exec(db).await?.rows_affected)
}

/// Ends one of a user.
pub async fn delete_own(
    db: &impl ConnectionTrait,
    user: UserId,
    id_hash: &str,
) -> Result<(), StoreError> {
    Entity::delete_by_id(id_hash)
        .filter(Column::UserId.eq(user))
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
