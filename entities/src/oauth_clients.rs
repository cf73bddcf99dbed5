//! How this program is known to a mail server's OAuth provider.

use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::{MailServerId, ServiceKeyId};
use crate::names::Names;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "oauth_clients")]
pub struct Model {
    /// The mail server.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mail_server_id: MailServerId,
    /// How tokens are obtained.
    pub flow: Flow,
    /// Client ID.
    pub client_id: String,
    /// `${env:NAME}` or `${file:/path}` of the client secret, read at every use.
    pub secret_reference: Option<String>,
    /// The client secret, encrypted.
    pub secret_sealed: Option<Vec<u8>>,
    /// Which key sealed it.
    pub secret_key_id: Option<String>,
    /// The day on which the provider stops taking the secret, as an admin typed it.
    pub secret_expires_on: Option<Date>,
    /// Microsoft's tenant: an ID, a domain, or `common`, `organizations`, `consumers`.
    pub tenant: Option<String>,
    /// A national cloud or a region, where a provider has several.
    pub cloud: Option<String>,
    /// Addresses that differ from the preset's.
    pub endpoints: Endpoints,
    /// Scopes to ask for; empty for the preset's.
    pub scopes: Names,
    /// Whose callback address is used.
    pub service_key_id: Option<ServiceKeyId>,
    /// The redirect URI as registered with the provider; never changes by itself.
    pub redirect_uri: Option<String>,
    /// Microsoft: the object ID of the enterprise application that stands for an app with rights of its own.
    pub service_principal: Option<String>,
    /// What the issuer named in `endpoints` said of itself.
    pub discovered: Option<Discovered>,
    /// When it said so.
    pub discovered_at: Option<DateTimeUtc>,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// How tokens are obtained.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// The mailbox's owner consents.
    AuthorizationCode,
    /// The provider's administrator consented for the program itself.
    AppOnly,
}

impl Flow {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::AppOnly => "app_only",
        }
    }
}

/// Addresses of an OAuth provider that differ from the preset's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(default)]
pub struct Endpoints {
    /// Where people consent.
    pub authorization: Option<String>,
    /// Where tokens are given.
    pub token: Option<String>,
    /// Where device codes are given (RFC 8628).
    pub device: Option<String>,
    /// Where tokens are taken back (RFC 7009).
    pub revocation: Option<String>,
    /// Where the keys of identity tokens are (RFC 7517).
    pub jwks: Option<String>,
    /// Whom identity tokens must come from.
    pub issuer: Option<String>,
    /// Where an administrator consents for a whole tenant.
    pub admin_consent: Option<String>,
}

/// What an authorization server said of itself (OpenID Connect Discovery, RFC 8414).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Discovered {
    /// Which issuer was asked, as an admin typed it: of another one this says nothing.
    pub asked: String,
    /// Where people consent.
    pub authorization: String,
    /// Where tokens are given.
    pub token: String,
    /// Where device codes are given (RFC 8628).
    #[serde(default)]
    pub device: Option<String>,
    /// Where tokens are taken back (RFC 7009).
    #[serde(default)]
    pub revocation: Option<String>,
    /// Where the keys of identity tokens are (RFC 7517).
    #[serde(default)]
    pub jwks: Option<String>,
    /// Whether it promises to name itself in the callback (RFC 9207).
    #[serde(default)]
    pub sends_iss: bool,
}
