//! OAuth 2: what providers want asked and what they answer. Speaks HTTP, stores nothing.
//!
//! Never knows the database, rules or pages.

pub mod presets;

use url::Url;

/// Whose habits apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Provider {
    /// Gmail and Google Workspace.
    Google,
    /// Microsoft 365 and Outlook.com.
    Microsoft,
    /// Yahoo Mail.
    Yahoo,
    /// AOL Mail.
    Aol,
    /// Fastmail.
    Fastmail,
    /// Zoho Mail.
    Zoho,
    /// Yandex Mail.
    Yandex,
    /// Any other server.
    Generic,
}

/// Where an authorization server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// Where a person signs in.
    pub authorization: Url,
    /// Where codes and refresh tokens become access tokens.
    pub token: Url,
    /// RFC 8628.
    pub device: Option<Url>,
    /// RFC 7009.
    pub revocation: Option<Url>,
    /// Keys that sign `id_tokens`.
    pub jwks: Option<Url>,
    /// Who issues `id_tokens`; Microsoft's may hold `{tenantid}`.
    pub issuer: Option<String>,
    /// Microsoft: where an administrator consents for everybody.
    pub admin_consent: Option<Url>,
    /// Whether answers carry `iss` (RFC 9207).
    pub sends_iss: bool,
}
