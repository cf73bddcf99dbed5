//! What became of a ticket: one row a change, with who made it.

use sea_orm::entity::prelude::*;

use crate::ids::{MessageId, ScanId, ScannerId, TicketChangeId, TicketId};
use crate::links::AuthorKind;
use crate::tickets::{TicketPriority, TicketStatus};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_changes")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: TicketChangeId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// Its status before.
    pub before: TicketStatus,
    /// Its status since.
    pub after: TicketStatus,
    /// Its priority before, where that was changed.
    pub priority_before: Option<TicketPriority>,
    /// Its priority since.
    pub priority_after: Option<TicketPriority>,
    /// What sort of author changed it.
    pub author_kind: AuthorKind,
    /// Name of the rule or the person.
    pub author: String,
    /// The message that changed it.
    pub message_id: Option<MessageId>,
    /// The scan in which it was changed.
    pub scan_id: Option<ScanId>,
    /// The scanner whose rules did; nothing where that could not be told of what is older.
    pub scanner_id: Option<ScannerId>,
    /// When.
    pub created_at: DateTimeUtc,
    /// Whether it was taken back.
    pub undone: bool,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
