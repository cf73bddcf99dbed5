//! How often rules match, by scanner and day.

use sea_orm::entity::prelude::*;

use crate::ids::ScannerId;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "rule_hits")]
pub struct Model {
    /// For whose messages.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scanner_id: ScannerId,
    /// The day, in UTC.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: Date,
    /// The rule's name; the empty name stands for the messages themselves.
    #[sea_orm(primary_key, auto_increment = false)]
    pub rule: String,
    /// How many messages it matched.
    pub matched: i64,
    /// How many of its actions were carried out.
    pub done: i64,
    /// The last time.
    pub last_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
