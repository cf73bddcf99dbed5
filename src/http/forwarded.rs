//! Whose request it is when proxies stand between: the rightmost address of `X-Forwarded-For` that is no proxy of ours.
//! What stands left of it was written by the caller and proves nothing.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;

use super::site::Site;

/// The caller's address.
pub(super) fn caller(peer: IpAddr, headers: &HeaderMap, site: &Site) -> IpAddr {
    let mut nearest = peer.to_canonical();
    if !site.trusts(nearest) {
        return nearest;
    }
    let hops: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    for hop in hops.into_iter().rev() {
        // A proxy that hides a hop (`unknown`) leaves itself as the last address that is known.
        let Some(address) = address(hop.trim()) else {
            return nearest;
        };
        nearest = address;
        if !site.trusts(nearest) {
            break;
        }
    }
    nearest
}

/// Some proxies add the port.
fn address(hop: &str) -> Option<IpAddr> {
    hop.parse::<IpAddr>()
        .or_else(|_| hop.parse::<SocketAddr>().map(|socket| socket.ip()))
        .or_else(|_| hop.trim_matches(['[', ']']).parse::<IpAddr>())
        .ok()
        .map(|address| address.to_canonical())
}

#[cfg(test)]
#[path = "forwarded_tests.rs"]
mod tests;
