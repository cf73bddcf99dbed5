//! What the rules said for one message and why.

use sea_orm::entity::prelude::*;

use crate::ids::{DecisionId, MessageId, RuleVersionId, ScannerId};

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "decisions")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: DecisionId,
    /// The message.
    pub message_id: MessageId,
    /// For which scanner.
    pub scanner_id: ScannerId,
    /// The decision as data.
    #[sea_orm(column_type = "JsonBinary")]
    pub body: Json,
    /// Why a person has to say where the message belongs (`tie`), while nobody has.
    pub doubt: Option<String>,
    /// When.
    pub decided_at: DateTimeUtc,
    /// By which version of the rules; nothing where it was made before there were versions.
    pub version: Option<RuleVersionId>,
    /// Why linking late failed over it; nothing where it did not.
    pub late_error: Option<String>,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
