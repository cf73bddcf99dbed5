//! What the scans of a scanner came to on one day.

use sea_orm::entity::prelude::*;

use crate::ids::ScannerId;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scan_days")]
pub struct Model {
    /// Which scanner.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scanner_id: ScannerId,
    /// The day on which the scans ended, in UTC.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: Date,
    /// Messages read.
    pub kept: i64,
    /// Messages linked to at least one record.
    pub linked: i64,
    /// Leads made.
    pub leads: i64,
    /// Messages that failed and are tried again.
    pub failed: i64,
    /// Messages that came to wait for a person.
    pub held: i64,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
