//! The outbox: effects on the outside world that wait to be delivered.

pub mod asked;

use chrono::{DateTime, TimeDelta, Utc};
use entities::ids::{MessageId, OutboxId, ScanId, ScannerId};
use entities::outbox::{ActiveModel, Channel, Column, Entity, Model};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::prelude::Json;
use sea_orm::sea_query::{Expr, Order, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, TryInsertResult,
};

use super::{StoreError, text};

/// Something to be delivered.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRow {
    /// How.
    pub channel: Channel,
    /// The same for the same effect.
    pub key: String,
    /// What.
    pub body: Json,
    /// Which rule asks, because of which message; none where no rule does.
    pub asked: Option<Asked>,
}

/// Whose wish it is, so that it can be taken back as long as it waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The message.
    pub message: MessageId,
    /// Name of the rule.
    pub rule: String,
    /// The scan in which it asks.
    pub scan: Option<ScanId>,
    /// The scanner whose rules ask.
    pub scanner: ScannerId,
    /// From then on nobody wants it any more.
    pub expires_at: DateTime<Utc>,
}

/// For how long people are shown what was given up.
pub const GIVEN_UP_SHOWN_FOR: TimeDelta = TimeDelta::weeks(1);

/// Asks for a delivery; says whether it was not asked for before.
pub async fn insert(
    db: &impl ConnectionTrait,
    new: NewRow,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    write(db, new, Some(now), now).await
}

/// Asks for a delivery on a channel that can't deliver yet: nobody tries it.
pub async fn insert_unsent(
    db: &impl ConnectionTrait,
    new: NewRow,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    write(db, new, None, now).await
}

/// How many wait for a channel that can't deliver yet.
pub async fn unsent(db: &impl ConnectionTrait) -> Result<u64, StoreError> {
    Ok(Entity::find()
        .filter(Column::Channel.is_in([Channel::Reply, Channel::Forward]))
        .filter(asked::still_waits())
        .count(db)
        .await?)
}

async fn write(
    db: &impl ConnectionTrait,
    new: NewRow,
    next_try_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let asked = new.asked.as_ref();
    let row = ActiveModel {
        id: NotSet,
        channel: Set(new.channel),
        key: Set(text::key(&new.key)),
        body: Set(text::clean_json(new.body)),
        attempts: Set(0),
        next_try_at: Set(next_try_at),
        delivered_at: Set(None),
        given_up_at: Set(None),
        error: Set(None),
        created_at: Set(now),
        message_id: Set(asked.map(|asked| asked.message)),
        rule: Set(asked.map(|asked| text::key(&asked.rule))),
        scan_id: Set(asked.and_then(|asked| asked.scan)),
        scanner_id: Set(asked.map(|asked| asked.scanner)),
        expires_at: Set(asked.map(|asked| asked.expires_at)),
        expired_at: Set(None),
    };
    let inserted = Entity::insert(row)
        .on_conflict_do_nothing_on([Column::Key])
        .exec_without_returning(db)
        .await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(1)))
}

