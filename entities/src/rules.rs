//! Rules in their order.

use sea_orm::entity::prelude::*;

use crate::ids::RuleId;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "rules")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: RuleId,
    /// Unique name.
    pub name: String,
    /// Lower is tried first.
    pub position: i32,
    /// Whether it is tried.
    pub enabled: bool,
    /// The rule as in its file.
    #[sea_orm(column_type = "JsonBinary")]
    pub definition: Json,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
