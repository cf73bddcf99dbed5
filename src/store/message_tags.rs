//! Tags on messages.

use std::collections::HashMap;

use entities::ids::MessageId;
use entities::message_tags::{ActiveModel, Column, Entity};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{StoreError, bulk, text};

/// Puts tags on messages; those that are there stay.
pub async fn insert_missing(
    db: &impl ConnectionTrait,
    tags: &[(MessageId, &str)],
) -> Result<u64, StoreError> {
    let rows = tags
        .iter()
        .map(|(message, tag)| ActiveModel {
            message_id: Set(*message),
            tag: Set(text::key(tag)),
        })
        .collect();
    bulk::insert_missing(db, rows, &[Column::MessageId, Column::Tag]).await
}

/// The tags of each of these messages that has any, by name.
pub async fn for_messages(
    db: &impl ConnectionTrait,
    messages: &[MessageId],
) -> Result<HashMap<MessageId, Vec<String>>, StoreError> {
    let mut tags: HashMap<MessageId, Vec<String>> = HashMap::new();
    for piece in bulk::distinct(messages) {
        let rows = Entity::find()
            .filter(Column::MessageId.is_in(piece))
            .order_by_asc(Column::Tag)
            .all(db)
            .await?;
        for row in rows {
            tags.entry(row.message_id).or_default().push(row.tag);
        }
    }
    Ok(tags)
}
