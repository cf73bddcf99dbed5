//! What rules asked of servers and is not wanted any more. Knows nothing of how a message is moved back.

use chrono::{DateTime, Utc};
use entities::deliveries;
use entities::ids::{DeliveryId, MessageId, ServerChangeId};
use entities::server_changes::{Change, Column, Entity, Relation};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, FromQueryResult, JoinType,
    QueryFilter, QueryOrder, QuerySelect, RelationTrait,
};

use crate::store::undos::{self, Scope};
use crate::store::{StoreError, Tx, bulk, text};

/// A change that is taken back.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct TakenBack {
    /// Key.
    id: ServerChangeId,
    /// The copy.
    delivery_id: DeliveryId,
    /// What was done, or was to be done.
    pub change: Change,
    /// The rule that asked.
    pub rule: String,
    /// The message.
    pub message_id: Option<MessageId>,
}

/// Takes back at most `limit` of what a rule, a scan or a mailbox's scans asked for: what waits is asked for no more, and
/// what was moved is to be moved back. Flags stay: nobody knows what they were before. Gives what is taken back, nothing
/// where nothing is left.
pub async fn take_back(
    tx: &Tx,
    scope: &Scope,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<TakenBack>, StoreError> {
    let theirs = match scope {
        Scope::Rule(name) => Column::Rule.eq(text::key(name)),
        Scope::Scan(id) => Column::ScanId.eq(*id),
        Scope::Mailbox(id) => Column::ScannerId.in_subquery(undos::scanners_of(*id)),
    };
    // Of a move that was begun nobody knows how far it came.
    let is_begun_move = Column::Change
        .eq(Change::Move)
        .and(Column::BegunAt.is_not_null());
    let waiting = Column::DoneAt
        .is_null()
        .and(Column::Change.ne(Change::MoveBack))
        .and(is_begun_move.not());
    let waiting = of_messages(tx, theirs.clone().and(waiting), limit).await?;
    if !waiting.is_empty() {
        ask_no_more(tx, &waiting).await?;
        return Ok(waiting);
    }
    let is_move = theirs.clone().and(Column::Change.eq(Change::Move));
    let moved = of_messages(tx, is_move, limit).await?;
    // Brought back before, and moved once more since.
    let copies: Vec<DeliveryId> = moved.iter().map(|one| one.delivery_id).collect();
    for piece in bulk::distinct(&copies) {
        Entity::delete_many()
            .filter(theirs.clone())
            .filter(Column::DeliveryId.is_in(piece))
            .filter(Column::Change.eq(Change::MoveBack))
            .filter(Column::DoneAt.is_not_null())
            .exec(tx)
            .await?;
    }
    ask_back(tx, &moved, now).await?;
    Ok(moved)
}

/// What waits is asked for no more.
async fn ask_no_more(tx: &Tx, waiting: &[TakenBack]) -> Result<(), StoreError> {
    for piece in bulk::distinct(&ids(waiting)) {
        Entity::delete_many()
            .filter(Column::Id.is_in(piece))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// What was moved is to be moved back.
async fn ask_back(tx: &Tx, moved: &[TakenBack], now: DateTime<Utc>) -> Result<(), StoreError> {
    for piece in bulk::distinct(&ids(moved)) {
        Entity::update_many()
            .col_expr(Column::Change, Expr::value(Change::MoveBack))
            .col_expr(Column::Attempts, Expr::value(0))
            .col_expr(Column::NextTryAt, Expr::value(Some(now)))
            .col_expr(Column::DoneAt, Expr::value(None::<DateTime<Utc>>))
            .col_expr(Column::BegunAt, Expr::value(None::<DateTime<Utc>>))
            .col_expr(Column::Error, Expr::value(None::<String>))
            .filter(Column::Id.is_in(piece))
            .exec(tx)
            .await?;
    }
    Ok(())
}

fn ids(changes: &[TakenBack]) -> Vec<ServerChangeId> {
    changes.iter().map(|one| one.id).collect()
}

/// At most `limit` of these changes with their messages; nobody else changes them before the transaction ends.
async fn of_messages(tx: &Tx, which: Expr, limit: u64) -> Result<Vec<TakenBack>, StoreError> {
    let mut select = Entity::find()
        .join(JoinType::InnerJoin, Relation::Delivery.def())
        .select_only()
        .columns([Column::Id, Column::DeliveryId, Column::Change, Column::Rule])
        .column(deliveries::Column::MessageId)
        .filter(which)
        .order_by_asc(Column::Id)
        .limit(limit);
    // SQLite has one writer at a time anyway. Of the copies nothing is locked: who does away with one locks it before its
    // changes.
    if tx.get_database_backend() == DbBackend::Postgres {
        QuerySelect::query(&mut select).lock_with_tables(LockType::Update, [Entity]);
    }
    Ok(select.into_model().all(tx).await?)
}
