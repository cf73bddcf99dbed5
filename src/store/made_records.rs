//! Which contacts and organizations rules made, and of which messages. Leads and tickets say it themselves.

use chrono::{DateTime, Utc};
use entities::ids::MessageId;
use entities::made_records::{ActiveModel, Column, Entity, Model};
use entities::record_kind::RecordKind;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{StoreError, bulk, text};

/// Remembers that a rule made a record of a message.
pub async fn insert(
    db: &impl ConnectionTrait,
    (kind, id): (RecordKind, i64),
    message: MessageId,
    rule: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        record_kind: Set(kind),
        record_id: Set(id),
        message_id: Set(message),
        rule: Set(text::clean(rule)),
        created_at: Set(now),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// The record of this kind that was made of a message.
pub async fn of_message(
    db: &impl ConnectionTrait,
    message: MessageId,
    kind: RecordKind,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::MessageId.eq(message))
        .filter(Column::RecordKind.eq(kind))
        .one(db)
        .await?)
}

/// What was made of these messages.
pub async fn of_messages(
    db: &impl ConnectionTrait,
    messages: &[MessageId],
) -> Result<Vec<Model>, StoreError> {
    bulk::rows_in(db, Entity::find(), Column::MessageId, messages).await
}

/// What is told of those of these records that rules made, the oldest first.
pub async fn of_records(
    db: &impl ConnectionTrait,
    kind: RecordKind,
    ids: &[i64],
) -> Result<Vec<Model>, StoreError> {
    let select = Entity::find()
        .filter(Column::RecordKind.eq(kind))
        .order_by_asc(Column::RecordId);
    bulk::rows_in(db, select, Column::RecordId, ids).await
}

/// Forgets that a record was made, as it is no more.
pub async fn forget(
    db: &impl ConnectionTrait,
    (kind, id): (RecordKind, i64),
) -> Result<(), StoreError> {
    Entity::delete_by_id((kind, id)).exec(db).await?;
    Ok(())
}
