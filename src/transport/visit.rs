//! The steps to a server's door, each with its outcome and its time: those that no protocol changes.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::connect::{connect_to, interleave, resolve};
use super::endpoint::{Endpoint, Limits};
use super::error::ServerError;
use super::tls::Agreed;

/// What a step came to.
#[derive(Debug)]
pub struct Timed<T> {
    /// How long it took.
    pub took: Duration,
    /// What came of it.
    pub outcome: Result<T, ServerError>,
}

impl<T> Timed<T> {
    /// Takes the step.
    pub(crate) async fn of(step: impl Future<Output = Result<T, ServerError>>) -> Self {
        let began = Instant::now();
        let outcome = step.await;
        Self {
            took: began.elapsed(),
            outcome,
        }
    }
}

/// How far the way went. Steps after one that failed are missing.
#[derive(Debug)]
pub struct Visit<Door> {
    /// The host's addresses.
    pub addresses: Option<Timed<Vec<SocketAddr>>>,
    /// A connection to each of them, all tried at once.
    pub connections: Vec<(SocketAddr, Timed<()>)>,
    /// The server's first words; with STARTTLS they come before TLS.
    pub greeting: Option<Timed<String>>,
    /// TLS; none without encryption.
    pub tls: Option<Timed<Agreed>>,
    /// What the server can do, upper case, sorted, as told to whoever has not signed in.
    pub capabilities: Option<Timed<Vec<String>>>,
    /// Where to sign in.
    pub door: Option<Door>,
}

impl<Door> Default for Visit<Door> {
    fn default() -> Self {
        Self {
            addresses: None,
            connections: Vec::new(),
            greeting: None,
            tls: None,
            capabilities: None,
            door: None,
        }
    }
}

impl<Door> Visit<Door> {
    /// The same with another kind of door.
    #[must_use]
    pub fn map_door<Other>(self, other: impl FnOnce(Door) -> Other) -> Visit<Other> {
        Visit {
            addresses: self.addresses,
            connections: self.connections,
            greeting: self.greeting,
            tls: self.tls,
            capabilities: self.capabilities,
            door: self.door.map(other),
        }
    }

    /// Looks the host up and connects to all its addresses at once; the connection to the first that answers.
    pub(crate) async fn reach(
        &mut self,
        endpoint: &Endpoint,
        limits: &Limits,
    ) -> Option<TcpStream> {
        let addresses = Timed::of(resolve(endpoint, limits)).await;
        self.reach_at(addresses, endpoint, limits).await
    }

    /// The same for addresses that are known.
    pub(crate) async fn reach_at(
        &mut self,
        addresses: Timed<Vec<SocketAddr>>,
        endpoint: &Endpoint,
        limits: &Limits,
    ) -> Option<TcpStream> {
        let order = match &addresses.outcome {
            Ok(addresses) => interleave(addresses),
            Err(_) => VecDeque::new(),
        };
        self.addresses = Some(addresses);
        let tried = join_all(order.into_iter().map(async |address| {
            let connection = Timed::of(connect_to(address, endpoint, limits)).await;
            (address, connection)
        }));
        let mut reached = None;
        for (address, Timed { took, outcome }) in tried.await {
            let outcome = outcome.map(|stream| {
                reached.get_or_insert(stream);
            });
            self.connections.push((address, Timed { took, outcome }));
        }
        reached
    }
}
