//! Links: message to record, with its evidence and its author.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entities::ids::{MessageId, ScanId};
use entities::links::{ActiveModel, AuthorKind, Column, Entity, Model};
use entities::record_kind::RecordKind;
use entities::{message_addresses, messages};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::prelude::Json;
use sea_orm::sea_query::{Expr, Query, SelectStatement};
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
    let rows = links
        .into_iter()
        .map(|new| ActiveModel {
            id: NotSet,
            message_id: Set(new.message_id),
            record_kind: Set(new.record_kind),
            record_id: Set(new.record_id),
            evidence: Set(text::clean_json(new.evidence)),
            author_kind: Set(new.author_kind),
            author: Set(text::clean(&new.author)),
            scan_id: Set(new.scan_id),
            created_at: Set(new.created_at),
        })
        .collect();
    bulk::insert_missing(
        db,
        rows,
        &[Column::MessageId, Column::RecordKind, Column::RecordId],
    )
    .await
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

/// Of these records and addresses those that meet in a message that is linked to the record.
pub async fn participants(
    db: &impl ConnectionTrait,
    records: &[(RecordKind, i64)],
    emails: &[&str],
) -> Result<HashSet<(RecordKind, i64, String)>, StoreError> {
    let emails: Vec<String> = emails.iter().map(|email| text::email(email)).collect();
    let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
    let mut found = HashSet::new();
    for kind in RecordKind::iter() {
        let ids: Vec<i64> = records
            .iter()
            .filter(|(of, _)| *of == kind)
            .map(|(_, id)| *id)
            .collect();
        if ids.is_empty() {
            continue;
        }
        for piece in bulk::distinct(&emails) {
            let email = (message_addresses::Entity, message_addresses::Column::Email);
            let select = Query::select()
                .distinct()
                .column(email)
                .column((Entity, Column::RecordId))
                .from(message_addresses::Entity)
                .inner_join(
                    Entity,
                    Expr::col((Entity, Column::MessageId)).equals((
                        message_addresses::Entity,
                        message_addresses::Column::MessageId,
                    )),
                )
                .and_where(Expr::col(email).is_in(piece))
                .and_where(Expr::col((Entity, Column::RecordKind)).eq(kind.to_value()))
                .and_where(Expr::col((Entity, Column::RecordId)).is_in(ids.iter().copied()))
                .to_owned();
            for row in db.query_all(&select).await? {
                found.insert((
                    kind,
                    row.try_get("", "record_id")?,
                    row.try_get("", "email")?,
                ));
            }
        }
    }
    Ok(found)
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
