//! Answers that rules gave by themselves, to count how often an address gets one.

use sea_orm::entity::prelude::*;

use crate::ids::{AutoReplyId, MessageId};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "auto_replies")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: AutoReplyId,
    /// Who is answered, lower-cased and without the part of the address that anybody may make up (RFC 5233).
    pub email: String,
    /// The site of that address: its registered domain; of a provider of free mail nothing, as it is everybody's.
    pub site: String,
    /// Name of the rule.
    pub rule: String,
    /// The message that is answered.
    pub message_id: MessageId,
    /// When it was asked for.
    pub created_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
