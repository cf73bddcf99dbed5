//! What became of a message: one row a change, with who made it.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::{MessageChangeId, MessageId, ScanId, ScannerId};
use crate::links::AuthorKind;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message_changes")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: MessageChangeId,
    /// The message.
    pub message_id: MessageId,
    /// What was changed.
    pub what: Changed,
    /// What it was before; of an assignee the address, empty for nobody.
    pub before: String,
    /// What it is since.
    pub after: String,
    /// What sort of author changed it.
    pub author_kind: AuthorKind,
    /// Name of the rule or the person.
    pub author: String,
    /// The scan in which it was changed.
    pub scan_id: Option<ScanId>,
    /// The scanner whose rules changed it.
    pub scanner_id: Option<ScannerId>,
    /// When.
    pub created_at: DateTimeUtc,
    /// Whether it holds no more, as somebody took it back, or is the taking back itself.
    pub undone: bool,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What of a message was changed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// Whose it is.
    Assignee,
    /// How far it is.
    Status,
    /// How soon it has to be done.
    Priority,
}

impl Changed {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Assignee => "assignee",
            Self::Status => "status",
            Self::Priority => "priority",
        }
    }
}
