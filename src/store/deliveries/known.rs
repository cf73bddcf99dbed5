//! Which UIDs of a folder the ledger accounts for, so that a wider backlog fetches only what it lacks.

use std::collections::HashSet;

use entities::deliveries::{Column, DeliveryState, Entity};
use entities::ids::FolderId;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveEnum as _, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
};

use super::NewDelivery;
use crate::store::folders::Stretch;
use crate::store::{StoreError, text};

/// Those of a stretch that are in the ledger. What was gone and is announced again is not known.
pub async fn uids(
    db: &impl ConnectionTrait,
    folder: FolderId,
    uid_validity: i64,
    stretch: Stretch,
) -> Result<HashSet<i64>, StoreError> {
    let uids: Vec<i64> = Entity::find()
        .select_only()
        .column(Column::Uid)
        .filter(Column::FolderId.eq(folder))
        .filter(Column::UidValidity.eq(uid_validity))
        .filter(Column::Uid.between(stretch.first, stretch.last))
        .filter(
            Column::State
                .ne(DeliveryState::Gone)
                .or(Column::BlobHash.is_not_null()),
        )
        .into_tuple()
        .all(db)
        .await?;
    Ok(uids.into_iter().collect())
}

/// One that was gone is there after all, as `delivery` says: with its bytes it waits for its decision now, without them the
/// server owes it. Says whether there was such a one.
pub async fn came_back(
    db: &impl ConnectionTrait,
    delivery: &NewDelivery,
) -> Result<bool, StoreError> {
    let mut update = Entity::update_many()
        .col_expr(Column::State, Expr::value(delivery.state.to_value()))
        .col_expr(Column::BlobHash, Expr::value(delivery.blob_hash.clone()))
        .col_expr(Column::Attempts, Expr::value(delivery.attempts))
        .col_expr(Column::NextTryAt, Expr::value(delivery.next_try_at))
        .col_expr(
            Column::Error,
            Expr::value(delivery.error.as_deref().map(text::clean)),
        );
    // One that does not come is often named by its UID alone; what was known of it before stays.
    if delivery.blob_hash.is_some() || delivery.size > 0 {
        update = update
            .col_expr(Column::Size, Expr::value(delivery.size))
            .col_expr(Column::InternalDate, Expr::value(delivery.internal_date));
    }
    let came = update
        .filter(Column::FolderId.eq(delivery.folder_id))
        .filter(Column::UidValidity.eq(delivery.uid_validity))
        .filter(Column::Uid.eq(delivery.uid))
        .filter(Column::State.eq(DeliveryState::Gone))
        .filter(Column::BlobHash.is_null())
        .exec(db)
        .await?;
    Ok(came.rows_affected > 0)
}

#[cfg(test)]
#[path = "known_tests.rs"]
mod tests;
