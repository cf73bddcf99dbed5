//! Mail servers in the setup file, and how Mailroom is known to their OAuth providers.

use chrono::NaiveDate;
use entities::mail_servers::{AuthMethod, Preset, Protocol, TlsMode};
use entities::oauth_clients::{Endpoints, Flow};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::{day, yes};
use crate::oauth::presets::{Cloud, Region};
use crate::setup::secret::Secret;

/// A provider's or company's server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MailServer {
    /// Names the server in this file.
    pub name: String,
    /// A known provider, from which hosts, ports, `tls`, `auth` and endpoints are taken where they are not written.
    #[serde(default = "generic")]
    #[schemars(schema_with = "presets")]
    pub preset: Preset,
    /// The mail domain it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// `imap`, or `pop3` for mailboxes without IMAP: `host`, `port` and `tls` are then those of the POP3 server.
    #[serde(default, skip_serializing_if = "is_imap")]
    #[schemars(schema_with = "protocols")]
    pub protocol: Protocol,
    /// DNS name or IP address of the server that is read, without port; the preset's when absent, or with `protocol: pop3`
    /// that of `pop3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// TCP port; 993 for implicit TLS, else 143; with `protocol: pop3` 995, else 110.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub port: Option<u16>,
    /// `implicit`, `starttls`, or `none` to send passwords and mail in the clear.
    #[serde(default = "implicit")]
    #[schemars(schema_with = "tls_modes")]
    pub tls: TlsMode,
    /// Whether the server must prove its name.
    #[serde(default = "yes")]
    pub verify_certificate: bool,
    /// Absolute path of a PEM file with the company's own CA, read where Mailroom runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<String>,
    /// `password`, `xoauth2` or `oauthbearer`; when absent, `password` without an `oauth` section and what the preset
    /// takes with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "auth_methods")]
    pub auth: Option<AuthMethod>,
    /// Where mail is sent; the preset's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smtp: Option<Service>,
    /// Where the POP3 server is, should mail have to be read without IMAP; the preset's when absent. It is read with
    /// `protocol: pop3` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pop3: Option<Service>,
    /// Which servers' checks of a sender are believed: their names as they stand in Authentication-Results (RFC 8601),
    /// `*.example.com` for all of a domain. Those of Gmail and Microsoft 365 are known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trusted_servers: Vec<String>,
    /// Whether its mailboxes are scanned.
    #[serde(default = "yes")]
    pub active: bool,
    /// Whether users may choose it for their own mailbox.
    #[serde(default = "yes")]
    pub visible: bool,
    /// How Mailroom is known to the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oauth: Option<OAuth>,
}

impl MailServer {
    /// How mailboxes are opened.
    #[must_use]
    pub fn auth(&self) -> AuthMethod {
        self.auth.unwrap_or(AuthMethod::Password)
    }

    /// The server that is read; empty until what the file left out is filled in.
    #[must_use]
    pub fn host(&self) -> &str {
        self.host.as_deref().unwrap_or_default()
    }
}

/// Another service of the same provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// DNS name or IP address, without port.
    pub host: String,
    /// TCP port; the usual one for `tls` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub port: Option<u16>,
    /// `implicit`, `starttls` or `none`.
    #[serde(default = "implicit")]
    #[schemars(schema_with = "tls_modes")]
    pub tls: TlsMode,
}

/// How Mailroom is known to an OAuth provider.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OAuth {
    /// `authorization_code` (a person signs in) or `app_only` (Microsoft: the app has rights of its own).
    #[serde(default = "authorization_code")]
    #[schemars(schema_with = "flows")]
    pub flow: Flow,
    /// Client ID, as the provider's console shows it.
    pub client_id: String,
    /// Client secret; when absent, the stored one stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<Secret>,
    /// The last day of the client secret (2026-01-31), to be warned before.
    #[serde(
        default,
        deserialize_with = "day",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub client_secret_expires_on: Option<NaiveDate>,
    /// Microsoft: `common`, `organizations`, a tenant's ID or one of its domains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Microsoft: `global`, `us_gov` or `china`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "clouds")]
    pub cloud: Option<Cloud>,
    /// Zoho: the end of the address at which mail is read: `com`, `eu`, `in`, `com.au`, `jp` or `com.cn`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "regions")]
    pub region: Option<Region>,
    /// What is asked for; the preset's when none is written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// Addresses that differ from the preset's, or all of a server without preset.
    #[serde(default, with = "EndpointKeys", skip_serializing_if = "is_empty")]
    #[schemars(with = "EndpointKeys")]
    pub endpoints: Endpoints,
    /// Name of the service key whose callback address is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_key: Option<String>,
    /// The address registered at the provider; when absent, made once of `public_url` and the service key, and kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    /// Microsoft, `flow: app_only`: the Object ID under Enterprise applications > your app > Overview, for the commands that
    /// let the app into a mailbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_principal: Option<String>,
}

/// Addresses of an OAuth provider.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Endpoints", deny_unknown_fields)]
struct EndpointKeys {
    /// Where people sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    authorization: Option<String>,
    /// Where tokens are given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// Where device codes are given (RFC 8628).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    device: Option<String>,
    /// Where tokens are taken back (RFC 7009).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revocation: Option<String>,
    /// Where the keys of identity tokens are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    jwks: Option<String>,
    /// Whom identity tokens must come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    /// Microsoft: where an administrator consents for a whole tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    admin_consent: Option<String>,
}

fn is_empty(endpoints: &Endpoints) -> bool {
    *endpoints == Endpoints::default()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
fn is_imap(protocol: &Protocol) -> bool {
    *protocol == Protocol::Imap
}

fn generic() -> Preset {
    Preset::Generic
}

fn implicit() -> TlsMode {
    TlsMode::Implicit
}

fn authorization_code() -> Flow {
    Flow::AuthorizationCode
}

fn presets(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": Preset::ALL.map(Preset::as_str) })
}

fn protocols(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": [Protocol::Imap.as_str(), Protocol::Pop3.as_str()] })
}

fn tls_modes(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": [TlsMode::Implicit.as_str(), TlsMode::Starttls.as_str(), TlsMode::None.as_str()] })
}

fn auth_methods(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "enum": [AuthMethod::Password.as_str(), AuthMethod::Xoauth2.as_str(), AuthMethod::Oauthbearer.as_str()]
    })
}

fn flows(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": [Flow::AuthorizationCode.as_str(), Flow::AppOnly.as_str()] })
}

fn clouds(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": Cloud::ALL.map(Cloud::as_str) })
}

fn regions(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": Region::ALL.map(Region::as_str) })
}
