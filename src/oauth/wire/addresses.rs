//! Which addresses may be asked. Endpoints are typed by admins, and a name may lead anywhere: to the service that hands
//! out a cloud machine's own credentials, for instance.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;
use url::{Host, Url};

use super::HttpError;
use crate::loopback;

/// Services of clouds for their own machines that do not lie in the link-local networks: AWS over IPv6, Google over
/// IPv6, Alibaba, Azure.
const METADATA: [IpAddr; 4] = [
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
];

/// Whether an authorization server's address may be asked: `https`, or `http` on this machine; without a name and
/// password in it; never a link-local address or a cloud's service for its own machines.
///
/// # Errors
/// [`HttpError::NotAllowed`] says why not.
pub fn may_be_asked(url: &Url) -> Result<(), HttpError> {
    let refused = |why: &str| HttpError::NotAllowed {
        url: shown(url),
        why: why.to_owned(),
    };
    let (address, local) = match url.host() {
        Some(Host::Ipv4(address)) => (Some(IpAddr::V4(address)), address.is_loopback()),
        Some(Host::Ipv6(address)) => (Some(IpAddr::V6(address)), address.is_loopback()),
        Some(Host::Domain(name)) => (None, is_localhost(name)),
        None => return Err(refused("it names no host")),
    };
    match url.scheme() {
        "https" => {}
        "http" if local => {}
        "http" => {
            return Err(refused(
                "it is not encrypted; it has to begin with https://",
            ));
        }
        _ => return Err(refused("it has to begin with https://")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused("it holds a name or a password"));
    }
    if address.is_some_and(is_off_limits) {
        return Err(refused(
            "it belongs to this machine's network or cloud, not to an authorization server",
        ));
    }
    Ok(())
}

/// Without what may be secret in it.
fn shown(url: &Url) -> String {
    format!(
        "{}://{}{}",
        url.scheme(),
        super::fault::host(url),
        url.path()
    )
}

/// Names below `localhost` too: [`allowed`] looks at where they lead.
fn is_localhost(name: &str) -> bool {
    loopback::is_host(name) || name.trim_end_matches('.').ends_with(".localhost")
}

fn is_off_limits(address: IpAddr) -> bool {
    let address = unwrapped(address);
    let link_local = match address {
        IpAddr::V4(v4) => v4.is_link_local() || v4.is_broadcast(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    link_local || address.is_unspecified() || address.is_multicast() || METADATA.contains(&address)
}

/// An IPv4 address inside an IPv6 one: mapped (RFC 4291 §2.5.5.2) or behind NAT64 (RFC 6052 §2.1).
fn unwrapped(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => match v6.segments() {
            [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
                let [a, b] = high.to_be_bytes();
                let [c, d] = low.to_be_bytes();
                IpAddr::V4(Ipv4Addr::new(a, b, c, d))
            }
            _ => IpAddr::V6(v6),
        },
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// The system's name service, without the addresses that are off limits. `localhost` is nothing but this machine.
pub(super) struct Resolver;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = lookup_host((name.as_str(), 0)).await?.collect();
            let allowed = allowed(name.as_str(), found);
            if allowed.is_empty() {
                return Err("its name leads to no address that may be asked".into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

fn allowed(name: &str, mut found: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let local = is_localhost(name);
    found.retain(|address| {
        let address = address.ip();
        !is_off_limits(address) && (!local || unwrapped(address).is_loopback())
    });
    found
}

#[cfg(test)]
#[path = "addresses_tests.rs"]
mod tests;
