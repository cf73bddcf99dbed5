//! How a user proves who they are.

use sea_orm::entity::prelude::*;

use crate::ids::UserId;

/// A row.
#[derive(Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "accounts")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// Hash of their password in the PHC string format (Argon2id, RFC 9106); nothing where they have none.
    pub password_hash: Option<String>,
    /// When it was set.
    pub password_set_at: Option<DateTimeUtc>,
    /// Sealed secret of their one-time codes (RFC 6238).
    pub code_secret_sealed: Option<Vec<u8>>,
    /// Names the key it was sealed with.
    pub code_secret_key_id: Option<String>,
    /// When a first code was right; until then codes are not asked for.
    pub code_confirmed_at: Option<DateTimeUtc>,
    /// The last period of which a code was used (RFC 6238 §5.2: each once), in steps of 30 seconds since 1970.
    pub code_step: Option<i64>,
    /// Time zone in which they are told times (IANA); nothing for their browser's.
    pub time_zone: Option<String>,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model")
            .field("user_id", &self.user_id)
            .field("password_set_at", &self.password_set_at)
            .field("code_confirmed_at", &self.code_confirmed_at)
            .finish_non_exhaustive()
    }
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
