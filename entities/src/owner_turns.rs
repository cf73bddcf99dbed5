//! Whose turn it was last, where a rule gives work to several people one after the other.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "owner_turns")]
pub struct Model {
    /// Name of the rule.
    #[sea_orm(primary_key, auto_increment = false)]
    pub rule: String,
    /// Name of its action.
    #[sea_orm(primary_key, auto_increment = false)]
    pub action: String,
    /// Address of whoever got the last one.
    pub last: String,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
