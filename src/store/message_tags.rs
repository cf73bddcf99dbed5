//! Tags on messages.

use std::collections::HashMap;

use entities::ids::{MessageId, ScanId, ScannerId};
use entities::links::AuthorKind;
use entities::message_tags::{ActiveModel, Column, Entity};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{StoreError, bulk, text};

/// A tag to put on a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTag {
    /// The message.
    pub message_id: MessageId,
    /// The tag.
    pub tag: String,
    /// What sort of author puts it there.
    pub author_kind: AuthorKind,
    /// Name of the rule or the person.
    pub author: String,
    /// The scan in which it is put there.
    pub scan_id: Option<ScanId>,
    /// The scanner whose rules say so.
    pub scanner_id: Option<ScannerId>,
}

/// Puts tags on messages; those that are there stay.
pub async fn insert_missing(
    db: &impl ConnectionTrait,
    tags: Vec<NewTag>,
) -> Result<u64, StoreError> {
    let rows = tags
        .into_iter()
        .map(|new| ActiveModel {
            message_id: Set(new.message_id),
            tag: Set(text::key(&new.tag)),
            author_kind: Set(Some(new.author_kind)),
            author: Set(Some(text::clean(&new.author))),
            scan_id: Set(new.scan_id),
            scanner_id: Set(new.scanner_id),
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
