//! How scanning goes.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::ScannerId;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "health")]
pub struct Model {
    /// Which scanner.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scanner_id: ScannerId,
    /// How it goes.
    pub state: HealthState,
    /// Why, for a person.
    pub reason: Option<String>,
    /// Since when it is so.
    pub since: DateTimeUtc,
    /// When it is tried again.
    pub next_try_at: Option<DateTimeUtc>,
    /// Failed scans in a row.
    pub failures: i32,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// How scanning goes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum HealthState {
    /// Well.
    Ok,
    /// Trying again by itself.
    Retrying,
    /// Failing for long.
    Failing,
    /// Paused by a person.
    Paused,
}

impl HealthState {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Retrying => "retrying",
            Self::Failing => "failing",
            Self::Paused => "paused",
        }
    }
}
