//! Rules with all that they share, whole, each content once.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "rule_books")]
pub struct Model {
    /// SHA-256 of the content, in hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: String,
    /// The rules, lists and exceptions as data.
    #[sea_orm(column_type = "JsonBinary")]
    pub body: Json,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
