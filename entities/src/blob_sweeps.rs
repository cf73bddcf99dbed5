//! How far the blob store has been looked through for what nobody needs; one row.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "blob_sweeps")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// What the blob store must hold to be this database's.
    pub owner: String,
    /// Rows up to this hash were looked at; empty at the beginning.
    pub rows_after: String,
    /// Objects up to this name were.
    pub objects_after: String,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
