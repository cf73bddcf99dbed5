//! An authorization that was begun: what the provider's answer will be checked against.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::{AuthorizationId, MailServerId, MailboxId, UserId};

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "authorizations")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: AuthorizationId,
    /// SHA-256 of the `state` sent along, in hex; unique.
    pub state_hash: String,
    /// SHA-256 of the browser's session or the terminal's run that began it, in hex.
    pub session_hash: String,
    /// What it is for.
    pub purpose: Purpose,
    /// The mailbox to be opened.
    pub mailbox_id: Option<MailboxId>,
    /// The mail server whose client is used.
    pub mail_server_id: MailServerId,
    /// Who began it, where somebody was signed in.
    pub user_id: Option<UserId>,
    /// The PKCE verifier, encrypted (RFC 7636).
    pub verifier_sealed: Vec<u8>,
    /// Which key sealed it.
    pub verifier_key_id: String,
    /// The nonce, encrypted.
    pub nonce_sealed: Vec<u8>,
    /// Which key sealed it.
    pub nonce_key_id: String,
    /// The redirect URI that was sent.
    pub redirect_uri: String,
    /// The callback path of the service key; none for a terminal's own listener.
    pub callback_path: Option<String>,
    /// When it was begun.
    pub created_at: DateTimeUtc,
    /// Until when the answer is taken.
    pub expires_at: DateTimeUtc,
    /// When the answer was taken; there is no second.
    pub used_at: Option<DateTimeUtc>,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What an authorization is for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To open a mailbox.
    Mailbox,
    /// For an administrator's consent for a whole tenant.
    AdminConsent,
}

impl Purpose {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mailbox => "mailbox",
            Self::AdminConsent => "admin_consent",
        }
    }
}
