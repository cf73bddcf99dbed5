//! Which UIDs of a folder the ledger accounts for, so that a wider backlog fetches only what it lacks.

use std::collections::HashSet;

use entities::deliveries::{Column, DeliveryState, Entity};
use entities::ids::FolderId;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveEnum as _, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
};

use super::NewDelivery;
use crate::store::StoreError;
use crate::store::folders::Stretch;

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

/// One that was gone came after all and waits for its decision now; says whether there was such a one.
pub async fn came_back(
    db: &impl ConnectionTrait,
    delivery: &NewDelivery,
) -> Result<bool, StoreError> {
    let came = Entity::update_many()
        .col_expr(
            Column::State,
            Expr::value(DeliveryState::Pending.to_value()),
        )
        .col_expr(Column::BlobHash, Expr::value(delivery.blob_hash.clone()))
        .col_expr(Column::Size, Expr::value(delivery.size))
        .col_expr(Column::InternalDate, Expr::value(delivery.internal_date))
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
