//! A provider's or company's server: where it is and how to authenticate.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::MailServerId;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "mail_servers")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: MailServerId,
    /// Unique name.
    pub name: String,
    /// DNS name or IP address.
    pub host: String,
    /// TCP port, 1 to 65535.
    pub port: i32,
    /// How the connection is encrypted.
    pub tls: TlsMode,
    /// Whether a certificate that does not check out ends the connection.
    pub verify_certificate: bool,
    /// Path of a PEM file with the server's own CA.
    pub ca_file: Option<String>,
    /// How to authenticate.
    pub auth: AuthMethod,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// How a connection is encrypted.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum TlsMode {
    /// TLS from the first byte (RFC 8314).
    Implicit,
    /// Plain, then STARTTLS.
    Starttls,
    /// Never; must be allowed explicitly.
    None,
}

impl TlsMode {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Implicit => "implicit",
            Self::Starttls => "starttls",
            Self::None => "none",
        }
    }
}

/// How a mailbox is opened.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// PLAIN or LOGIN with a password.
    Password,
    /// XOAUTH2 with an access token.
    Xoauth2,
    /// OAUTHBEARER with an access token (RFC 7628).
    Oauthbearer,
}

impl AuthMethod {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Xoauth2 => "xoauth2",
            Self::Oauthbearer => "oauthbearer",
        }
    }
}
