//! How users prove who they are: their password's hash, and their second factor.

use chrono::{DateTime, Utc};
use entities::accounts::{ActiveModel, Column, Entity, Model};
use entities::ids::UserId;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait as _, QueryFilter};

use super::StoreError;
use crate::secrets::Sealed;

/// That of a user; nothing where they have neither password nor second factor.
pub async fn of_user(db: &impl ConnectionTrait, user: UserId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(user).one(db).await?)
}

/// Gives a user a password: `hash` in the PHC string format.
pub async fn set_password(
    db: &impl ConnectionTrait,
    user: UserId,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        password_hash: Set(Some(hash.to_owned())),
        password_set_at: Set(Some(now)),
        ..blank(user)
    };
    upsert(db, row, &[Column::PasswordHash, Column::PasswordSetAt]).await
}

/// Gives a user the secret of a second factor, which counts once a first code is confirmed; nothing takes it away.
pub async fn set_code_secret(
    db: &impl ConnectionTrait,
    user: UserId,
    sealed: Option<Sealed>,
) -> Result<(), StoreError> {
    let (secret, key) = match sealed {
        Some(sealed) => (Some(sealed.bytes), Some(sealed.key_id.as_str().to_owned())),
        None => (None, None),
    };
    let row = ActiveModel {
        code_secret_sealed: Set(secret),
        code_secret_key_id: Set(key),
        code_confirmed_at: Set(None),
        code_step: Set(None),
        ..blank(user)
    };
    let columns = [
        Column::CodeSecretSealed,
        Column::CodeSecretKeyId,
        Column::CodeConfirmedAt,
        Column::CodeStep,
    ];
    upsert(db, row, &columns).await
}

/// From now on codes are asked for.
pub async fn confirm_codes(
    db: &impl ConnectionTrait,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::CodeConfirmedAt, Expr::value(Some(now)))
        .filter(Column::UserId.eq(user))
        .exec(db)
        .await?;
    Ok(())
}

/// Uses up the code of a period; `false` where it, or a later one, was used before.
pub async fn use_code(
    db: &impl ConnectionTrait,
    user: UserId,
    step: i64,
) -> Result<bool, StoreError> {
    let taken = Entity::update_many()
        .col_expr(Column::CodeStep, Expr::value(Some(step)))
        .filter(Column::UserId.eq(user))
        .filter(Column::CodeStep.is_null().or(Column::CodeStep.lt(step)))
        .exec(db)
        .await?;
    Ok(taken.rows_affected == 1)
}

/// The time zone in which a user wants to be told times, as it was chosen.
pub async fn time_zone(
    db: &impl ConnectionTrait,
    user: UserId,
) -> Result<Option<String>, StoreError> {
    Ok(of_user(db, user)
        .await?
        .and_then(|account| account.time_zone))
}

/// Says in which time zone a user is told times.
pub async fn set_time_zone(
    db: &impl ConnectionTrait,
    user: UserId,
    time_zone: Option<&str>,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        time_zone: Set(time_zone.map(str::to_owned)),
        ..blank(user)
    };
    upsert(db, row, &[Column::TimeZone]).await
}

fn blank(user: UserId) -> ActiveModel {
    ActiveModel {
        user_id: Set(user),
        password_hash: NotSet,
        password_set_at: NotSet,
        code_secret_sealed: NotSet,
        code_secret_key_id: NotSet,
        code_confirmed_at: NotSet,
        code_step: NotSet,
        time_zone: NotSet,
    }
}

async fn upsert(
    db: &impl ConnectionTrait,
    row: ActiveModel,
    columns: &[Column],
) -> Result<(), StoreError> {
    let conflict = OnConflict::column(Column::UserId)
        .update_columns(columns.iter().copied())
        .to_owned();
    Entity::insert(row)
        .on_conflict(conflict)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

#[cfg(test)]
#[path = "accounts_tests.rs"]
mod tests;
