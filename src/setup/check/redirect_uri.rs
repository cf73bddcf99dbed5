//! The redirect URI: made once, kept from then on, and refused where the provider would refuse it.

use entities::mail_servers::Preset;
use url::{Host, Url};

use super::Checker;
use crate::loopback;
use crate::setup::document::MailServer;
use crate::setup::problem::Path;
use crate::setup::provider;

/// Microsoft's limit.
const LENGTH_LIMIT: usize = 256;

/// Ends of names that exist in private networks only.
const PRIVATE: [&str; 14] = [
    "arpa",
    "corp",
    "example",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "private",
    "test",
];

impl Checker<'_> {
    /// Fills in and checks the redirect URI. `callback` is the last part of the service key's callback address.
    pub(super) fn redirect_uri(
        &mut self,
        path: &Path,
        server: &mut MailServer,
        callback: Option<&str>,
    ) {
        let name = server.name.clone();
        let Some(oauth) = server.oauth.as_mut() else {
            return;
        };
        let written = oauth.redirect_uri.is_some();
        let place = path.key(if written {
            "redirect_uri"
        } else {
            "service_key"
        });
        if !written {
            oauth.redirect_uri = self.kept_or_made(&name, callback);
        }
        let Some(redirect_uri) = oauth.redirect_uri.clone() else {
            if callback.is_some() {
                self.warning(&place, "the redirect URI is not known until the setting public_url says where browsers reach Mailroom");
            }
            return;
        };
        match parsed(&redirect_uri) {
            Err(told) => self.problem(&place, format!("the redirect URI {redirect_uri}: {told}")),
            Ok(url) => {
                if let Some(told) = refused(&url, server) {
                    self.problem(&place, format!("the redirect URI {redirect_uri}: {told}"));
                } else if let Some(callback) = callback
                    && !url.path().ends_with(&format!("/oauth/callback/{callback}"))
                {
                    self.problem(&place, format!("the redirect URI {redirect_uri} is not that of the service key, which ends in /oauth/callback/{callback}; register the new address at the provider and write it under redirect_uri, or name the old service key"));
                } else if loopback::is_url(&url) && !written {
                    self.warning(&place, format!("the redirect URI {redirect_uri} works for browsers on this machine only; set public_url before you register it at the provider"));
                }
            }
        }
    }

    /// What is stored stays, whatever `public_url` says by now: it is registered at the provider. Only an address of
    /// this machine gives way to a real one.
    fn kept_or_made(&self, server: &str, callback: Option<&str>) -> Option<String> {
        let kept = self
            .stored
            .mail_servers
            .get(server)
            .and_then(|row| row.item.oauth.as_ref()?.redirect_uri.clone());
        let made = self
            .around
            .public_url
            .zip(callback)
            .and_then(|(public_url, callback)| callback_address(public_url, callback));
        let local = |address: &String| Url::parse(address).is_ok_and(|url| loopback::is_url(&url));
        match (kept, made) {
            (Some(kept), Some(made)) if local(&kept) && !local(&made) => Some(made),
            (kept, made) => kept.or(made),
        }
    }
}

fn callback_address(public_url: &Url, callback: &str) -> Option<String> {
    let mut address = public_url.clone();
    address.set_query(None);
    address.set_fragment(None);
    address
        .path_segments_mut()
        .ok()?
        .pop_if_empty()
        .extend(["oauth", "callback", callback]);
    Some(address.into())
}

fn parsed(written: &str) -> Result<Url, String> {
    let url = Url::parse(written)
        .map_err(|_| "that is no address; write it whole, beginning with https://".to_owned())?;
    if url.as_str() != written {
        // Providers compare letter by letter, and what is sent is the tidy form.
        return Err(format!("write it as it will be sent: {url}"));
    }
    Ok(url)
}

/// Why the provider would refuse it.
fn refused(url: &Url, server: &MailServer) -> Option<String> {
    if !is_confidential(url) {
        return Some("it must begin with https://, because the sign-in comes back by it; set public_url to an https address".to_owned());
    }
    if url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
        return Some("it must hold no #, no user and no password; remove them".to_owned());
    }
    if url.as_str().len() > LENGTH_LIMIT {
        return Some(format!(
            "it has more than {LENGTH_LIMIT} letters, which providers refuse; write a shorter callback_path"
        ));
    }
    match server.preset {
        Preset::Google => refused_by_google(url),
        Preset::Microsoft | Preset::OutlookCom => refused_by_microsoft(url, server),
        _ => None,
    }
    .map(str::to_owned)
}

fn refused_by_google(url: &Url) -> Option<&'static str> {
    match url.host() {
        Some(Host::Domain("localhost")) => None,
        Some(Host::Domain(name)) if is_private(name) => Some(
            "Google takes names of the public Internet only; give Mailroom a public name, which need not be reachable from outside, and set public_url to it",
        ),
        Some(Host::Ipv4(_) | Host::Ipv6(_)) if !loopback::is_url(url) => {
            Some("Google takes no IP address; give Mailroom a name and set public_url to it")
        }
        _ => None,
    }
}

fn refused_by_microsoft(url: &Url, server: &MailServer) -> Option<&'static str> {
    if url.query().is_some() && provider::takes_personal_microsoft_accounts(server) {
        return Some(
            "for apps that take personal accounts Microsoft allows no ? in it; remove what follows",
        );
    }
    match url.host() {
        Some(Host::Ipv6(_)) if url.scheme() == "http" => {
            Some("Microsoft takes no IPv6 address without https; write http://localhost")
        }
        _ => None,
    }
}

/// A name that no public suffix ends.
fn is_private(name: &str) -> bool {
    match name.trim_end_matches('.').rsplit_once('.') {
        None => true,
        Some((_, end)) => PRIVATE.contains(&end),
    }
}

/// Whether what is sent there can't be overheard: by TLS, or because it never leaves this machine.
pub(super) fn is_confidential(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && loopback::is_url(url))
}

#[cfg(test)]
#[path = "redirect_uri_tests.rs"]
mod tests;
