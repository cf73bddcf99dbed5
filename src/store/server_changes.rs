//! What rules asked to be changed of messages on their servers, one row for each copy and change.

mod taken_back;

use std::fmt;

use chrono::{DateTime, Utc};
use entities::deliveries;
use entities::folders;
use entities::ids::{DeliveryId, FolderId, MessageId, ScanId, ScannerId, ServerChangeId};
use entities::server_changes::{ActiveModel, Change, Column, Entity, Model, Relation};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, JoinType,
    QueryFilter, QueryOrder, QuerySelect, RelationTrait, Select,
};

pub use taken_back::{TakenBack, take_back};

use super::{StoreError, Tx, bulk, text};

/// So many reasons are told at once; a person mends one after the other.
const MOST_TROUBLES: u64 = 20;

/// A message is changed once as a rule asks.
const ONCE: [Column; 4] = [
    Column::DeliveryId,
    Column::Rule,
    Column::Change,
    Column::Argument,
];

/// Something to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChange {
    /// The copy.
    pub delivery_id: DeliveryId,
    /// The scanner whose rules ask.
    pub scanner_id: ScannerId,
    /// What is done.
    pub change: Change,
    /// Flags as IMAP spells them with a space between two, or the name of the folder.
    pub argument: String,
    /// The rule that asks.
    pub rule: String,
    /// The scan that decided it.
    pub scan_id: Option<ScanId>,
    /// Now.
    pub created_at: DateTime<Utc>,
}

/// A change that is due, with where its message lies.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Due {
    /// Key.
    pub id: ServerChangeId,
    /// What is done.
    pub change: Change,
    /// Flags or the name of a folder.
    pub argument: String,
    /// How often it was tried before.
    pub attempts: i32,
    /// Whether it was begun before, and so the server may have made it, or a part of it.
    pub begun: bool,
    /// The folder.
    pub folder_id: FolderId,
    /// Its name, decoded.
    pub folder: String,
    /// UIDVALIDITY under which the copy was kept.
    pub uid_validity: i64,
    /// Its UID.
    pub uid: i64,
    /// Its size, in bytes.
    pub size: i64,
    /// When the server received it.
    pub internal_date: Option<DateTime<Utc>>,
    /// The message.
    pub message_id: Option<MessageId>,
    /// SHA-256 of its bytes, where they are kept.
    pub blob_hash: Option<String>,
}

/// Why changes are not made, and of how many messages.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Trouble {
    /// What was to be done.
    pub change: Change,
    /// The reason, for a person.
    pub error: String,
    /// How many.
    pub count: i64,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { count, error, .. } = self;
        let messages = if *count == 1 { "message" } else { "messages" };
        let not_done = match self.change {
            Change::Flag | Change::Unflag => "not flagged",
            Change::Move => "not moved",
            Change::MoveBack => "not moved back",
        };
        write!(f, "{count} {messages} {not_done} on the server: {error}")
    }
}

/// Asks for changes; what was asked for before is left as it is.
pub async fn insert_missing(tx: &Tx, new: Vec<NewChange>) -> Result<(), StoreError> {
    let rows = new.into_iter().map(|new| ActiveModel {
        id: NotSet,
        delivery_id: Set(new.delivery_id),
        scanner_id: Set(new.scanner_id),
        change: Set(new.change),
        argument: Set(text::clean(&new.argument)),
        rule: Set(text::key(&new.rule)),
        scan_id: Set(new.scan_id),
        attempts: Set(0),
        begun_at: Set(None),
        next_try_at: Set(Some(new.created_at)),
        done_at: Set(None),
        error: Set(None),
        created_at: Set(new.created_at),
    });
    bulk::insert_missing(tx, rows.collect(), &ONCE).await?;
    Ok(())
}

/// Whether changes of a scanner's messages are not made yet.
pub async fn any_waiting(
    db: &impl ConnectionTrait,
    scanner: ScannerId,
) -> Result<bool, StoreError> {
    let any = waiting(scanner).select_only().column(Column::Id);
    let one: Option<ServerChangeId> = any.into_tuple().one(db).await?;
    Ok(one.is_some())
}

