//! Rules that asked for a tag which another had put on a message: it is theirs when the other's work is taken back.

use sea_orm::entity::prelude::*;

use crate::ids::{MessageId, ScanId, ScannerId};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tag_askers")]
pub struct Model {
    /// The message.
    #[sea_orm(primary_key, auto_increment = false)]
    pub message_id: MessageId,
    /// The tag.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tag: String,
    /// Name of the rule.
    #[sea_orm(primary_key, auto_increment = false)]
    pub author: String,
    /// The scanner whose rules say so.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scanner_id: ScannerId,
    /// The scan in which it was asked for.
    pub scan_id: Option<ScanId>,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
