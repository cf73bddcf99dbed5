//! Contacts and organizations that rules made of messages.

use sea_orm::entity::prelude::*;

use crate::ids::MessageId;
use crate::record_kind::RecordKind;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "made_records")]
pub struct Model {
    /// Which sort of record.
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_kind: RecordKind,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_id: i64,
    /// The message it was made of.
    pub message_id: MessageId,
    /// Name of the rule.
    pub rule: String,
    /// When.
    pub created_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
