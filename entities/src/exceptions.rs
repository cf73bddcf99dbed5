//! Senders whose mail every scanner keeps and otherwise leaves alone.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "exceptions")]
pub struct Model {
    /// An address, or a domain with an `@` before it, as written.
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry: String,
    /// When it was made.
    pub created_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
