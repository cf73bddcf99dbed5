//! Which worker has a mailbox, and until when.

use sea_orm::entity::prelude::*;

use crate::ids::MailboxId;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "leases")]
pub struct Model {
    /// Which mailbox.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mailbox_id: MailboxId,
    /// Name of the worker.
    pub owner: String,
    /// Grows by one with every taking; an old number can do nothing.
    pub fence: i64,
    /// When anybody may take it.
    pub expires_at: DateTimeUtc,
    /// When the worker was last heard.
    pub heartbeat_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Each row names one of these.
    #[sea_orm(
        belongs_to = "crate::mailboxes::Entity",
        from = "Column::MailboxId",
        to = "crate::mailboxes::Column::Id"
    )]
    Mailbox,
}

impl Related<crate::mailboxes::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Mailbox.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
