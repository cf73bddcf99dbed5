//! Names a callback address or an API client, and says from where it may be used.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::ServiceKeyId;
use crate::names::Names;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "service_keys")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: ServiceKeyId,
    /// Unique name.
    pub name: String,
    /// What it is for.
    pub kind: ServiceKeyKind,
    /// Whether it may be used.
    pub active: bool,
    /// IP addresses and CIDR blocks it may be used from; empty for any.
    pub allowed_ips: Names,
    /// Last part of its callback address, unique.
    pub callback_path: String,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What a service key is for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum ServiceKeyKind {
    /// Callbacks of OAuth providers.
    Oauth,
    /// Clients of the API.
    Api,
}

impl ServiceKeyKind {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Oauth => "oauth",
            Self::Api => "api",
        }
    }
}
