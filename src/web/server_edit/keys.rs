//! The form of a mail server as keys of the set-up file.

use serde_json::{Map, Value, json};

use super::super::fields::Sent;

/// Keys of the provider's addresses.
const ENDPOINTS: [&str; 7] = [
    "authorization",
    "token",
    "device",
    "revocation",
    "jwks",
    "issuer",
    "admin_consent",
];

/// What the form says; what it leaves empty is taken away, so that what is known of the provider stands again.
pub(super) fn of(sent: &Sent) -> Map<String, Value> {
    let smtp = if sent.text("smtp.host").is_empty() {
        Value::Null
    } else {
        json!({
            "host": sent.text("smtp.host"),
            "port": sent.number("smtp.port"),
            "tls": sent.value("smtp.tls"),
        })
    };
    let keys = json!({
        "name": sent.text("name"),
        "preset": sent.text("preset"),
        "domain": sent.value("domain"),
        "protocol": sent.value("protocol"),
        "host": sent.value("host"),
        "port": sent.number("port"),
        "tls": sent.value("tls"),
        "verify_certificate": sent.is_ticked("verify_certificate"),
        "ca_file": sent.value("ca_file"),
        "auth": sent.value("auth"),
        "smtp": smtp,
        "trusted_servers": sent.lines("trusted_servers"),
        "active": sent.is_ticked("active"),
        "visible": sent.is_ticked("visible"),
        "oauth": oauth(sent),
    });
    keys.as_object().cloned().unwrap_or_default()
}

fn oauth(sent: &Sent) -> Value {
    if sent.text("oauth.client_id").is_empty() {
        return Value::Null;
    }
    let mut endpoints = Map::new();
    for key in ENDPOINTS {
        endpoints.insert(
            key.to_owned(),
            sent.value(&format!("oauth.endpoints.{key}")),
        );
    }
    let value = |key: &str| sent.value(&format!("oauth.{key}"));
    let mut oauth = json!({
        "flow": value("flow"),
        "client_id": value("client_id"),
        "client_secret_expires_on": value("client_secret_expires_on"),
        "tenant": value("tenant"),
        "cloud": value("cloud"),
        "region": value("region"),
        "scopes": sent.lines("oauth.scopes"),
        "endpoints": endpoints,
        "service_key": value("service_key"),
        "service_principal": value("service_principal"),
    });
    let secret = sent.typed("oauth.client_secret");
    // One that is not typed stays as it is.
    if let Some(oauth) = oauth.as_object_mut().filter(|_| !secret.is_empty()) {
        oauth.insert("client_secret".to_owned(), Value::from(secret));
    }
    oauth
}
