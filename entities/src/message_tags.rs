//! Tags on messages.

use sea_orm::entity::prelude::*;

use crate::ids::{MessageId, ScanId, ScannerId};
use crate::links::AuthorKind;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "message_tags")]
pub struct Model {
    /// The message.
    #[sea_orm(primary_key, auto_increment = false)]
    pub message_id: MessageId,
    /// The tag.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tag: String,
    /// What sort of author put it there; nothing on tags from before authors were kept.
    pub author_kind: Option<AuthorKind>,
    /// Name of the rule or the person.
    pub author: Option<String>,
    /// The scan in which it was put there.
    pub scan_id: Option<ScanId>,
    /// The scanner whose rules did; nothing where that could not be told of what is older.
    pub scanner_id: Option<ScannerId>,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
