//! The folders of a mailbox as its server listed them when a person asked for it on a page.

use sea_orm::entity::prelude::*;

use crate::ids::{MailboxId, UserId};

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "folder_lists")]
pub struct Model {
    /// The mailbox.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mailbox_id: MailboxId,
    /// Who asked for it.
    pub asked_by: Option<UserId>,
    /// When.
    pub asked_at: DateTimeUtc,
    /// Which worker took it.
    pub taken_by: Option<String>,
    /// When.
    pub taken_at: Option<DateTimeUtc>,
    /// When it was done.
    pub finished_at: Option<DateTimeUtc>,
    /// The folders; those of before stay while new ones are asked for.
    pub folders: Option<Json>,
    /// Why they could not be listed.
    pub error: Option<String>,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
