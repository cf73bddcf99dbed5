//! One address's account on a mail server.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::{MailServerId, MailboxId, UserId};
use crate::names::Names;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "mailboxes")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: MailboxId,
    /// Lower-cased address, unique.
    pub address: String,
    /// User name to log in with, as written.
    pub login: String,
    /// The server that holds it.
    pub mail_server_id: MailServerId,
    /// Who it belongs to.
    pub kind: MailboxKind,
    /// The owner of a personal mailbox.
    pub owner_id: Option<UserId>,
    /// Whether it is scanned at all.
    pub active: bool,
    /// Other addresses of the same account, lower case.
    pub aliases: Names,
    /// Accounts that may sign in for it, lower case.
    pub delegates: Names,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Each row names one of these.
    #[sea_orm(
        belongs_to = "crate::mail_servers::Entity",
        from = "Column::MailServerId",
        to = "crate::mail_servers::Column::Id"
    )]
    MailServer,
    /// Each row has at most one.
    #[sea_orm(has_one = "crate::lights::Entity")]
    Light,
    /// Each row has at most one.
    #[sea_orm(has_one = "crate::leases::Entity")]
    Lease,
    /// Each row has at most one.
    #[sea_orm(has_one = "crate::idlings::Entity")]
    Idling,
    /// Each row has at most one.
    #[sea_orm(has_one = "crate::credentials::Entity")]
    Credential,
}

impl Related<crate::mail_servers::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::MailServer.def()
    }
}

impl Related<crate::lights::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Light.def()
    }
}

impl Related<crate::leases::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Lease.def()
    }
}

impl Related<crate::idlings::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Idling.def()
    }
}

impl Related<crate::credentials::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Credential.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

/// Who a mailbox belongs to.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum MailboxKind {
    /// Several members.
    Shared,
    /// One owner.
    Personal,
}

impl MailboxKind {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Personal => "personal",
        }
    }
}
