//! What the last complete look at a folder saw, so that the next one knows whether anything has changed.

use chrono::{DateTime, Utc};
use entities::folders::{Column, Entity, Model};
use entities::ids::FolderId;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::store::StoreError;

/// What a complete look at a folder saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// UIDVALIDITY.
    pub uid_validity: i64,
    /// EXISTS.
    pub exists: i64,
    /// UIDNEXT, where the server says it.
    pub uid_next: Option<i64>,
    /// HIGHESTMODSEQ, where the server has one that can be relied on.
    pub highest_modseq: Option<i64>,
    /// Whether the folder is to be gone through: something went whose UIDs are still to be found, or a later look could not
    /// come to its end.
    pub sweep_owed: bool,
    /// When the folder's UIDs were last gone through.
    pub swept_at: Option<DateTime<Utc>>,
    /// How often in a row a look found another UIDVALIDITY than the one before.
    pub renewals: i32,
}

/// The last complete look at a folder; nothing before the first.
#[must_use]
pub fn last(folder: &Model) -> Option<Look> {
    Some(Look {
        uid_validity: folder.seen_uid_validity?,
        exists: folder.seen_exists?,
        uid_next: folder.seen_uid_next,
        highest_modseq: folder.seen_highest_modseq,
        sweep_owed: folder.sweep_owed,
        swept_at: folder.swept_at,
        renewals: folder.renewals,
    })
}

/// Remembers a complete look.
pub async fn set(
    db: &impl ConnectionTrait,
    folder: FolderId,
    look: Look,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::SeenUidValidity, Expr::value(look.uid_validity))
        .col_expr(Column::SeenExists, Expr::value(look.exists))
        .col_expr(Column::SeenUidNext, Expr::value(look.uid_next))
        .col_expr(Column::SeenHighestModseq, Expr::value(look.highest_modseq))
        .col_expr(Column::SweepOwed, Expr::value(look.sweep_owed))
        .col_expr(Column::SweptAt, Expr::value(look.swept_at))
        .col_expr(Column::Renewals, Expr::value(look.renewals))
        .filter(Column::Id.eq(folder))
        .exec(db)
        .await?;
    Ok(())
}

/// Remembers that a folder is still to be gone through, and when that was last done; what the last complete look saw stays.
pub async fn owe_sweep(
    db: &impl ConnectionTrait,
    folder: FolderId,
    swept_at: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::SweepOwed, Expr::value(true))
        .col_expr(Column::SweptAt, Expr::value(swept_at))
        .filter(Column::Id.eq(folder))
        .exec(db)
        .await?;
    Ok(())
}

#[cfg(test)]
#[path = "looks_tests.rs"]
mod tests;
