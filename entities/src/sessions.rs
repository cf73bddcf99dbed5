//! Who is signed in in which browser.

use sea_orm::entity::prelude::*;

use crate::ids::UserId;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    /// SHA-256 of the cookie's value, in hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id_hash: String,
    /// Who.
    pub user_id: UserId,
    /// When it began.
    pub created_at: DateTimeUtc,
    /// When it was last used.
    pub last_seen_at: DateTimeUtc,
    /// When it ends, used or not.
    pub expires_at: DateTimeUtc,
    /// What the browser called itself, cut.
    pub browser: String,
    /// The address it began from.
    pub remote: String,
    /// Whether a one-time code is still owed; until then it opens nothing.
    pub code_due: bool,
    /// When they last proved by password or code that it is they.
    pub proved_at: Option<DateTimeUtc>,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
