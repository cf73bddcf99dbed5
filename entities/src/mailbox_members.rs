//! Which users work in which shared mailbox.

use sea_orm::entity::prelude::*;

use crate::ids::{MailboxId, UserId};

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "mailbox_members")]
pub struct Model {
    /// The mailbox.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mailbox_id: MailboxId,
    /// The member.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
