//! Records that became others: leads converted to contacts, doubles merged.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::RecordMoveId;
use crate::record_kind::RecordKind;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "record_moves")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: RecordMoveId,
    /// Why.
    pub reason: MoveReason,
    /// What sort of record went.
    pub from_kind: RecordKind,
    /// Its id.
    pub from_id: i64,
    /// What sort of record took its place.
    pub to_kind: RecordKind,
    /// Its id.
    pub to_id: i64,
    /// What is needed to take it back.
    #[sea_orm(column_type = "JsonBinary")]
    pub before: Json,
    /// Who did it.
    pub author: String,
    /// When.
    pub created_at: DateTimeUtc,
    /// When it was taken back.
    pub undone_at: Option<DateTimeUtc>,
    /// Who took it back.
    pub undone_by: Option<String>,
    /// The key in another system of a contact that went.
    pub from_key: Option<String>,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Why a record became another.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum MoveReason {
    /// A lead became a contact.
    Converted,
    /// Two records were the same one.
    Merged,
}

impl MoveReason {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Converted => "converted",
            Self::Merged => "merged",
        }
    }
}
