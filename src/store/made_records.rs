//! Which contacts and organizations rules made, and of which messages. Leads and tickets say it themselves.

use chrono::{DateTime, Utc};
use entities::ids::MessageId;
use entities::made_records::{ActiveModel, Column, Entity, Model};
use entities::record_kind::RecordKind;
use entities::{contacts, leads, organizations, tickets};
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

/// Those of these records, whoever made them, that came later.
pub async fn later_than(
    db: &impl ConnectionTrait,
    kind: RecordKind,
    ids: &[i64],
    then: DateTime<Utc>,
) -> Result<Vec<i64>, StoreError> {
    Ok(match kind {
        RecordKind::Lead => {
            let select = leads::Entity::find().filter(leads::Column::CreatedAt.gt(then));
            let rows: Vec<leads::Model> = bulk::rows_in(db, select, leads::Column::Id, ids).await?;
            rows.into_iter().map(|row| row.id.0).collect()
        }
        RecordKind::Contact => {
            let select = contacts::Entity::find().filter(contacts::Column::CreatedAt.gt(then));
            let rows = bulk::rows_in(db, select, contacts::Column::Id, ids).await?;
            rows.into_iter().map(|row| row.id.0).collect()
        }
        RecordKind::Organization => {
            let later = organizations::Column::CreatedAt.gt(then);
            let select = organizations::Entity::find().filter(later);
            let rows = bulk::rows_in(db, select, organizations::Column::Id, ids).await?;
            rows.into_iter().map(|row| row.id.0).collect()
        }
        RecordKind::Ticket => {
            let select = tickets::Entity::find().filter(tickets::Column::CreatedAt.gt(then));
            let rows = bulk::rows_in(db, select, tickets::Column::Id, ids).await?;
            rows.into_iter().map(|row| row.id.0).collect()
        }
    })
}

/// Forgets that a record was made, as it is no more.
pub async fn forget(
    db: &impl ConnectionTrait,
    (kind, id): (RecordKind, i64),
) -> Result<(), StoreError> {
    Entity::delete_by_id((kind, id)).exec(db).await?;
    Ok(())
}
