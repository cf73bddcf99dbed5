//! Where Mailroom is called from outside, and what follows from that for cookies, links and hosts.

use std::net::IpAddr;

use ipnet::IpNet;
use url::Url;

/// The address people type, and the proxies before us.
#[derive(Debug, Clone)]
pub struct Site {
    public_url: Url,
    trusted_proxies: Vec<IpNet>,
}

impl Site {
    /// `public_url` is `http` or `https` with a host and no path.
    #[must_use]
    pub fn new(public_url: Url, trusted_proxies: Vec<IpNet>) -> Self {
        Self {
            public_url,
            trusted_proxies,
        }
    }

    /// The address people type.
    #[must_use]
    pub fn public_url(&self) -> &Url {
        &self.public_url
    }

    /// Scheme, host and port, as a browser writes an `Origin`.
    #[must_use]
    pub fn origin(&self) -> String {
        self.public_url.origin().ascii_serialization()
    }

    /// A page of ours, seen from outside; `path` begins with a slash.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin())
    }

    /// Whether browsers reach us over TLS.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// A cookie's name: with TLS it can't be set by a sibling host or over plain HTTP (RFC 6265bis §4.1.3.2).
    #[must_use]
    pub fn cookie_name(&self, name: &str) -> String {
        if self.is_secure() {
            format!("__Host-{name}")
        } else {
            name.to_owned()
        }
    }

    /// Whether `Host: host` is how we are called.
    #[must_use]
    pub fn is_called(&self, host: &str) -> bool {
        Url::parse(&format!("{}://{host}/", self.public_url.scheme()))
            .is_ok_and(|called| called.origin() == self.public_url.origin())
    }

    /// Whether what this peer says about others is believed.
    #[must_use]
    pub fn trusts(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.trusted_proxies
            .iter()
            .any(|block| block.contains(&peer))
    }
}

#[cfg(test)]
#[path = "site_tests.rs"]
mod tests;
