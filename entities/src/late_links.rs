//! Addresses that a record got after there was mail with them, while that mail is being linked.

use sea_orm::entity::prelude::*;

use crate::ids::{LateLinkId, MessageId};

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "late_links")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: LateLinkId,
    /// Lower-cased address, or `@` and a domain; unique.
    pub wanted: String,
    /// Messages with this key and newer ones have been looked at; nothing at the beginning.
    pub below: Option<MessageId>,
    /// How many messages have been looked at.
    pub looked_at: i32,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
