//! The sorts of records that messages are linked to.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// The sorts of records.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// A person we know.
    Contact,
    /// A company or other body.
    Organization,
    /// Somebody who may become a customer.
    Lead,
    /// A question being worked on.
    Ticket,
}

impl RecordKind {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Organization => "organization",
            Self::Lead => "lead",
            Self::Ticket => "ticket",
        }
    }
}
