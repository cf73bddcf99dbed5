//! What an identity token says (OpenID Connect Core §2, and Microsoft's `tid`, `oid`, `upn`).

use serde::Deserialize;
use serde_json::{Number, Value};

use super::Identity;

/// More than this of an address can't be mailed to (RFC 5321 §4.5.3.1).
const LONGEST_ADDRESS: usize = 254;

#[derive(Deserialize)]
pub(super) struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: Option<Number>,
    iat: Option<Number>,
    nbf: Option<Number>,
    nonce: Option<String>,
    tid: Option<String>,
    oid: Option<String>,
    // Whoever runs the server decides what is in these.
    email: Option<Value>,
    email_verified: Option<Value>,
    preferred_username: Option<Value>,
    upn: Option<Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Claims {
    pub(super) fn issuer(&self) -> &str {
        &self.iss
    }

    pub(super) fn tenant(&self) -> Option<&str> {
        self.tid.as_deref()
    }

    pub(super) fn audience(&self) -> Vec<&str> {
        match &self.aud {
            Audience::One(one) => vec![one],
            Audience::Several(several) => several.iter().map(String::as_str).collect(),
        }
    }

    pub(super) fn authorized_party(&self) -> Option<&str> {
        self.azp.as_deref()
    }

    /// Seconds since 1970, as all times here.
    pub(super) fn expires(&self) -> Option<i64> {
        self.exp.as_ref().and_then(seconds)
    }

    pub(super) fn issued(&self) -> Option<i64> {
        self.iat.as_ref().and_then(seconds)
    }

    pub(super) fn not_before(&self) -> Option<i64> {
        self.nbf.as_ref().and_then(seconds)
    }

    pub(super) fn nonce(&self) -> Option<&str> {
        self.nonce.as_deref()
    }

    pub(super) fn identity(self) -> Identity {
        let mut addresses = Vec::new();
        for claim in [&self.email, &self.preferred_username, &self.upn] {
            if let Some(address) = claim.as_ref().and_then(address)
                && !addresses.contains(&address)
            {
                addresses.push(address);
            }
        }
        let unverified = matches!(&self.email_verified, Some(said) if !is_true(said));
        let email = self.email.as_ref().filter(|_| !unverified);
        Identity {
            email: email.and_then(address),
            issuer: self.iss,
            subject: self.sub,
            tenant: self.tid,
            object_id: self.oid,
            addresses,
        }
    }
}

/// Some write it as a text.
fn is_true(said: &Value) -> bool {
    said.as_bool().unwrap_or(false) || said.as_str() == Some("true")
}

/// A user name may be a telephone number, too.
fn address(claim: &Value) -> Option<String> {
    let text = claim.as_str()?.trim();
    let (local, domain) = text.rsplit_once('@')?;
    let plain = !text.contains(|c: char| c.is_whitespace() || c.is_control());
    (!local.is_empty() && !domain.is_empty() && plain && text.len() <= LONGEST_ADDRESS)
        .then(|| text.to_lowercase())
}

/// Some write fractions.
fn seconds(number: &Number) -> Option<i64> {
    number
        .as_i64()
        .or_else(|| number.to_string().split('.').next()?.parse().ok())
}
