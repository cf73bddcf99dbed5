//! What opens a mailbox: a reference to a secret, the secret itself sealed, or what an OAuth provider granted.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::MailboxId;
use crate::names::Names;

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
    /// The encrypted secret; of a grant the refresh token, where there is one.
    pub sealed: Option<Vec<u8>>,
    /// Which key sealed it.
    pub key_id: Option<String>,
    /// A grant's access token, encrypted.
    pub access_sealed: Option<Vec<u8>>,
    /// Which key sealed that.
    pub access_key_id: Option<String>,
    /// When the access token ends.
    pub access_expires_at: Option<DateTimeUtc>,
    /// When the refresh token ends, used or not.
    pub refresh_expires_at: Option<DateTimeUtc>,
    /// What the provider said it granted.
    pub granted_scopes: Option<Names>,
    /// Whose account it is, as the provider vouched for.
    pub identity: Option<Json>,
    /// When the provider last gave a token.
    pub refreshed_at: Option<DateTimeUtc>,
    /// Who is getting a new token just now.
    pub claimed_by: Option<String>,
    /// Until when nobody else may.
    pub claimed_until: Option<DateTimeUtc>,
    /// Grows with every change; the first of a mailbox is later than all of those that were forgotten.
    pub version: i64,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Each row names one of these.
    #[sea_orm(
        belongs_to = "crate::mailboxes::Entity",
        from = "Column::MailboxId",
        to = "crate::mailboxes::Column::Id"
    )]
    Mailbox,
}

impl Related<crate::mailboxes::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Mailbox.def()
    }
}

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
    /// An OAuth access token that was given as it is.
    AccessToken,
    /// What an OAuth provider granted: refresh and access token.
    Oauth,
}

impl CredentialKind {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::AccessToken => "access_token",
            Self::Oauth => "oauth",
        }
    }
}
