//! Messages: one row for each e-mail, however many copies it has.

pub mod heads;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::ids::{MessageId, ScannerId, UserId};
use entities::messages::{ActiveModel, Column, Direction, Entity, MessageKind, Model};
use entities::names::Names;
use entities::record_kind::RecordKind;
use entities::{decisions, deliveries, folders, links, message_states, message_tags};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::prelude::Json;
use sea_orm::sea_query::{OnConflict, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};

use super::message_states::Assigned;
use super::{StoreError, bulk, text};

/// A message to store.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMessage {
    /// Fingerprint that tells the same mail apart from others.
    pub identity: String,
    /// Message-ID without angle brackets.
    pub rfc_message_id: Option<String>,
    /// Decoded subject.
    pub subject: String,
    /// Address of the first From; empty when there is none.
    pub from_email: String,
    /// Its display name.
    pub from_name: String,
    /// Whom a reply goes to, when it is somebody else.
    pub sender: Option<Json>,
    /// To, Cc and Bcc addresses.
    pub recipients: Json,
    /// The Date header.
    pub date: Option<DateTime<Utc>>,
    /// When the server received it, else when it was kept.
    pub received_at: DateTime<Utc>,
    /// What sort of mail it is.
    pub kind: MessageKind,
    /// Which sign told the kind.
    pub kind_reason: String,
    /// Which way it went.
    pub direction: Direction,
    /// Raw size in bytes.
    pub size: i64,
    /// How many files are attached.
    pub attachments: i32,
    /// Its raw bytes, which must be kept already.
    pub blob_hash: String,
    /// What could not be read.
    pub notes: Vec<String>,
    /// Now.
    pub created_at: DateTime<Utc>,
}

/// Where a fingerprint is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// The message.
    pub id: MessageId,
    /// Whether this call stored it.
    pub was_new: bool,
}

/// Which messages to list; what is not given does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// From this address.
    pub from_email: Option<String>,
    /// Of this kind.
    pub kind: Option<MessageKind>,
    /// With this tag.
    pub tag: Option<String>,
    /// With a copy that this scanner kept.
    pub scanner: Option<ScannerId>,
    /// Linked to this record.
    pub record: Option<(RecordKind, i64)>,
    /// Linked to any record, or to none.
    pub linked: Option<bool>,
    /// About which a person has to say where they belong.
    pub doubtful: bool,
    /// Of these people.
    pub assigned: Option<Assigned>,
}

/// Stores those whose fingerprint is not there yet, and says for each fingerprint where it is.
pub async fn insert_missing(
    db: &impl ConnectionTrait,
    mut messages: Vec<NewMessage>,
) -> Result<HashMap<String, Stored>, StoreError> {
    // Two workers that store the same mail go the same way through the index, or they would block each other.
    messages.sort_unstable_by(|a, b| a.identity.cmp(&b.identity));
    messages.dedup_by(|a, b| a.identity == b.identity);
    let identities: Vec<String> = messages.iter().map(|new| new.identity.clone()).collect();

    let mut stored = HashMap::with_capacity(identities.len());
    let rows = messages.into_iter().map(row).collect();
    for piece in bulk::pieces(rows, bulk::columns_of::<Entity>()) {
        let mut statement = Entity::insert_many(piece)
            .on_conflict(OnConflict::column(Column::Identity).do_nothing().to_owned())
            .into_query();
        statement.returning(Query::returning().columns([Column::Id, Column::Identity]));
        for row in db.query_all(&statement).await? {
            let id = row.try_get_by_index(0)?;
            stored.insert(row.try_get_by_index(1)?, Stored { id, was_new: true });
        }
    }

    let others: Vec<&str> = identities
        .iter()
        .map(String::as_str)
        .filter(|identity| !stored.contains_key(*identity))
        .collect();
    for (id, identity) in known(db, &others).await? {
        stored.insert(identity, Stored { id, was_new: false });
    }
    Ok(stored)
}

async fn known(
    db: &impl ConnectionTrait,
    identities: &[&str],
) -> Result<Vec<(MessageId, String)>, StoreError> {
    let mut known = Vec::new();
    for piece in bulk::distinct(identities) {
        let found: Vec<(MessageId, String)> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::Identity])
            .filter(Column::Identity.is_in(piece))
            .into_tuple()
            .all(db)
            .await?;
        known.extend(found);
    }
    Ok(known)
}

/// Those with one of these Message-IDs; a Message-ID may have several.
pub async fn find_by_rfc_ids(
    db: &impl ConnectionTrait,
    rfc_message_ids: &[&str],
) -> Result<Vec<Model>, StoreError> {
    let keys: Vec<String> = rfc_message_ids.iter().map(|id| text::key(id)).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    bulk::rows_in(
        db,
        Entity::find().order_by_asc(Column::Id),
        Column::RfcMessageId,
        &keys,
    )
    .await
}

