//! What people said of where messages belong; the newest word about a message and a record holds.

use sea_orm::entity::prelude::*;

use crate::ids::{LinkChoiceId, MessageId};
use crate::record_kind::RecordKind;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "link_choices")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: LinkChoiceId,
    /// The message.
    pub message_id: MessageId,
    /// Which sort of record.
    pub record_kind: RecordKind,
    /// Its id.
    pub record_id: i64,
    /// Whether the message belongs there.
    pub belongs: bool,
    /// Lower-cased address of the message's sender; may be empty.
    pub email: String,
    /// Who said so.
    pub chosen_by: String,
    /// Of the link that this took away: its evidence, its author and when it was made.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub removed: Option<Json>,
    /// When.
    pub chosen_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
