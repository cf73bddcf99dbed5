//! What reports of delivery say of addresses.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::{BounceId, MessageId, ScanId, ScannerId};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bounces")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: BounceId,
    /// The lower-cased address that it is about.
    pub email: String,
    /// The message that told; with the address it is unique.
    pub message_id: MessageId,
    /// Whether for good or for now.
    pub outcome: BounceOutcome,
    /// The enhanced status code (RFC 3463, `5.1.1`); empty where none was given.
    pub status: String,
    /// The server's words; empty where there were none.
    pub diagnosis: String,
    /// The scan that read it.
    pub scan_id: Option<ScanId>,
    /// The scanner whose mail it was.
    pub scanner_id: Option<ScannerId>,
    /// When the report came.
    pub reported_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// How mail to an address failed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum BounceOutcome {
    /// For good.
    Hard,
    /// For now.
    Soft,
}

impl BounceOutcome {
    /// The name used in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hard => "hard",
            Self::Soft => "soft",
        }
    }
}
