//! Links: message to record, with its evidence and its author.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entities::ids::{MessageId, ScanId, ScannerId};
use entities::links::{ActiveModel, AuthorKind, Column, Entity, Model};
use entities::record_kind::RecordKind;
use entities::{message_addresses, messages};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::prelude::Json;
use sea_orm::sea_query::{
    Expr, IntoIden, OnConflict, Query, SelectStatement, TableRef, ValueTuple,
};
use sea_orm::{
    ActiveEnum, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, Iterable,
    Order, QueryFilter,
};

use super::{StoreError, bulk, record_names, text};

/// A link to make.
#[derive(Debug, Clone, PartialEq)]
pub struct NewLink {
    /// The message.
    pub message_id: MessageId,
    /// Which sort of record.
    pub record_kind: RecordKind,
    /// Its id.
    pub record_id: i64,
    /// Why, strongest first.
    pub evidence: Json,
    /// What sort of author makes it.
    pub author_kind: AuthorKind,
    /// Name of the rule or the person.
    pub author: String,
    /// The scan that makes it.
    pub scan_id: Option<ScanId>,
    /// The scanner whose rules say so.
    pub scanner_id: Option<ScannerId>,
    /// Now.
    pub created_at: DateTime<Utc>,
}

/// A link and how a person calls its record.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// The link.
    pub link: Model,
    /// Empty when the record is gone.
    pub name: String,
}

/// A record that a message of a conversation is linked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadLink {
    /// Message-ID of the message that is linked.
    pub rfc_message_id: String,
    /// Which sort of record.
    pub record_kind: RecordKind,
    /// Its id.
    pub record_id: i64,
    /// How a person calls the record.
    pub name: String,
}

/// Makes those that are not there yet.
pub async fn insert_missing(
    db: &impl ConnectionTrait,
    links: Vec<NewLink>,
) -> Result<u64, StoreError> {
    let rows = links.into_iter().map(row).collect();
    bulk::insert_missing(db, rows, &KEY).await
}

/// Makes a link, or puts this in its place; says whether there was none.
pub async fn put(db: &impl ConnectionTrait, link: NewLink) -> Result<bool, StoreError> {
    if insert_missing(db, vec![link.clone()]).await? > 0 {
        return Ok(true);
    }
    let instead = OnConflict::columns(KEY)
        .update_columns([
            Column::Evidence,
            Column::AuthorKind,
            Column::Author,
            Column::ScanId,
            Column::ScannerId,
            Column::CreatedAt,
        ])
        .to_owned();
    Entity::insert(row(link))
        .on_conflict(instead)
        .exec_without_returning(db)
        .await?;
    Ok(false)
}

/// By what a link is one.
const KEY: [Column; 3] = [Column::MessageId, Column::RecordKind, Column::RecordId];

fn row(new: NewLink) -> ActiveModel {
    ActiveModel {
        id: NotSet,
        message_id: Set(new.message_id),
        record_kind: Set(new.record_kind),
        record_id: Set(new.record_id),
        evidence: Set(text::clean_json(new.evidence)),
        author_kind: Set(new.author_kind),
        author: Set(text::clean(&new.author)),
        scan_id: Set(new.scan_id),
        scanner_id: Set(new.scanner_id),
        created_at: Set(new.created_at),
    }
}

/// The links of these messages, message by message.
pub async fn for_messages(
    db: &impl ConnectionTrait,
    messages: &[MessageId],
) -> Result<Vec<Named>, StoreError> {
    let mut found = Vec::new();
    for piece in bulk::distinct(messages) {
        let mut select = Query::select();
        select
            .columns(Column::iter().map(|column| (Entity, column)))
            .from(Entity)
            .and_where(Expr::col((Entity, Column::MessageId)).is_in(piece))
            .order_by((Entity, Column::MessageId), Order::Asc)
            .order_by((Entity, Column::Id), Order::Asc);
        join_names(&mut select);
        for row in db.query_all(&select).await? {
            found.push(Named {
                link: Model::from_query_result(&row, "")?,
                name: record_names::read(&row)?.unwrap_or_default(),
            });
        }
    }
    Ok(found)
}

