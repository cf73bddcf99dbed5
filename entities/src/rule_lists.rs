//! Lists that rules share by name.

use sea_orm::entity::prelude::*;

use crate::ids::RuleListId;
use crate::names::Names;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "rule_lists")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: RuleListId,
    /// Unique name.
    pub name: String,
    /// Addresses, domains or other texts, as written.
    #[sea_orm(column_type = "JsonBinary")]
    pub members: Names,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
