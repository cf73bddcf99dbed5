//! Accounts at the company's identity provider, and whose they are here.

use chrono::{DateTime, Utc};
use entities::identities::{ActiveModel, Column, Entity, Model};
use entities::ids::UserId;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::StoreError;

/// Whose this account is.
pub async fn find(
    db: &impl ConnectionTrait,
    issuer: &str,
    subject: &str,
) -> Result<Option<Model>, StoreError> {
    let key = (issuer.to_owned(), subject.to_owned());
    Ok(Entity::find_by_id(key).one(db).await?)
}

/// From now on it is this user's.
pub async fn insert(
    db: &impl ConnectionTrait,
    issuer: &str,
    subject: &str,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        issuer: Set(issuer.to_owned()),
        subject: Set(subject.to_owned()),
        user_id: Set(user),
        created_at: Set(now),
        last_used_at: Set(now),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Remembers that they came.
pub async fn touch(
    db: &impl ConnectionTrait,
    issuer: &str,
    subject: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::value(now))
        .filter(Column::Issuer.eq(issuer))
        .filter(Column::Subject.eq(subject))
        .exec(db)
        .await?;
    Ok(())
}