/// The one with this key.
pub async fn by_id(db: &impl ConnectionTrait, id: MessageId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// Those with these keys, in no order.
pub async fn by_ids(
    db: &impl ConnectionTrait,
    ids: &[MessageId],
) -> Result<Vec<Model>, StoreError> {
    bulk::rows_in(db, Entity::find(), Column::Id, ids).await
}

/// The newest first by when they were received, at most `limit` of those that come after `before` in that order.
pub async fn list(
    db: &impl ConnectionTrait,
    filter: &Filter,
    before: Option<MessageId>,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    let mut select = Entity::find()
        .order_by_desc(Column::ReceivedAt)
        .order_by_desc(Column::Id)
        .limit(limit);
    if let Some(before) = before {
        let Some(last) = by_id(db, before).await? else {
            return Ok(Vec::new());
        };
        let as_old = Column::ReceivedAt
            .eq(last.received_at)
            .and(Column::Id.lt(before));
        select = select
            .filter(Column::ReceivedAt.lte(last.received_at))
            .filter(Column::ReceivedAt.lt(last.received_at).or(as_old));
    }
    if let Some(email) = &filter.from_email {
        select = select.filter(Column::FromEmail.eq(text::email(email)));
    }
    if let Some(kind) = filter.kind {
        select = select.filter(Column::Kind.eq(kind));
    }
    if let Some(tag) = &filter.tag {
        select = select.filter(Column::Id.in_subquery(tagged(tag)));
    }
    if let Some(scanner) = filter.scanner {
        select = select.filter(Column::Id.in_subquery(kept_by(scanner)));
    }
    if let Some((kind, id)) = filter.record {
        select = select.filter(Column::Id.in_subquery(linked_to(kind, id)));
    }
    if let Some(linked) = filter.linked {
        let any = Query::select()
            .column(links::Column::MessageId)
            .from(links::Entity)
            .to_owned();
        select = select.filter(if linked {
            Column::Id.in_subquery(any)
        } else {
            Column::Id.not_in_subquery(any)
        });
    }
    if filter.doubtful {
        let doubtful = decisions::Entity::find()
            .select_only()
            .column(decisions::Column::MessageId)
            .filter(decisions::Column::Doubt.is_not_null())
            .into_query();
        select = select.filter(Column::Id.in_subquery(doubtful));
    }
    if let Some(assigned) = filter.assigned {
        select = select.filter(match assigned {
            Assigned::ToAnybody => Column::Id.in_subquery(assigned_to(None)),
            Assigned::To(user) => Column::Id.in_subquery(assigned_to(Some(user))),
            Assigned::ToNobody => Column::Id.not_in_subquery(assigned_to(None)),
        });
    }
    Ok(select.all(db).await?)
}

/// Messages of this user, or of anybody.
fn assigned_to(user: Option<UserId>) -> SelectStatement {
    let states = message_states::Entity::find()
        .select_only()
        .column(message_states::Column::MessageId);
    let assignee = message_states::Column::AssigneeId;
    let theirs = match user {
        Some(user) => states.filter(assignee.eq(user)),
        None => states.filter(assignee.is_not_null()),
    };
    theirs.into_query()
}

fn tagged(tag: &str) -> SelectStatement {
    message_tags::Entity::find()
        .select_only()
        .column(message_tags::Column::MessageId)
        .filter(message_tags::Column::Tag.eq(text::key(tag)))
        .into_query()
}

fn kept_by(scanner: ScannerId) -> SelectStatement {
    deliveries::Entity::find()
        .inner_join(folders::Entity)
        .select_only()
        .column(deliveries::Column::MessageId)
        .filter(folders::Column::ScannerId.eq(scanner))
        .filter(deliveries::Column::MessageId.is_not_null())
        .into_query()
}

fn linked_to(kind: RecordKind, id: i64) -> SelectStatement {
    links::Entity::find()
        .select_only()
        .column(links::Column::MessageId)
        .filter(links::Column::RecordKind.eq(kind))
        .filter(links::Column::RecordId.eq(id))
        .into_query()
}

fn row(new: NewMessage) -> ActiveModel {
    ActiveModel {
        id: NotSet,
        identity: Set(new.identity),
        rfc_message_id: Set(new.rfc_message_id.as_deref().map(text::key)),
        subject: Set(text::clean(&new.subject)),
        from_email: Set(text::email(&new.from_email)),
        from_name: Set(text::clean(&new.from_name)),
        sender: Set(new.sender.map(text::clean_json)),
        recipients: Set(text::clean_json(new.recipients)),
        date: Set(new.date),
        received_at: Set(new.received_at),
        kind: Set(new.kind),
        kind_reason: Set(text::clean(&new.kind_reason)),
        direction: Set(new.direction),
        size: Set(new.size),
        attachments: Set(new.attachments),
        blob_hash: Set(new.blob_hash),
        notes: Set(Names(
            new.notes.iter().map(|note| text::clean(note)).collect(),
        )),
        created_at: Set(new.created_at),
    }
}

/// The messages whose bytes these are.
pub async fn of_blob(db: &impl ConnectionTrait, hash: &str) -> Result<Vec<MessageId>, StoreError> {
    Ok(Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::BlobHash.eq(hash))
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(db)
        .await?)
}

#[cfg(test)]
#[path = "messages_tests.rs"]
mod tests;
