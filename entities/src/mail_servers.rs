//! A provider's or company's server: where it is and how to authenticate.

use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::MailServerId;
use crate::names::Names;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "mail_servers")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: MailServerId,
    /// Unique name.
    pub name: String,
    /// What `host` speaks.
    pub protocol: Protocol,
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
    /// Whose habits it has.
    pub preset: Preset,
    /// The mail domain it is for.
    pub domain: Option<String>,
    /// Where mail is sent.
    pub smtp: Option<Service>,
    /// Where its POP3 server is, should mail have to be read without IMAP.
    pub pop3: Option<Service>,
    /// Which servers' checks of a sender are believed (authserv-id, RFC 8601); nothing for those known of the host.
    pub trusted_servers: Option<Names>,
    /// Whether its mailboxes are scanned.
    pub active: bool,
    /// Whether users may choose it for their own mailbox.
    pub visible: bool,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Another service of the same provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Service {
    /// DNS name or IP address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: TlsMode,
}

/// How mailboxes are read.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// With folders, by UID.
    #[default]
    Imap,
    /// One maildrop without folders.
    Pop3,
}

impl Protocol {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Imap => "imap",
            Self::Pop3 => "pop3",
        }
    }
}

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

/// Whose habits a server has.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// Gmail and Google Workspace.
    Google,
    /// Microsoft 365.
    Microsoft,
    /// Outlook.com, Hotmail and Live.
    OutlookCom,
    /// Yahoo.
    Yahoo,
    /// AOL.
    Aol,
    /// Fastmail.
    Fastmail,
    /// Zoho.
    Zoho,
    /// Yandex.
    Yandex,
    /// Any other.
    Generic,
}

impl Preset {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Google,
        Self::Microsoft,
        Self::OutlookCom,
        Self::Yahoo,
        Self::Aol,
        Self::Fastmail,
        Self::Zoho,
        Self::Yandex,
        Self::Generic,
    ];

    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Microsoft => "microsoft",
            Self::OutlookCom => "outlook_com",
            Self::Yahoo => "yahoo",
            Self::Aol => "aol",
            Self::Fastmail => "fastmail",
            Self::Zoho => "zoho",
            Self::Yandex => "yandex",
            Self::Generic => "generic",
        }
    }
}
