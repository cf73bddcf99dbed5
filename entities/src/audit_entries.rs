//! Who changed or looked into what, and when.

use sea_orm::entity::prelude::*;

use crate::ids::{AuditEntryId, UserId};

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entries")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: AuditEntryId,
    /// When.
    pub at: DateTimeUtc,
    /// Who, while they are a user.
    pub user_id: Option<UserId>,
    /// Their address then, or what acted without one (`command line`).
    pub who: String,
    /// What was done, as `scanner.change`.
    pub action: String,
    /// To what sort of thing, as `scanner`.
    pub object_kind: String,
    /// To which one; its key.
    pub object_id: String,
    /// How it was called then.
    pub object_name: String,
    /// What it was before and is now, by field; secrets only as `changed`.
    pub changes: Json,
    /// From which address; empty for the command line.
    pub remote: String,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
