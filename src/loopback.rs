//! Which hosts are this machine itself: what is said to them can't be overheard, so plain text will do. Never asks a
//! name service, and knows nothing of what is said.

use std::net::IpAddr;

use url::{Host, Url};

/// Whether a host as a person writes it, a name or an address without brackets, is this machine: `localhost` (RFC 6761
/// §6.3) or a loopback address.
#[must_use]
pub fn is_host(host: &str) -> bool {
    is_name(host)
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Whether an address leads to this machine.
#[must_use]
pub fn is_url(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_name(name),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Names below it are left out: not every system keeps `mail.localhost` to itself.
fn is_name(name: &str) -> bool {
    name.strip_suffix('.')
        .unwrap_or(name)
        .eq_ignore_ascii_case("localhost")
}

#[cfg(test)]
#[path = "loopback_tests.rs"]
mod tests;