/// Changes of a scanner's messages that are due: of each message the one that was asked for first, folder by folder.
pub async fn due(
    db: &impl ConnectionTrait,
    scanner: ScannerId,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Due>, StoreError> {
    let earlier = Query::select()
        .expr(Expr::val(1))
        .from_as(Entity, "earlier")
        .and_where(Expr::col(("earlier", Column::DeliveryId)).equals((Entity, Column::DeliveryId)))
        .and_where(Expr::col(("earlier", Column::Id)).lt(Expr::col((Entity, Column::Id))))
        .and_where(Expr::col(("earlier", Column::NextTryAt)).is_not_null())
        .to_owned();
    let found = waiting(scanner)
        .join(JoinType::InnerJoin, Relation::Delivery.def())
        .join(JoinType::InnerJoin, deliveries::Relation::Folder.def())
        .select_only()
        .columns([
            Column::Id,
            Column::Change,
            Column::Argument,
            Column::Attempts,
        ])
        .column_as(Column::BegunAt.is_not_null(), "begun")
        .column(deliveries::Column::FolderId)
        .column_as(folders::Column::Name, "folder")
        .columns([
            deliveries::Column::UidValidity,
            deliveries::Column::Uid,
            deliveries::Column::Size,
            deliveries::Column::InternalDate,
            deliveries::Column::MessageId,
            deliveries::Column::BlobHash,
        ])
        .filter(Column::NextTryAt.lte(now))
        .filter(Expr::exists(earlier).not())
        .order_by_asc(deliveries::Column::FolderId)
        .order_by_asc(Column::Change)
        .order_by_asc(Column::Argument)
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_model()
        .all(db)
        .await?;
    Ok(found)
}

/// Writes down, before the server is asked, that changes are tried: should nobody hear what came of it, they are due
/// still.
pub async fn begin(tx: &Tx, ids: &[ServerChangeId], now: DateTime<Utc>) -> Result<(), StoreError> {
    for piece in bulk::distinct(ids) {
        Entity::update_many()
            .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
            .col_expr(Column::BegunAt, Expr::value(Some(now)))
            .filter(Column::Id.is_in(piece))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Writes down that changes were made.
pub async fn done(tx: &Tx, ids: &[ServerChangeId], now: DateTime<Utc>) -> Result<(), StoreError> {
    for piece in bulk::distinct(ids) {
        Entity::update_many()
            .col_expr(Column::DoneAt, Expr::value(Some(now)))
            .col_expr(Column::BegunAt, Expr::value(None::<DateTime<Utc>>))
            .col_expr(Column::NextTryAt, Expr::value(None::<DateTime<Utc>>))
            .col_expr(Column::Error, Expr::value(None::<String>))
            .filter(Column::Id.is_in(piece))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Writes down why a change was not made, and when it is tried again; without a time it waits for a person.
pub async fn failed(
    tx: &Tx,
    id: ServerChangeId,
    error: &str,
    next_try_at: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::NextTryAt, Expr::value(next_try_at))
        .col_expr(Column::Error, Expr::value(Some(text::clean(error))))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Whether the server declined changes of a scanner's messages that are not made yet.
pub async fn any_declined(
    db: &impl ConnectionTrait,
    scanner: ScannerId,
) -> Result<bool, StoreError> {
    let declined = waiting(scanner)
        .select_only()
        .column(Column::Id)
        .filter(Column::Error.is_not_null());
    let one: Option<ServerChangeId> = declined.into_tuple().one(db).await?;
    Ok(one.is_some())
}

/// Lets what the server declined of a scanner's messages be tried anew, at once.
pub async fn take_up(tx: &Tx, scanner: ScannerId, now: DateTime<Utc>) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::NextTryAt, Expr::value(Some(now)))
        .col_expr(Column::Attempts, Expr::value(0))
        .filter(Column::ScannerId.eq(scanner))
        .filter(Column::DoneAt.is_null())
        .filter(Column::Error.is_not_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Why changes of a scanner's messages are not made, the most frequent reason first; of those that wait for a person
/// such as were asked for `since`.
pub async fn troubles(
    db: &impl ConnectionTrait,
    scanner: ScannerId,
    since: DateTime<Utc>,
) -> Result<Vec<Trouble>, StoreError> {
    Ok(waiting(scanner)
        .select_only()
        .columns([Column::Change, Column::Error])
        .column_as(Column::Id.count(), "count")
        .filter(Column::Error.is_not_null())
        .filter(
            Condition::any()
                .add(Column::NextTryAt.is_not_null())
                .add(Column::CreatedAt.gte(since)),
        )
        .group_by(Column::Change)
        .group_by(Column::Error)
        .order_by_desc(Column::Id.count())
        .order_by_asc(Column::Error)
        .limit(MOST_TROUBLES)
        .into_model()
        .all(db)
        .await?)
}

/// Those of a message, in the order they were asked for, each with the folder in which the message lay.
pub async fn for_message(
    db: &impl ConnectionTrait,
    message: MessageId,
) -> Result<Vec<(Model, String)>, StoreError> {
    let found = Entity::find()
        .join(JoinType::InnerJoin, Relation::Delivery.def())
        .join(JoinType::InnerJoin, deliveries::Relation::Folder.def())
        .filter(deliveries::Column::MessageId.eq(message))
        .select_also(folders::Entity)
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    Ok(found
        .into_iter()
        .map(|(change, folder)| (change, folder.map(|folder| folder.name).unwrap_or_default()))
        .collect())
}

/// Where a copy of the message lies in a folder that has been renumbered since; nothing where none is known there.
pub async fn renumbered(
    db: &impl ConnectionTrait,
    folder: FolderId,
    message: MessageId,
    uid_validity: i64,
) -> Result<Option<i64>, StoreError> {
    Ok(deliveries::Entity::find()
        .select_only()
        .column(deliveries::Column::Uid)
        .filter(deliveries::Column::MessageId.eq(message))
        .filter(deliveries::Column::FolderId.eq(folder))
        .filter(deliveries::Column::UidValidity.eq(uid_validity))
        .order_by_asc(deliveries::Column::Uid)
        .into_tuple()
        .one(db)
        .await?)
}

/// Those of a scanner that are not done.
fn waiting(scanner: ScannerId) -> Select<Entity> {
    Entity::find()
        .filter(Column::ScannerId.eq(scanner))
        .filter(Column::DoneAt.is_null())
}

#[cfg(test)]
#[path = "server_changes_tests.rs"]
mod tests;
