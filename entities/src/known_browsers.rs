//! Browsers in which a user has signed in before: whoever guesses from elsewhere does not lock them out.

use sea_orm::entity::prelude::*;

use crate::ids::UserId;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "known_browsers")]
pub struct Model {
    /// SHA-256 of the cookie's value, in hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: String,
    /// Who signed in there.
    pub user_id: UserId,
    /// When they last did.
    pub last_used_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
