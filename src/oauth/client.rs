//! Who we are at a provider, and where it listens.

use secrecy::{ExposeSecret as _, SecretString};
use url::{Url, form_urlencoded};

/// Whose habits apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Provider {
    /// Gmail and Google Workspace.
    Google,
    /// Microsoft Entra ID: Exchange Online and Outlook.com.
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
    /// Any other, taken at the standards' word.
    Generic,
}

/// Where an authorization server listens. Each address is `https`, or `http` on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// Where a browser is sent to sign in.
    pub authorization: Url,
    /// Where tokens are asked for.
    pub token: Url,
    /// Where a device code is asked for (RFC 8628).
    pub device: Option<Url>,
    /// Where tokens are given back (RFC 7009).
    pub revocation: Option<Url>,
    /// The keys that identity tokens are signed with (RFC 7517).
    pub jwks: Option<Url>,
    /// The name it signs with, exactly as it writes it. Microsoft's may hold `{tenantid}`.
    pub issuer: Option<String>,
    /// Where a tenant's administrator agrees for everybody (Microsoft only).
    pub admin_consent: Option<Url>,
    /// Whether it promises to name itself in the callback (RFC 9207).
    pub sends_iss: bool,
}

/// This program as one authorization server knows it.
#[derive(Debug, Clone)]
pub struct Client {
    /// Whose habits apply.
    pub provider: Provider,
    /// The client ID from the provider's console.
    pub client_id: String,
    /// The client secret; none for a public client.
    pub client_secret: Option<SecretString>,
    /// Where the server listens.
    pub endpoints: Endpoints,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// Of these, what must be granted for mail to be read.
    pub mail_scopes: Vec<String>,
    /// Microsoft's tenant: an ID, a domain, `common`, `organizations` or `consumers`.
    pub tenant: Option<String>,
}

impl Client {
    /// Whether an identity token is asked for.
    pub(super) fn asks_for_identity(&self) -> bool {
        self.scopes.iter().any(|scope| scope == "openid")
    }

    /// These fields and who we are, as every request begins that the `oauth2` crate does not build.
    pub(super) fn form(&self, fields: &[(&str, &str)]) -> Vec<u8> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        form.append_pair("client_id", &self.client_id);
        if let Some(secret) = &self.client_secret {
            form.append_pair("client_secret", secret.expose_secret());
        }
        form.finish().into_bytes()
    }
}
