//! What rules asked for: it can be taken back as long as it waits, and after some days nobody wants it any more.

use chrono::{DateTime, Utc};
use entities::ids::{MessageId, OutboxId, ScannerId};
use entities::outbox::{Channel, Column, Entity, Model};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, FromQueryResult,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::store::undos::{self, Scope};
use crate::store::{StoreError, Tx, auto_replies, bulk, text};

/// Something that was to be sent.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Withdrawn {
    /// Its key, which no row has any more.
    pub id: OutboxId,
    /// How it was to go out.
    pub channel: Channel,
    /// Because of which message.
    pub message_id: MessageId,
    /// Name of the rule that asked.
    pub rule: String,
}

/// Neither delivered nor given up, nor found too late.
pub(super) fn still_waits() -> Condition {
    Condition::all()
        .add(Column::DeliveredAt.is_null())
        .add(Column::GivenUpAt.is_null())
        .add(Column::ExpiredAt.is_null())
}

/// Not too late for anybody to want it.
pub(super) fn is_wanted(now: DateTime<Utc>) -> Expr {
    let wanted = Column::ExpiresAt.gt(now);
    Column::ExpiresAt.is_null().or(wanted)
}

fn of(scope: &Scope) -> Expr {
    match scope {
        Scope::Rule(name) => Column::Rule.eq(text::key(name)),
        Scope::Scan(id) => Column::ScanId.eq(*id),
        Scope::Mailbox(id) => Column::ScannerId.in_subquery(undos::scanners_of(*id)),
    }
}

/// Takes back at most `limit` of what `scope` asked for and still waits; the answers among it count as never given.
pub async fn withdraw(tx: &Tx, scope: &Scope, limit: u64) -> Result<Vec<Withdrawn>, StoreError> {
    take_away(tx, Condition::all().add(of(scope)), Some(limit)).await
}

/// Takes back what a scanner's rules asked for because of these messages, as far as it waits.
pub async fn withdraw_of(
    tx: &Tx,
    scanner: ScannerId,
    messages: &[MessageId],
) -> Result<Vec<Withdrawn>, StoreError> {
    let mut gone = Vec::new();
    for piece in bulk::distinct(messages) {
        let theirs = Condition::all()
            .add(Column::ScannerId.eq(scanner))
            .add(Column::MessageId.is_in(piece));
        gone.extend(take_away(tx, theirs, None).await?);
    }
    Ok(gone)
}

async fn take_away(
    tx: &Tx,
    theirs: Condition,
    limit: Option<u64>,
) -> Result<Vec<Withdrawn>, StoreError> {
    let mut waiting = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Channel, Column::MessageId, Column::Rule])
        .filter(theirs)
        .filter(Column::MessageId.is_not_null())
        .filter(Column::Rule.is_not_null())
        .filter(still_waits())
        .order_by_asc(Column::Id)
        .limit(limit);
    // Nobody writes down that it was delivered before it is gone. SQLite has one writer at a time anyway.
    if tx.get_database_backend() == DbBackend::Postgres {
        waiting = waiting.lock_exclusive();
    }
    let gone: Vec<Withdrawn> = waiting.into_model().all(tx).await?;
    let ids: Vec<OutboxId> = gone.iter().map(|one| one.id).collect();
    for piece in bulk::distinct(&ids) {
        Entity::delete_many()
            .filter(Column::Id.is_in(piece))
            .exec(tx)
            .await?;
    }
    let answered = gone.iter().filter(|one| one.channel == Channel::Reply);
    let answered: Vec<MessageId> = answered.map(|one| one.message_id).collect();
    auto_replies::forget(tx, &answered).await?;
    Ok(gone)
}

/// How much of what `scope` asked for was delivered: that can't be taken back.
pub async fn delivered(db: &impl ConnectionTrait, scope: &Scope) -> Result<u64, StoreError> {
    Ok(Entity::find()
        .filter(of(scope))
        .filter(Column::DeliveredAt.is_not_null())
        .count(db)
        .await?)
}

/// Marks what is too late for anybody to want it, at most `limit`; the answers among it count as never given. Says of
/// how much.
pub async fn expire(tx: &Tx, now: DateTime<Utc>, limit: u64) -> Result<u64, StoreError> {
    let late: Vec<(OutboxId, Channel, Option<MessageId>)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Channel, Column::MessageId])
        .filter(Column::ExpiresAt.lte(now))
        .filter(still_waits())
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_tuple()
        .all(tx)
        .await?;
    let ids: Vec<OutboxId> = late.iter().map(|(id, ..)| *id).collect();
    let mut expired = 0;
    for piece in bulk::distinct(&ids) {
        let marked = Entity::update_many()
            .col_expr(Column::ExpiredAt, Expr::value(Some(now)))
            .col_expr(Column::NextTryAt, Expr::value(None::<DateTime<Utc>>))
            .filter(Column::Id.is_in(piece))
            .filter(still_waits())
            .exec(tx)
            .await?;
        expired += marked.rows_affected;
    }
    let answers = late
        .iter()
        .filter(|(_, channel, _)| *channel == Channel::Reply);
    let unanswered: Vec<MessageId> = answers.filter_map(|(_, _, message)| *message).collect();
    auto_replies::forget(tx, &unanswered).await?;
    Ok(expired)
}

/// How many were found too late since `since`.
pub async fn expired(db: &impl ConnectionTrait, since: DateTime<Utc>) -> Result<u64, StoreError> {
    Ok(Entity::find()
        .filter(Column::ExpiredAt.gte(since))
        .count(db)
        .await?)
}

/// What rules asked for because of a message, in that order.
pub async fn for_message(
    db: &impl ConnectionTrait,
    message: MessageId,
) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::MessageId.eq(message))
        .order_by_asc(Column::Id)
        .all(db)
        .await?)
}

#[cfg(test)]
#[path = "asked_tests.rs"]
mod tests;
