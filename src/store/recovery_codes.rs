//! Codes that stand in for a lost second factor.

use chrono::{DateTime, Utc};
use entities::ids::UserId;
use entities::recovery_codes::{ActiveModel, Column, Entity};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait as _, QueryFilter};

use super::StoreError;

/// Gives a user these in place of those they had; each is the SHA-256 of a code, in hex. Wants a transaction.
pub async fn replace(
    db: &impl ConnectionTrait,
    user: UserId,
    hashes: &[String],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::UserId.eq(user))
        .exec(db)
        .await?;
    if hashes.is_empty() {
        return Ok(());
    }
    let rows = hashes.iter().map(|hash| ActiveModel {
        hash: Set(hash.clone()),
        user_id: Set(user),
        created_at: Set(now),
        used_at: Set(None),
    });
    Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

/// Uses one up; `false` where it is not the user's or was used before.
pub async fn use_up(
    db: &impl ConnectionTrait,
    user: UserId,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let taken = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(Some(now)))
        .filter(Column::Hash.eq(hash))
        .filter(Column::UserId.eq(user))
        .filter(Column::UsedAt.is_null())
        .exec(db)
        .await?;
    Ok(taken.rows_affected == 1)
}

/// How many a user has left.
pub async fn left(db: &impl ConnectionTrait, user: UserId) -> Result<u64, StoreError> {
    Ok(Entity::find()
        .filter(Column::UserId.eq(user))
        .filter(Column::UsedAt.is_null())
        .count(db)
        .await?)
}
