//! Where pages are served, under which address browsers reach them, and which proxies may speak for a browser.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use url::{ParseError, Url};

use super::setting::Setting;
use super::values::Values;
use crate::loopback;

/// Where pages are served when nobody says otherwise.
const LISTEN: &str = "127.0.0.1:8025";

impl Values {
    /// `None`: no pages.
    pub(super) fn listen(&mut self) -> Option<SocketAddr> {
        let text = self.text(Setting::Listen).unwrap_or(LISTEN).trim();
        if text == "off" {
            return None;
        }
        let parsed = text.parse().ok();
        if parsed.is_none() {
            let what = format!("is \"{text}\"");
            self.problem(
                Setting::Listen,
                what,
                "Write an IP address and a port, such as 127.0.0.1:8025 or 0.0.0.0:8025, or off",
            );
        }
        parsed
    }

    pub(super) fn public_url(&mut self, listen: Option<SocketAddr>) -> Option<Url> {
        let Some(text) = self.text(Setting::PublicUrl).map(str::to_owned) else {
            return self.default_public_url(listen);
        };
        match public_url(&text) {
            Ok(url) => Some(url),
            Err(what) => {
                self.problem(
                    Setting::PublicUrl,
                    what,
                    "Write what people type into their browsers, such as https://mailroom.example.com",
                );
                None
            }
        }
    }

    fn default_public_url(&mut self, listen: Option<SocketAddr>) -> Option<Url> {
        match listen {
            // Providers send people back to this address and mail links to it, so it can't be guessed.
            Some(address) if !address.ip().is_loopback() => {
                self.problem(
                    Setting::PublicUrl,
                    format!("is not set, and listen is {address}, which others can reach"),
                    "Set it to what people type into their browsers, such as https://mailroom.example.com",
                );
                None
            }
            Some(address) => Url::parse(&format!("http://{address}")).ok(),
            None => Url::parse(&format!("http://{LISTEN}")).ok(),
        }
    }

    pub(super) fn trusted_proxies(&mut self) -> Vec<IpNet> {
        let mut proxies = Vec::new();
        for text in self.list(Setting::TrustedProxies) {
            match address_range(&text) {
                Some(range) => proxies.push(range),
                None => self.problem(
                    Setting::TrustedProxies,
                    format!("holds \"{text}\""),
                    "Write IP addresses or ranges, such as 10.0.0.7 or 10.0.0.0/24",
                ),
            }
        }
        proxies
    }
}

/// Checks an address for browsers; `Err` says what is wrong, as the end of a sentence.
fn public_url(text: &str) -> Result<Url, String> {
    let url = parse(text.trim())?;
    match url.scheme() {
        "https" => {}
        "http" if loopback::is_url(&url) => {}
        "http" => return Err("is http, over which sign-ins could be read".to_owned()),
        other => return Err(format!("begins with \"{other}:\"")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds a user name or password".to_owned());
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err("has more than scheme, host and port".to_owned());
    }
    Ok(url)
}

/// Reads an address; `Err` says what is wrong, as the end of a sentence, without telling the address.
pub(super) fn parse(text: &str) -> Result<Url, String> {
    Url::parse(text).map_err(|error| match error {
        ParseError::RelativeUrlWithoutBase => "has no scheme".to_owned(),
        error => format!("can't be read as an address: {error}"),
    })
}

/// An IP address, or a range in CIDR notation.
fn address_range(text: &str) -> Option<IpNet> {
    let range = text.parse::<IpNet>().ok();
    range
        .or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
        .map(|range| range.trunc())
}
