//! From a host name to an open TCP connection: all addresses, the next one started before the last has failed
//! (RFC 8305). Where a host was last time is remembered for when the name service is out of order.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::endpoint::{Endpoint, Limits};
use super::error::ServerError;
use super::fault::Step;

/// How long one address is tried alone.
const HEAD_START: Duration = Duration::from_millis(300);
/// A connection that is silent for so long is asked whether it lives, so that a router on the way does not forget it.
const SILENCE: Duration = Duration::from_mins(4);
/// And so often again, before it counts as dead after a few times.
const ASKED_AGAIN: Duration = Duration::from_secs(30);
/// More hosts are not remembered.
const REMEMBERED: usize = 8_192;

/// Addresses of a host under which it was reached.
type Found = HashMap<(String, u16), Vec<SocketAddr>>;

static FOUND: LazyLock<Mutex<Found>> = LazyLock::new(Mutex::default);

/// Opens a connection.
pub(crate) async fn connect(
    endpoint: &Endpoint,
    limits: &Limits,
) -> Result<TcpStream, ServerError> {
    let resolved = resolve(endpoint, limits).await;
    connect_resolved(endpoint, limits, resolved).await
}

async fn connect_resolved(
    endpoint: &Endpoint,
    limits: &Limits,
    resolved: Result<Vec<SocketAddr>, ServerError>,
) -> Result<TcpStream, ServerError> {
    let addresses = match resolved {
        Err(error) if is_out_of_order(&error) => recall(endpoint).ok_or(error)?,
        resolved => resolved?,
    };
    match timeout(limits.connect, race(interleave(&addresses))).await {
        Ok(Ok(stream)) => {
            prepare(&stream).map_err(|error| unreachable(endpoint, &error))?;
            remember(endpoint, addresses);
            Ok(stream)
        }
        Ok(Err(error)) => Err(unreachable(endpoint, &error)),
        Err(_) => Err(ServerError::Timeout {
            step: Step::Connect,
            after: limits.connect,
        }),
    }
}

fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let keep_alive = TcpKeepalive::new()
        .with_time(SILENCE)
        .with_interval(ASKED_AGAIN);
    SockRef::from(stream).set_tcp_keepalive(&keep_alive)
}

/// The name service did not say that there is no such host; it said nothing.
fn is_out_of_order(error: &ServerError) -> bool {
    matches!(
        error,
        ServerError::Dns {
            temporary: true,
            ..
        } | ServerError::Timeout {
            step: Step::Resolve,
            ..
        }
    )
}

fn remember(endpoint: &Endpoint, addresses: Vec<SocketAddr>) {
    let mut found = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    let key = (endpoint.host.clone(), endpoint.port);
    if found.len() < REMEMBERED || found.contains_key(&key) {
        found.insert(key, addresses);
    }
}

fn recall(endpoint: &Endpoint) -> Option<Vec<SocketAddr>> {
    let found = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    found.get(&(endpoint.host.clone(), endpoint.port)).cloned()
}

/// Looks up all addresses of the host.
pub(crate) async fn resolve(
    endpoint: &Endpoint,
    limits: &Limits,
) -> Result<Vec<SocketAddr>, ServerError> {
    let dns = |temporary| ServerError::Dns {
        host: endpoint.host.clone(),
        temporary,
    };
    if endpoint.host.is_empty() {
        return Err(ServerError::BadSetting {
            what: "the mail server's host is empty".to_owned(),
        });
    }
    match timeout(
        limits.connect,
        lookup_host((endpoint.host.as_str(), endpoint.port)),
    )
    .await
    {
        Ok(Ok(addresses)) => {
            let addresses: Vec<_> = addresses.collect();
            if addresses.is_empty() {
                Err(dns(false))
            } else {
                Ok(addresses)
            }
        }
        Ok(Err(error)) => {
            // The resolver's own code is lost on the way here; only its words (glibc's, musl's) are left.
            let words = error.to_string();
            Err(dns(
                words.contains("Temporary failure") || words.contains("Try again")
            ))
        }
        Err(_) => Err(ServerError::Timeout {
            step: Step::Resolve,
            after: limits.connect,
        }),
    }
}

/// Opens a connection to one of the host's addresses.
pub(crate) async fn connect_to(
    address: SocketAddr,
    endpoint: &Endpoint,
    limits: &Limits,
) -> Result<TcpStream, ServerError> {
    match timeout(limits.connect, TcpStream::connect(address)).await {
        Ok(stream) => stream.map_err(|error| unreachable(endpoint, &error)),
        Err(_) => Err(ServerError::Timeout {
            step: Step::Connect,
            after: limits.connect,
        }),
    }
}

/// The resolver's order, with the two address families taking turns.
pub(crate) fn interleave(addresses: &[SocketAddr]) -> VecDeque<SocketAddr> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (mut first, mut second): (VecDeque<_>, VecDeque<_>) = addresses
        .iter()
        .copied()
        .partition(|address| address.is_ipv6() == first_is_v6);
    let mut order = VecDeque::with_capacity(addresses.len());
    while !first.is_empty() || !second.is_empty() {
        order.extend(first.pop_front());
        order.extend(second.pop_front());
    }
    order
}

async fn race(mut addresses: VecDeque<SocketAddr>) -> io::Result<TcpStream> {
    let mut attempts = JoinSet::new();
    let mut failure = None;
    loop {
        if let Some(address) = addresses.pop_front() {
            attempts.spawn(TcpStream::connect(address));
        }
        let finished = if addresses.is_empty() {
            attempts.join_next().await
        } else {
            tokio::select! {
                finished = attempts.join_next() => finished,
                () = sleep(HEAD_START) => continue,
            }
        };
        match finished {
            Some(Ok(Ok(stream))) => return Ok(stream),
            Some(Ok(Err(error))) => failure = Some(telling(failure, error)),
            Some(Err(_)) => {}
            None => return Err(failure.unwrap_or_else(|| io::ErrorKind::AddrNotAvailable.into())),
        }
    }
}

/// A refusal says more than an address family that this machine has no way to.
fn telling(before: Option<io::Error>, now: io::Error) -> io::Error {
    match before {
        Some(before) if before.kind() == io::ErrorKind::ConnectionRefused => before,
        _ => now,
    }
}

fn unreachable(endpoint: &Endpoint, error: &io::Error) -> ServerError {
    let (host, port) = (endpoint.host.clone(), endpoint.port);
    match error.kind() {
        io::ErrorKind::ConnectionRefused => ServerError::Refused {
            host,
            port,
            protocol: endpoint.protocol,
        },
        kind => ServerError::Unreachable {
            host,
            port,
            why: kind.to_string(),
        },
    }
}

#[cfg(test)]
#[path = "connect_tests.rs"]
mod tests;
