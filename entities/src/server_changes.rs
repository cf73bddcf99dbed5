//! What rules asked to be changed of a message on its server: its flags and its folder.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::{DeliveryId, ScanId, ScannerId, ServerChangeId};

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "server_changes")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: ServerChangeId,
    /// The copy that is changed.
    pub delivery_id: DeliveryId,
    /// The scanner whose rules asked.
    pub scanner_id: ScannerId,
    /// What is done.
    pub change: Change,
    /// Flags as IMAP spells them with a space between two, or the name of the folder to
    /// which, or from which, it is moved.
    pub argument: String,
    /// The rule that asked.
    pub rule: String,
    /// The scan that decided it.
    pub scan_id: Option<ScanId>,
    /// How often it was tried.
    pub attempts: i32,
    /// When it was tried last, as long as it is not done.
    pub begun_at: Option<DateTimeUtc>,
    /// When it is tried next; none once it is done or given up.
    pub next_try_at: Option<DateTimeUtc>,
    /// When it was done.
    pub done_at: Option<DateTimeUtc>,
    /// Why the last try failed, for a person.
    pub error: Option<String>,
    /// When it was asked for.
    pub created_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Each row names one of these.
    #[sea_orm(
        belongs_to = "crate::deliveries::Entity",
        from = "Column::DeliveryId",
        to = "crate::deliveries::Column::Id"
    )]
    Delivery,
}

impl Related<crate::deliveries::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Delivery.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

/// What is done with a message on its server.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Flags are set.
    Flag,
    /// Flags are taken away.
    Unflag,
    /// It is moved to another folder.
    Move,
    /// It is moved back from there, as somebody took back what a rule did.
    MoveBack,
}

impl Change {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Unflag => "unflag",
            Self::Move => "move",
            Self::MoveBack => "move_back",
        }
    }
}
