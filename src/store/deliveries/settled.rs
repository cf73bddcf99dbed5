//! What people and rules have settled about a copy stays settled when its folder is numbered anew: what was discarded is
//! discarded under its new number, what was ignored is ignored, and what is not dealt with waits once.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::deliveries::{Column, DeliveryState, Entity, Model};
use entities::ids::FolderId;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveEnum, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
};

use super::{NewDelivery, OF_FILES};
use crate::store::{StoreError, bulk};

const UNFINISHED: [DeliveryState; 3] = [
    DeliveryState::Pending,
    DeliveryState::Failed,
    DeliveryState::Held,
];

/// Gives the copies of one folder, which were just kept, what was settled about them under another UIDVALIDITY; says of
/// how many something was.
///
/// Known by their bytes. What was discarded without them is known by what the server calls it, or, where it does not come
/// now either, by the size and the date that the server says.
pub async fn stay_settled(
    db: &impl ConnectionTrait,
    kept: &[NewDelivery],
) -> Result<u64, StoreError> {
    let by_bytes = by_bytes(db, kept).await?;
    let mut unread = unread(db, kept).await?;
    let mut settled = 0;
    for copy in kept {
        let of_bytes = copy.blob_hash.as_ref().and_then(|hash| by_bytes.get(hash));
        let before = match of_bytes {
            Some(before) => Some(before.clone()),
            // Each is one message.
            None => unread
                .iter()
                .position(|before| is_same(before, copy))
                .map(|at| unread.swap_remove(at)),
        };
        if let Some(before) = before {
            settled += settle(db, copy, &before).await?;
        }
    }
    Ok(settled)
}

/// What was not dealt with under another UIDVALIDITY waits under this one where the same bytes are kept: a person shall
/// not meet it twice. What is to be decided anew is so still.
pub async fn forget_unfinished(
    db: &impl ConnectionTrait,
    folder: FolderId,
    uid_validity: i64,
) -> Result<(), StoreError> {
    let kept_here = Entity::find()
        .select_only()
        .column(Column::BlobHash)
        .filter(Column::FolderId.eq(folder))
        .filter(Column::UidValidity.eq(uid_validity))
        .filter(Column::BlobHash.is_not_null())
        .into_query();
    Entity::update_many()
        .col_expr(Column::State, Expr::value(DeliveryState::Gone.to_value()))
        .col_expr(Column::NextTryAt, Expr::value(None::<DateTime<Utc>>))
        .filter(Column::FolderId.eq(folder))
        .filter(Column::State.is_in(UNFINISHED))
        .filter(Column::UidValidity.is_not_in([uid_validity, OF_FILES]))
        .filter(Column::AskedAnew.is_null())
        .filter(Column::BlobHash.in_subquery(kept_here))
        .exec(db)
        .await?;
    Ok(())
}

async fn by_bytes(
    db: &impl ConnectionTrait,
    kept: &[NewDelivery],
) -> Result<HashMap<String, Model>, StoreError> {
    let hashes: Vec<&str> = kept
        .iter()
        .filter_map(|copy| copy.blob_hash.as_deref())
        .collect();
    let mut found = HashMap::new();
    for piece in bulk::distinct(&hashes) {
        // By nothing else, for the index: few copies have the same bytes.
        let copies = Entity::find().filter(Column::BlobHash.is_in(piece));
        for copy in copies.all(db).await? {
            let of_will = [DeliveryState::Discarded, DeliveryState::Ignored].contains(&copy.state);
            if of_will
                && is_of_older(&copy, kept)
                && let Some(hash) = copy.blob_hash.clone()
            {
                found.insert(hash, copy);
            }
        }
    }
    Ok(found)
}

async fn unread(db: &impl ConnectionTrait, kept: &[NewDelivery]) -> Result<Vec<Model>, StoreError> {
    let Some(copy) = kept.first() else {
        return Ok(Vec::new());
    };
    let mut discarded = Entity::find()
        .filter(Column::FolderId.eq(copy.folder_id))
        .filter(Column::State.eq(DeliveryState::Discarded))
        .filter(Column::BlobHash.is_null())
        .all(db)
        .await?;
    discarded.retain(|copy| is_of_older(copy, kept));
    Ok(discarded)
}

fn is_same(before: &Model, copy: &NewDelivery) -> bool {
    match (&before.server_id, &copy.server_id) {
        (Some(before), Some(now)) => before == now,
        _ => {
            copy.blob_hash.is_none()
                && copy.internal_date.is_some()
                && (before.size, before.internal_date) == (copy.size, copy.internal_date)
        }
    }
}

fn is_of_older(copy: &Model, kept: &[NewDelivery]) -> bool {
    kept.first().is_some_and(|one| {
        copy.folder_id == one.folder_id
            && ![one.uid_validity, OF_FILES].contains(&copy.uid_validity)
    })
}

async fn settle(
    db: &impl ConnectionTrait,
    copy: &NewDelivery,
    before: &Model,
) -> Result<u64, StoreError> {
    let settled = Entity::update_many()
        .col_expr(Column::State, Expr::value(before.state.to_value()))
        .col_expr(Column::MessageId, Expr::value(before.message_id))
        .col_expr(Column::NextTryAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(
            Column::DiscardedBy,
            Expr::value(before.discarded_by.clone()),
        )
        .col_expr(Column::DiscardedAt, Expr::value(before.discarded_at))
        .col_expr(
            Column::DiscardReason,
            Expr::value(before.discard_reason.clone()),
        )
        .filter(Column::FolderId.eq(copy.folder_id))
        .filter(Column::UidValidity.eq(copy.uid_validity))
        .filter(Column::Uid.eq(copy.uid))
        .filter(Column::State.is_in(UNFINISHED))
        .exec(db)
        .await?;
    Ok(settled.rows_affected)
}

#[cfg(test)]
#[path = "settled_tests.rs"]
mod tests;
