//! What opens a mailbox: a reference to a secret, or the secret itself sealed.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::MailboxId;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "credentials")]
pub struct Model {
    /// The mailbox it opens.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mailbox_id: MailboxId,
    /// What sort of secret it is.
    pub kind: CredentialKind,
    /// `${env:NAME}` or `${file:/path}`, read at every use; then nothing is stored.
    pub reference: Option<String>,
    /// The encrypted secret.
    pub sealed: Option<Vec<u8>>,
    /// Which key sealed it.
    pub key_id: Option<String>,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What sort of secret a credential is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum CredentialKind {
    /// A password.
    Password,
    /// An OAuth access token.
    AccessToken,
}

impl CredentialKind {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::AccessToken => "access_token",
        }
    }
}
