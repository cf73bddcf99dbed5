//! Service keys in the setup file.

use entities::service_keys::ServiceKeyKind;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::yes;

/// Names a callback address or an API client, and says from where it may be used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceKey {
    /// Names the key.
    pub name: String,
    /// `oauth` (callbacks of sign-ins) or `api` (clients of the API).
    #[serde(rename = "type", default = "oauth")]
    #[schemars(schema_with = "kinds")]
    pub kind: ServiceKeyKind,
    /// Whether it may be used.
    #[serde(default = "yes")]
    pub active: bool,
    /// IP addresses and blocks (10.0.0.0/8) it may be used from; none: from any.
    #[serde(default)]
    pub allowed_ips: Vec<String>,
    /// Last part of its callback address: small letters, digits and dashes; made of the name when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_path: Option<String>,
}

fn oauth() -> ServiceKeyKind {
    ServiceKeyKind::Oauth
}

fn kinds(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": [ServiceKeyKind::Oauth.as_str(), ServiceKeyKind::Api.as_str()] })
}
