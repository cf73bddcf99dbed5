//! The company's own identity provider, by which users may sign in (OpenID Connect).

use secrecy::SecretString;
use url::Url;

use super::setting::Setting;
use super::values::Values;
use super::web::parse;
use crate::loopback;

/// The company's identity provider.
#[derive(Debug, Clone)]
pub struct Sso {
    /// Its name as it signs it: the address below which its discovery document lies.
    pub issuer: Url,
    /// How Mailroom is known there.
    pub client_id: String,
    /// What proves that; none for a public client.
    pub client_secret: Option<SecretString>,
    /// What people call it: `Sign in with …`.
    pub name: String,
    /// Who comes with an address at one of these is made a user at the first sign-in, lower case.
    pub domains: Vec<String>,
}

impl Values {
    pub(super) fn sso(&mut self) -> Option<Sso> {
        let issuer = self.checked(
            Setting::SsoIssuer,
            issuer,
            "Write its https address as its manual has it, such as https://login.example.com/realms/main",
        );
        let client_id = self.text(Setting::SsoClientId).map(str::to_owned);
        let client_secret = self.text(Setting::SsoClientSecret).map(SecretString::from);
        let name = self.text(Setting::SsoName).map(str::to_owned);
        let domains = self.list(Setting::SsoDomains);
        if self.given.contains_key(&Setting::SsoIssuer) {
            self.needs(
                Setting::SsoClientId,
                Setting::SsoIssuer,
                "Register Mailroom there and set the client ID that it gives",
            );
        } else {
            for setting in [
                Setting::SsoClientId,
                Setting::SsoClientSecret,
                Setting::SsoName,
                Setting::SsoDomains,
            ] {
                self.is_idle_without(setting, Setting::SsoIssuer);
            }
        }
        let issuer = issuer?;
        Some(Sso {
            name: name.unwrap_or_else(|| issuer.host_str().unwrap_or_default().to_owned()),
            issuer,
            client_id: client_id?,
            client_secret,
            domains: domains
                .iter()
                .map(|domain| domain.trim_start_matches('@').to_lowercase())
                .collect(),
        })
    }
}

fn issuer(text: &str) -> Result<Url, String> {
    let url = parse(text)?;
    match url.scheme() {
        "https" if url.has_host() => {}
        "http" if loopback::is_url(&url) => {}
        "http" => return Err("is http, over which sign-ins could be forged".to_owned()),
        _ => return Err("is no web address".to_owned()),
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("has more than scheme, host and path".to_owned());
    }
    Ok(url)
}
