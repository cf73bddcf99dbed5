//! Accounts at the company's identity provider, by which users sign in.

use sea_orm::entity::prelude::*;

use crate::ids::UserId;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "identities")]
pub struct Model {
    /// Who says it: `iss` (OpenID Connect Core §2).
    #[sea_orm(primary_key, auto_increment = false)]
    pub issuer: String,
    /// Of whom: `sub`, never given to anybody else by this issuer.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: String,
    /// Who that is here.
    pub user_id: UserId,
    /// When they first came.
    pub created_at: DateTimeUtc,
    /// When they last came.
    pub last_used_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