/// The records that messages with these Message-IDs are linked to.
pub async fn by_rfc_message_ids(
    db: &impl ConnectionTrait,
    rfc_message_ids: &[&str],
) -> Result<Vec<ThreadLink>, StoreError> {
    let keys: Vec<String> = rfc_message_ids.iter().map(|id| text::key(id)).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let message = (messages::Entity, messages::Column::RfcMessageId);
    let mut found = Vec::new();
    for piece in bulk::distinct(&keys) {
        let mut select = Query::select();
        select
            .column(message)
            .columns([(Entity, Column::RecordKind), (Entity, Column::RecordId)])
            .from(messages::Entity)
            .inner_join(
                Entity,
                Expr::col((Entity, Column::MessageId))
                    .equals((messages::Entity, messages::Column::Id)),
            )
            .and_where(Expr::col(message).is_in(piece))
            .order_by((Entity, Column::Id), Order::Asc);
        join_names(&mut select);
        for row in db.query_all(&select).await? {
            let Some(name) = record_names::read(&row)? else {
                continue;
            };
            found.push(ThreadLink {
                rfc_message_id: row.try_get("", "rfc_message_id")?,
                record_kind: row.try_get("", "record_kind")?,
                record_id: row.try_get("", "record_id")?,
                name,
            });
        }
    }
    Ok(found)
}

/// Of one address no more messages are looked through for a record's.
const NEWEST: u64 = 1_000;

/// Of these records, each with an address, those where the address is in a message that is linked to the record: the
/// newest thousand messages of the address are looked through, so that no thread is too long.
pub async fn participants(
    db: &impl ConnectionTrait,
    asked: &[(RecordKind, i64, String)],
) -> Result<HashSet<(RecordKind, i64, String)>, StoreError> {
    let mut found = HashSet::new();
    for piece in bulk::pieces(asked.to_vec(), 3) {
        let values = piece
            .into_iter()
            .map(|(kind, id, email)| {
                ValueTuple::Three(
                    kind.to_value().into(),
                    id.into(),
                    text::email(&email).into(),
                )
            })
            .collect();
        for row in db.query_all(&took_part(values)).await? {
            found.insert((
                row.try_get("", "column1")?,
                row.try_get("", "column2")?,
                row.try_get("", "column3")?,
            ));
        }
    }
    Ok(found)
}

fn took_part(asked: Vec<ValueTuple>) -> SelectStatement {
    use message_addresses::Column as Address;
    let asked_for = |column: &'static str| Expr::col(("asked", column));
    let newest = Query::select()
        .column(Address::MessageId)
        .from(message_addresses::Entity)
        .and_where(Expr::col((message_addresses::Entity, Address::Email)).eq(asked_for("column3")))
        .order_by(Address::MessageId, Order::Desc)
        .limit(NEWEST)
        .to_owned();
    let linked = Query::select()
        .expr(Expr::val(1))
        .from_subquery(newest, "met")
        .inner_join(
            Entity,
            Expr::col((Entity, Column::MessageId)).equals(("met", Address::MessageId)),
        )
        .and_where(Expr::col((Entity, Column::RecordKind)).eq(asked_for("column1")))
        .and_where(Expr::col((Entity, Column::RecordId)).eq(asked_for("column2")))
        .to_owned();
    Query::select()
        .columns(["column1", "column2", "column3"])
        .from(TableRef::ValuesList(asked, "asked".into_iden()))
        .and_where(Expr::exists(linked))
        .to_owned()
}

/// Takes a link away and gives what it was.
pub async fn remove(
    db: &impl ConnectionTrait,
    message: MessageId,
    kind: RecordKind,
    id: i64,
) -> Result<Option<Model>, StoreError> {
    let found = Entity::find()
        .filter(Column::MessageId.eq(message))
        .filter(Column::RecordKind.eq(kind))
        .filter(Column::RecordId.eq(id))
        .one(db)
        .await?;
    if let Some(link) = &found {
        Entity::delete_by_id(link.id).exec(db).await?;
    }
    Ok(found)
}

fn join_names(select: &mut SelectStatement) {
    record_names::join(
        select,
        (Entity, Column::RecordKind),
        (Entity, Column::RecordId),
    );
}

#[cfg(test)]
#[path = "links_tests.rs"]
mod tests;
