//! Finds a loopback port that nobody listens on.

use std::net::TcpListener;

use rand::RngExt;

/// Below the range from which Linux takes the ports of outgoing connections, so that none is lost between the look and
/// the server's start; at random, so that tests side by side seldom choose the same. A starter tries again all the same.
const RANGE: std::ops::Range<u16> = 20_000..32_000;

/// A port that is free on `host` now.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn free_port(host: &str) -> u16 {
    let mut rng = rand::rng();
    (0..1000)
        .map(|_| rng.random_range(RANGE))
        .find(|port| TcpListener::bind((host, *port)).is_ok())
        .unwrap_or_else(|| panic!("No port of {RANGE:?} is free on {host}"))
}
