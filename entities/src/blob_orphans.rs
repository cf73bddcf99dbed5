//! Objects of the blob store that no blob named when they were looked at.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "blob_orphans")]
pub struct Model {
    /// What the blob store calls it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub object: String,
    /// Since when it is known to be one.
    pub found_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
