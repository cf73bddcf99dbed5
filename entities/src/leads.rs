//! Somebody who may become a customer.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::{LeadId, MessageId, UserId};

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "leads")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: LeadId,
    /// Given name.
    pub first_name: String,
    /// Family name, or whatever name there is.
    pub last_name: String,
    /// Company.
    pub company: String,
    /// Lower-cased address.
    pub email: String,
    /// Telephone number as written.
    pub phone: String,
    /// What it is about.
    pub title: String,
    /// Longer text.
    pub description: String,
    /// Where it came from (`web form`, `mail`).
    pub source: String,
    /// Campaign name.
    pub campaign: String,
    /// How far it is.
    pub status: LeadStatus,
    /// Who looks after it.
    pub owner_id: Option<UserId>,
    /// The message it was made from.
    pub message_id: Option<MessageId>,
    /// The rule that made it.
    pub rule: Option<String>,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// The last nine digits of the telephone number.
    pub phone_key: Option<String>,
    /// The whole name as names are compared.
    pub name_key: Option<String>,
}

impl Model {
    /// How a person calls it: the name, else the company, else the address.
    #[must_use]
    pub fn full_name(&self) -> String {
        let name = format!("{} {}", self.first_name, self.last_name);
        let name = match (name.trim(), self.company.trim()) {
            ("", "") => &self.email,
            ("", company) => company,
            (name, _) => name,
        };
        name.to_owned()
    }
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// How far a lead is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum LeadStatus {
    /// Being worked on.
    Open,
    /// Became a contact.
    Converted,
    /// Came to nothing.
    Closed,
}

impl LeadStatus {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Converted => "converted",
            Self::Closed => "closed",
        }
    }
}
