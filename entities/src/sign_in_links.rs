//! Links that sign a person in once.

use sea_orm::entity::prelude::*;

use crate::ids::UserId;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_links")]
pub struct Model {
    /// SHA-256 of the ticket, in hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: String,
    /// Who is signed in.
    pub user_id: UserId,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// Until when it works.
    pub expires_at: DateTimeUtc,
    /// When it was used.
    pub used_at: Option<DateTimeUtc>,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
