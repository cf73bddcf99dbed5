//! Which worker waits for news in which mailbox, or why nobody does.

use sea_orm::entity::prelude::*;

use crate::ids::{MailboxId, ScannerId};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idlings")]
pub struct Model {
    /// Which mailbox.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mailbox_id: MailboxId,
    /// The scanner that wants the news.
    pub scanner_id: ScannerId,
    /// Name of the worker that waits; nothing when none does.
    pub owner: Option<String>,
    /// When another may take it over.
    pub expires_at: Option<DateTimeUtc>,
    /// Since when it is waited without a break.
    pub since: Option<DateTimeUtc>,
    /// How often in a row the connection died soon.
    pub deaths: i32,
    /// Before this nobody tries; the schedule finds new mail meanwhile.
    pub resting_until: Option<DateTimeUtc>,
    /// Why, for a person.
    pub reason: Option<String>,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Each row names one of these.
    #[sea_orm(
        belongs_to = "crate::scanners::Entity",
        from = "Column::ScannerId",
        to = "crate::scanners::Column::Id"
    )]
    Scanner,
    /// Each row names one of these.
    #[sea_orm(
        belongs_to = "crate::mailboxes::Entity",
        from = "Column::MailboxId",
        to = "crate::mailboxes::Column::Id"
    )]
    Mailbox,
}

impl Related<crate::scanners::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Scanner.def()
    }
}

impl Related<crate::mailboxes::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Mailbox.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
