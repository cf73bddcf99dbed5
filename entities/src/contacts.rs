//! Persons we know; their addresses are in `record_addresses`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::{ContactId, OrganizationId, UserId};

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "contacts")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: ContactId,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Where they work.
    pub organization_id: Option<OrganizationId>,
    /// Telephone number as written.
    pub phone: String,
    /// Who looks after them.
    pub owner_id: Option<UserId>,
    /// Key in another system, unique.
    pub external_id: Option<String>,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
    /// The last nine digits of the telephone number.
    pub phone_key: Option<String>,
    /// The whole name as names are compared.
    pub name_key: Option<String>,
}

impl Model {
    /// How a person calls it.
    #[must_use]
    pub fn full_name(&self) -> String {
        let name = format!("{} {}", self.first_name, self.last_name);
        name.trim().to_owned()
    }
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
