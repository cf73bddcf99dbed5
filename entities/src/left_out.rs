//! Messages of POP3 mailboxes that were left out for being older than the start date: looked at once and not again.

use sea_orm::entity::prelude::*;

use crate::ids::FolderId;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "left_out")]
pub struct Model {
    /// Where it lies.
    #[sea_orm(primary_key, auto_increment = false)]
    pub folder_id: FolderId,
    /// Its lasting name (RFC 1939 §7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub uidl: String,
    /// When it was received, by its header.
    pub received_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Each row names one of these.
    #[sea_orm(
        belongs_to = "crate::folders::Entity",
        from = "Column::FolderId",
        to = "crate::folders::Column::Id"
    )]
    Folder,
}

impl ActiveModelBehavior for ActiveModel {}
