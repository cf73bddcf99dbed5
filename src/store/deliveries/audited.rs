//! Deliveries as an audit reads them: by UID, window by window, and such as acted twice.

use chrono::{DateTime, Utc};
use entities::deliveries::{Column, DeliveryState, Entity};
use entities::ids::{FolderId, MessageId, ScannerId};
use entities::{decisions, leads};
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};

use crate::store::StoreError;

/// What the ledger has of one UID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// How far it is.
    pub state: DeliveryState,
    /// Whether it is no longer in its folder on the server, as far as scans have seen.
    pub vanished: bool,
}

/// The UIDs of a folder that the ledger has from `first` to `last`, ascending, with what it has of each.
pub async fn window(
    db: &impl ConnectionTrait,
    folder: FolderId,
    uid_validity: i64,
    first: i64,
    last: i64,
) -> Result<Vec<(i64, Known)>, StoreError> {
    let rows: Vec<(i64, DeliveryState, Option<DateTime<Utc>>)> = Entity::find()
        .select_only()
        .columns([Column::Uid, Column::State, Column::VanishedAt])
        .filter(Column::FolderId.eq(folder))
        .filter(Column::UidValidity.eq(uid_validity))
        .filter(Column::Uid.between(first, last))
        .order_by_asc(Column::Uid)
        .into_tuple()
        .all(db)
        .await?;
    let known = |state, vanished_at: Option<_>| Known {
        state,
        vanished: vanished_at.is_some(),
    };
    Ok(rows
        .into_iter()
        .map(|(uid, state, vanished_at)| (uid, known(state, vanished_at)))
        .collect())
}

/// The messages with a copy in this folder that acted more than once: decided twice for the scanner, two leads of one
/// rule and address made of it, or the same bytes stored as two messages.
pub async fn acted_twice(
    db: &impl ConnectionTrait,
    scanner: ScannerId,
    folder: FolderId,
) -> Result<Vec<MessageId>, StoreError> {
    let is_of = |column: Expr| column.equals((Entity, Column::MessageId));
    let decisions = Query::select()
        .expr(Expr::val(1))
        .from(decisions::Entity)
        .and_where(is_of(Expr::col((
            decisions::Entity,
            decisions::Column::MessageId,
        ))))
        .and_where(Expr::col((decisions::Entity, decisions::Column::ScannerId)).eq(scanner))
        .and_having(Expr::cust("COUNT(*) > 1"))
        .add_group_by([Expr::col((decisions::Entity, decisions::Column::ScannerId))])
        .to_owned();
    let leads = Query::select()
        .expr(Expr::val(1))
        .from(leads::Entity)
        .and_where(is_of(Expr::col((leads::Entity, leads::Column::MessageId))))
        .add_group_by([
            Expr::col((leads::Entity, leads::Column::Email)),
            Expr::col((leads::Entity, leads::Column::Rule)),
        ])
        .and_having(Expr::cust("COUNT(*) > 1"))
        .to_owned();
    let here = Entity::find()
        .select_only()
        .filter(Column::FolderId.eq(folder))
        .filter(Column::MessageId.is_not_null());
    let mut found: Vec<MessageId> = here
        .clone()
        .column(Column::MessageId)
        .filter(
            Condition::any()
                .add(Expr::exists(decisions))
                .add(Expr::exists(leads)),
        )
        .into_tuple()
        .all(db)
        .await?;
    let mut same_bytes = here
        .expr_as(Expr::col((Entity, Column::MessageId)).min(), "least")
        .group_by(Column::BlobHash)
        .into_query();
    same_bytes.and_having(
        Expr::col((Entity, Column::MessageId))
            .min()
            .ne(Expr::col((Entity, Column::MessageId)).max()),
    );
    for row in db.query_all(&same_bytes).await? {
        found.push(row.try_get("", "least")?);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

#[cfg(test)]
#[path = "audited_tests.rs"]
mod tests;
