//! A question being worked on.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::{ContactId, MessageId, OrganizationId, TicketId, UserId};

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "tickets")]
pub struct Model {
    /// Key; people call it `T-` and this number.
    #[sea_orm(primary_key)]
    pub id: TicketId,
    /// What it is about.
    pub title: String,
    /// Longer text.
    pub description: String,
    /// How far it is.
    pub status: TicketStatus,
    /// How soon it has to be.
    pub priority: TicketPriority,
    /// Who asks.
    pub contact_id: Option<ContactId>,
    /// For whom they ask.
    pub organization_id: Option<OrganizationId>,
    /// Who looks after it.
    pub owner_id: Option<UserId>,
    /// The message it was made from.
    pub message_id: Option<MessageId>,
    /// The rule that made it.
    pub rule: Option<String>,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When its status, priority or owner last changed.
    pub updated_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// How far a ticket is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum TicketStatus {
    /// It is our turn.
    Open,
    /// We answered, and it is their turn.
    Answered,
    /// Done.
    Closed,
}

impl TicketStatus {
    /// Every status, in the order in which a ticket has them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Answered, Self::Closed];

    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Closed => "closed",
        }
    }
}

/// How soon a ticket has to be done.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum TicketPriority {
    /// Whenever there is time.
    Low,
    /// In its turn.
    #[default]
    Normal,
    /// Before others.
    High,
    /// At once.
    Urgent,
}

impl TicketPriority {
    /// Every priority, the lowest first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Urgent];

    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }
}
