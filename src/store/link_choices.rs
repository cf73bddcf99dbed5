//! What people said of where messages belong. Nothing is taken back here: the newest word about a message and a record
//! holds, and the older ones are its history.

use chrono::{DateTime, Utc};
use entities::ids::MessageId;
use entities::link_choices::{ActiveModel, Column, Entity, Model};
use entities::messages;
use entities::record_kind::RecordKind;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::prelude::Json;
use sea_orm::sea_query::{Expr, Order, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::{StoreError, bulk, record_names, text};

/// Something a person says.
#[derive(Debug, Clone, PartialEq)]
pub struct NewChoice {
    /// The message.
    pub message_id: MessageId,
    /// Which sort of record.
    pub record_kind: RecordKind,
    /// Its id.
    pub record_id: i64,
    /// Whether the message belongs there.
    pub belongs: bool,
    /// Address of the message's sender; may be empty.
    pub email: String,
    /// Who says so.
    pub chosen_by: String,
    /// Of the link that this takes away: its evidence, its author and when it was made.
    pub removed: Option<Json>,
    /// Now.
    pub chosen_at: DateTime<Utc>,
}

/// What a person said, as those who link ask for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Of which message.
    pub message_id: MessageId,
    /// Its Message-ID.
    pub rfc_message_id: Option<String>,
    /// Its sender's address; may be empty.
    pub email: String,
    /// Which sort of record.
    pub kind: RecordKind,
    /// Its id.
    pub id: i64,
    /// How a person calls the record.
    pub name: String,
    /// Whether the message belongs there.
    pub belongs: bool,
    /// Who said so.
    pub chosen_by: String,
}

/// Remembers what was said.
pub async fn insert(db: &impl ConnectionTrait, new: NewChoice) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: NotSet,
        message_id: Set(new.message_id),
        record_kind: Set(new.record_kind),
        record_id: Set(new.record_id),
        belongs: Set(new.belongs),
        email: Set(text::email(&new.email)),
        chosen_by: Set(text::clean(&new.chosen_by)),
        removed: Set(new.removed.map(text::clean_json)),
        chosen_at: Set(new.chosen_at),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Whether anybody has ever said anything: mostly nobody has, and then there is nothing to ask for.
pub async fn any(db: &impl ConnectionTrait) -> Result<bool, StoreError> {
    let one: Option<i64> = Entity::find()
        .select_only()
        .column(Column::Id)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(one.is_some())
}

/// What was said of these messages, of those with these Message-IDs, and of mail of these senders; the oldest first.
pub async fn about(
    db: &impl ConnectionTrait,
    ids: &[MessageId],
    rfc_message_ids: &[&str],
    senders: &[&str],
) -> Result<Vec<Choice>, StoreError> {
    let mut found: Vec<(i64, Choice)> = Vec::new();
    for piece in bulk::distinct(ids) {
        let of = Expr::col((Entity, Column::MessageId)).is_in(piece);
        read(db, &mut found, of).await?;
    }
    let keys: Vec<String> = rfc_message_ids.iter().map(|id| text::key(id)).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    for piece in bulk::distinct(&keys) {
        let of = Expr::col((messages::Entity, messages::Column::RfcMessageId)).is_in(piece);
        read(db, &mut found, of).await?;
    }
    let senders: Vec<String> = senders.iter().map(|email| text::email(email)).collect();
    let senders: Vec<&str> = senders.iter().map(String::as_str).collect();
    for piece in bulk::distinct(&senders) {
        let of = Expr::col((Entity, Column::Email)).is_in(piece);
        read(db, &mut found, of).await?;
    }
    found.sort_by_key(|(key, _)| *key);
    found.dedup_by_key(|(key, _)| *key);
    Ok(found.into_iter().map(|(_, choice)| choice).collect())
}

async fn read(
    db: &impl ConnectionTrait,
    found: &mut Vec<(i64, Choice)>,
    of: Expr,
) -> Result<(), StoreError> {
    for row in db.query_all(&select(of)).await? {
        let Some(name) = record_names::read(&row)? else {
            continue;
        };
        let choice = Choice {
            message_id: row.try_get("", "message_id")?,
            rfc_message_id: row.try_get("", "rfc_message_id")?,
            email: row.try_get("", "email")?,
            kind: row.try_get("", "record_kind")?,
            id: row.try_get("", "record_id")?,
            name,
            belongs: row.try_get("", "belongs")?,
            chosen_by: row.try_get("", "chosen_by")?,
        };
        found.push((row.try_get("", "id")?, choice));
    }
    Ok(())
}

fn select(of: Expr) -> SelectStatement {
    let mut select = Query::select();
    select
        .columns([
            (Entity, Column::Id),
            (Entity, Column::MessageId),
            (Entity, Column::Email),
            (Entity, Column::RecordKind),
            (Entity, Column::RecordId),
            (Entity, Column::Belongs),
            (Entity, Column::ChosenBy),
        ])
        .column((messages::Entity, messages::Column::RfcMessageId))
        .from(Entity)
        .inner_join(
            messages::Entity,
            Expr::col((messages::Entity, messages::Column::Id)).equals((Entity, Column::MessageId)),
        )
        .and_where(of)
        .order_by((Entity, Column::Id), Order::Asc);
    record_names::join(
        &mut select,
        (Entity, Column::RecordKind),
        (Entity, Column::RecordId),
    );
    select
}

/// Everything that was said of a message, the oldest first.
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
#[path = "link_choices_tests.rs"]
mod tests;
