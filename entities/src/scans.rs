//! One run of a scanner and its report.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::{ScanId, ScannerId};

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "scans")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: ScanId,
    /// Which scanner.
    pub scanner_id: ScannerId,
    /// Who ran it.
    pub worker: String,
    /// What started it.
    pub trigger: ScanTrigger,
    /// When it began.
    pub started_at: DateTimeUtc,
    /// When it ended.
    pub finished_at: Option<DateTimeUtc>,
    /// How it ended.
    pub outcome: ScanOutcome,
    /// What was read, made, linked, ignored, held, failed.
    #[sea_orm(column_type = "JsonBinary")]
    pub counts: Json,
    /// Code of what stopped it.
    pub cause: Option<String>,
    /// What stopped it, for a person.
    pub error: Option<String>,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What started a scan.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum ScanTrigger {
    /// The schedule.
    Schedule,
    /// A person.
    Manual,
    /// An import of files.
    Import,
}

impl ScanTrigger {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Schedule => "schedule",
            Self::Manual => "manual",
            Self::Import => "import",
        }
    }
}

/// How a scan ended.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum ScanOutcome {
    /// Not yet.
    Running,
    /// To its end.
    Done,
    /// By an error.
    Failed,
    /// Its worker went silent.
    Cut,
}

impl ScanOutcome {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cut => "cut",
        }
    }
}
