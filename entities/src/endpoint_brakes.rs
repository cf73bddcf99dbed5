//! Token endpoints that were out of order lately, or wanted fewer requests, and are left alone.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "endpoint_brakes")]
pub struct Model {
    /// The endpoint's address, a space, and the client that asks there.
    #[sea_orm(primary_key, auto_increment = false)]
    pub endpoint: String,
    /// Answers in a row that were none.
    pub refusals: i32,
    /// When the last of them came.
    pub refused_at: DateTimeUtc,
    /// Until when nobody asks there, or somebody has gone first to see.
    pub closed_until: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
