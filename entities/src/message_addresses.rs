//! Who is in a message: every address of others, so that one index answers which messages have an address.

use sea_orm::entity::prelude::*;

use crate::ids::MessageId;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "message_addresses")]
pub struct Model {
    /// Lower-cased address.
    #[sea_orm(primary_key, auto_increment = false)]
    pub email: String,
    /// The message.
    #[sea_orm(primary_key, auto_increment = false)]
    pub message_id: MessageId,
    /// The strongest place it has there (`from`, `reply_to`, `to`).
    pub role: String,
    /// The domain that its owner registered; nothing for providers of free mail.
    pub site: Option<String>,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
