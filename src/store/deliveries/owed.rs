//! Deliveries that the server announced and did not deliver: it owes them.

use chrono::{DateTime, Utc};
use entities::deliveries::{Column, DeliveryState, Entity, Model};
use entities::ids::FolderId;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveEnum, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect, UpdateMany,
};

use super::{NewDelivery, Next};
use crate::store::{StoreError, text};

/// At most so many are asked for again in one scan.
const MOST: u64 = 200;

/// The UIDs of a folder that are to be asked for again now, with how often they were asked for; among them those that
/// were too large to be asked for and have no more than `largest` bytes.
pub async fn due(
    db: &impl ConnectionTrait,
    folder: FolderId,
    uid_validity: i64,
    largest: i64,
    now: DateTime<Utc>,
) -> Result<Vec<(i64, i32)>, StoreError> {
    let came_due = Column::State
        .eq(DeliveryState::Failed)
        .and(Column::NextTryAt.lte(now));
    let let_through = Column::State
        .eq(DeliveryState::Held)
        .and(Column::Attempts.eq(0))
        .and(Column::Size.lte(largest));
    let rows: Vec<Model> = Entity::find()
        .filter(Column::FolderId.eq(folder))
        .filter(Column::UidValidity.eq(uid_validity))
        .filter(Column::BlobHash.is_null())
        // Both for the index; what follows is asked of these few.
        .filter(Column::State.is_in([DeliveryState::Failed, DeliveryState::Held]))
        .filter(came_due.or(let_through))
        .order_by_asc(Column::Uid)
        .limit(MOST)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.uid, row.attempts))
        .collect())
}

/// One that is owed came: it waits for its decision now.
pub async fn arrived(db: &impl ConnectionTrait, delivery: &NewDelivery) -> Result<(), StoreError> {
    row(delivery)
        .col_expr(
            Column::State,
            Expr::value(DeliveryState::Pending.to_value()),
        )
        .col_expr(Column::BlobHash, Expr::value(delivery.blob_hash.clone()))
        .col_expr(Column::Size, Expr::value(delivery.size))
        .col_expr(Column::Error, Expr::value(None::<String>))
        .col_expr(Column::NextTryAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::Attempts, Expr::value(0))
        .exec(db)
        .await?;
    Ok(())
}

/// One that is owed did not come again, for the `attempts`-th time.
pub async fn still(
    db: &impl ConnectionTrait,
    delivery: &NewDelivery,
    attempts: i32,
    next: Next,
) -> Result<(), StoreError> {
    let (state, next_try_at) = next.state();
    row(delivery)
        .col_expr(Column::State, Expr::value(state.to_value()))
        .col_expr(
            Column::Error,
            Expr::value(delivery.error.as_deref().map(text::clean)),
        )
        .col_expr(Column::NextTryAt, Expr::value(next_try_at))
        .col_expr(Column::Attempts, Expr::value(attempts))
        .exec(db)
        .await?;
    Ok(())
}

/// One that is owed is no longer on the server.
pub async fn gone(db: &impl ConnectionTrait, delivery: &NewDelivery) -> Result<(), StoreError> {
    row(delivery)
        .col_expr(Column::State, Expr::value(DeliveryState::Gone.to_value()))
        .col_expr(Column::NextTryAt, Expr::value(None::<DateTime<Utc>>))
        .exec(db)
        .await?;
    Ok(())
}

/// What is owed under another UIDVALIDITY can't be asked for: its message is announced anew under this one.
pub async fn forget_older(
    db: &impl ConnectionTrait,
    folder: FolderId,
    uid_validity: i64,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(DeliveryState::Gone.to_value()))
        .col_expr(Column::NextTryAt, Expr::value(None::<DateTime<Utc>>))
        .filter(Column::FolderId.eq(folder))
        .filter(Column::UidValidity.ne(uid_validity))
        .filter(Column::State.is_in([DeliveryState::Failed, DeliveryState::Held]))
        .filter(Column::BlobHash.is_null())
        .exec(db)
        .await?;
    Ok(())
}

fn row(delivery: &NewDelivery) -> UpdateMany<Entity> {
    Entity::update_many()
        .filter(Column::FolderId.eq(delivery.folder_id))
        .filter(Column::UidValidity.eq(delivery.uid_validity))
        .filter(Column::Uid.eq(delivery.uid))
        .filter(Column::BlobHash.is_null())
}

#[cfg(test)]
#[path = "owed_tests.rs"]
mod tests;
