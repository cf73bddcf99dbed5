//! Message to record, with its evidence and its author.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::{LinkId, MessageId, ScanId, ScannerId};
use crate::record_kind::RecordKind;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "links")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: LinkId,
    /// The message.
    pub message_id: MessageId,
    /// Which sort of record.
    pub record_kind: RecordKind,
    /// Its id.
    pub record_id: i64,
    /// Why, strongest first.
    #[sea_orm(column_type = "JsonBinary")]
    pub evidence: Json,
    /// What sort of author made it.
    pub author_kind: AuthorKind,
    /// Name of the rule or the person.
    pub author: String,
    /// The scan that made it.
    pub scan_id: Option<ScanId>,
    /// The scanner whose rules did; nothing where that could not be told of what is older.
    pub scanner_id: Option<ScannerId>,
    /// When it was made.
    pub created_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What sort of author made a link, or changed a record.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum AuthorKind {
    /// A rule.
    Rule,
    /// A person.
    Person,
    /// An import.
    Import,
    /// The undoing of what a rule did.
    Undo,
}

impl AuthorKind {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Person => "person",
            Self::Import => "import",
            Self::Undo => "undo",
        }
    }
}
