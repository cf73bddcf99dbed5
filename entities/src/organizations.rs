//! Companies and other bodies.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::{OrganizationId, UserId};
use crate::names::Names;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "organizations")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// Mail domains, lower-cased.
    #[sea_orm(column_type = "JsonBinary")]
    pub domains: Names,
    /// Telephone number as written.
    pub phone: String,
    /// Web address.
    pub website: String,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
    /// Who looks after it.
    pub owner_id: Option<UserId>,
    /// The last nine digits of the telephone number.
    pub phone_key: Option<String>,
    /// The name as names are compared.
    pub name_key: Option<String>,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
