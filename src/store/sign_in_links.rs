//! Links that sign a person in once.

use chrono::{DateTime, Utc};
use entities::ids::UserId;
use entities::sign_in_links::{ActiveModel, Column, Entity, LinkPurpose};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::StoreError;

/// Makes one; `hash` is the SHA-256 of the ticket, in hex.
pub async fn insert(
    db: &impl ConnectionTrait,
    hash: &str,
    user: UserId,
    purpose: LinkPurpose,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        hash: Set(hash.to_owned()),
        user_id: Set(user),
        created_at: Set(now),
        expires_at: Set(expires_at),
        used_at: Set(None),
        purpose: Set(purpose),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Uses one up and says whose it is; nothing when it is unknown, used, too old or for something else.
pub async fn use_up(
    db: &impl ConnectionTrait,
    hash: &str,
    purpose: LinkPurpose,
    now: DateTime<Utc>,
) -> Result<Option<UserId>, StoreError> {
    let used = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(Some(now)))
        .filter(Column::Hash.eq(hash))
        .filter(Column::Purpose.eq(purpose))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .exec(db)
        .await?;
    if used.rows_affected == 0 {
        return Ok(None);
    }
    let link = Entity::find_by_id(hash).one(db).await?;
    Ok(link.map(|link| link.user_id))
}

/// Whose it is and what for, while it may still be used.
pub async fn find(
    db: &impl ConnectionTrait,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<(UserId, LinkPurpose)>, StoreError> {
    let link = Entity::find_by_id(hash).one(db).await?;
    Ok(link
        .filter(|link| link.used_at.is_none() && link.expires_at > now)
        .map(|link| (link.user_id, link.purpose)))
}

/// Takes back those of a user that are for this and not used.
pub async fn delete_of_user(
    db: &impl ConnectionTrait,
    user: UserId,
    purpose: LinkPurpose,
) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::UserId.eq(user))
        .filter(Column::Purpose.eq(purpose))
        .filter(Column::UsedAt.is_null())
        .exec(db)
        .await?;
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
