//! What was undone of a rule's, a scan's or a mailbox's work.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::UndoId;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "undos")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: UndoId,
    /// Whose work.
    pub scope: UndoScope,
    /// The rule's name, the scan's number or the mailbox's address.
    pub name: String,
    /// How much of each sort was taken back.
    #[sea_orm(column_type = "JsonBinary")]
    pub counts: Json,
    /// Who did it.
    pub author: String,
    /// When.
    pub created_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Whose work is undone.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum UndoScope {
    /// One rule's.
    Rule,
    /// One scan's.
    Scan,
    /// All scans' of one mailbox.
    Mailbox,
}

impl UndoScope {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Scan => "scan",
            Self::Mailbox => "mailbox",
        }
    }
}