/// Takes the one that is due for longest and keeps it from others until `until`.
pub async fn claim(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<Model>, StoreError> {
    loop {
        let due = Entity::find()
            .filter(Column::NextTryAt.lte(now))
            .filter(asked::is_wanted(now))
            .order_by_asc(Column::NextTryAt)
            .order_by_asc(Column::Id)
            .limit(1)
            .one(db)
            .await?;
        let Some(due) = due else { return Ok(None) };
        // Of any number of workers that found it, one moves it from where it was.
        let claimed = Entity::update_many()
            .col_expr(Column::NextTryAt, Expr::value(Some(until)))
            .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
            .filter(Column::Id.eq(due.id))
            .filter(Column::Attempts.eq(due.attempts))
            .exec(db)
            .await?;
        if claimed.rows_affected > 0 {
            return Ok(Some(Model {
                attempts: due.attempts + 1,
                next_try_at: Some(until),
                ..due
            }));
        }
    }
}

/// Writes down that it was delivered.
pub async fn delivered(
    db: &impl ConnectionTrait,
    id: OutboxId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::DeliveredAt, Expr::value(Some(now)))
        .col_expr(Column::NextTryAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::Error, Expr::value(None::<String>))
        .filter(Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// Writes down why it was not, and when it is tried again; without a time it is given up. One that somebody else has
/// claimed meanwhile is left alone.
pub async fn failed(
    db: &impl ConnectionTrait,
    claimed: &Model,
    error: &str,
    next_try_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let given_up_at = next_try_at.is_none().then_some(now);
    Entity::update_many()
        .col_expr(Column::NextTryAt, Expr::value(next_try_at))
        .col_expr(Column::GivenUpAt, Expr::value(given_up_at))
        .col_expr(Column::Error, Expr::value(Some(text::clean(error))))
        .filter(Column::Id.eq(claimed.id))
        .filter(Column::Attempts.eq(claimed.attempts))
        .filter(Column::DeliveredAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// Whether anything was asked for whose key begins with `prefix`.
pub async fn has_begun_with(db: &impl ConnectionTrait, prefix: &str) -> Result<bool, StoreError> {
    let one = Entity::find()
        .filter(Column::Key.starts_with(prefix))
        .limit(1)
        .one(db)
        .await?;
    Ok(one.is_some())
}

/// What waits to be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// How many.
    pub count: u64,
    /// Since when the first of them.
    pub since: Option<DateTime<Utc>>,
}

/// What waits to be delivered.
pub async fn waiting(db: &impl ConnectionTrait) -> Result<Waiting, StoreError> {
    let waiting = Entity::find().filter(Column::NextTryAt.is_not_null());
    let first = waiting.clone().order_by_asc(Column::CreatedAt).one(db);
    Ok(Waiting {
        since: first.await?.map(|first| first.created_at),
        count: waiting.count(db).await?,
    })
}

/// How many were given up since `since`.
pub async fn given_up(db: &impl ConnectionTrait, since: DateTime<Utc>) -> Result<u64, StoreError> {
    Ok(Entity::find()
        .filter(Column::GivenUpAt.gte(since))
        .count(db)
        .await?)
}

/// Those given up since `since` and those that failed and are tried again, the last one asked for first.
pub async fn untold(
    db: &impl ConnectionTrait,
    since: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    let failing = Condition::all()
        .add(Column::NextTryAt.is_not_null())
        .add(Column::Error.is_not_null());
    let untold = Condition::any()
        .add(Column::GivenUpAt.gte(since))
        .add(failing);
    Ok(Entity::find()
        .filter(untold)
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// Forgets those that were delivered, and those that were given up or came too late, before these moments, the oldest
/// first and at most `limit`; says how many. What waits is never forgotten.
pub async fn forget(
    db: &impl ConnectionTrait,
    delivered_before: DateTime<Utc>,
    given_up_before: DateTime<Utc>,
    limit: u64,
) -> Result<u64, StoreError> {
    let over = Condition::any()
        .add(Column::DeliveredAt.lt(delivered_before))
        .add(Column::GivenUpAt.lt(given_up_before))
        .add(Column::ExpiredAt.lt(given_up_before));
    let oldest = Query::select()
        .column(Column::Id)
        .from(Entity)
        .cond_where(over)
        .order_by(Column::Id, Order::Asc)
        .limit(limit)
        .to_owned();
    let forgotten = Entity::delete_many()
        .filter(Column::Id.in_subquery(oldest))
        .exec(db)
        .await?;
    Ok(forgotten.rows_affected)
}

/// All, the last one first: tests see by it what is to be told.
#[cfg(test)]
pub(crate) async fn list(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

#[cfg(test)]
#[path = "outbox_tests.rs"]
mod tests;
