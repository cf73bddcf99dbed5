//! One step after the other to a server's door, each with its outcome and its time: for telling a person where the way
//! ends. Opening a session goes the same way without stopping to look.

use std::collections::VecDeque;
use std::fmt;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::connect::{connect_to, interleave, resolve};
use super::endpoint::{Endpoint, Limits, Tls};
use super::error::ServerError;
use super::stranger::why_silent;
use super::stream::Stream;
use super::tls::{self, Agreed};
use super::wire::Wire;

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

/// A connection on which nobody has signed in yet.
pub(crate) struct Door<W> {
    pub(crate) wire: W,
    pub(crate) endpoint: Endpoint,
}

impl<W> fmt::Debug for Door<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door")
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
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
}

impl<W: Wire> Visit<Door<W>> {
    /// Goes to a server's door.
    pub(crate) async fn to(endpoint: &Endpoint, limits: &Limits) -> Self {
        match endpoint.in_ascii() {
            Ok(endpoint) => {
                let addresses = Timed::of(resolve(&endpoint, limits)).await;
                Self::at(addresses, &endpoint, limits).await
            }
            Err(error) => Self {
                addresses: Some(Timed::of(async { Err(error) }).await),
                ..Self::default()
            },
        }
    }

    /// The same for addresses that are known.
    pub(crate) async fn at(
        addresses: Timed<Vec<SocketAddr>>,
        endpoint: &Endpoint,
        limits: &Limits,
    ) -> Self {
        let mut visit = Self::default();
        if let Some(stream) = visit.reach(addresses, endpoint, limits).await {
            let way = AssertUnwindSafe(visit.go(stream, endpoint, limits));
            if way.catch_unwind().await.is_err() {
                // What a server sends can bring the reader down; it is the step after the last good one.
                visit.capabilities = Some(Timed {
                    took: Duration::ZERO,
                    outcome: Err(ServerError::Crashed),
                });
            }
        }
        visit
    }

    /// Connects to all addresses at once; the connection to the first that answers.
    async fn reach(
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

    /// From an open connection to the door; ends at the first step that fails.
    async fn go(&mut self, stream: TcpStream, endpoint: &Endpoint, limits: &Limits) {
        let stream: Box<dyn Stream> = Box::new(stream);
        let mut wire = match endpoint.tls {
            Tls::None | Tls::StartTls => W::over(stream, limits),
            Tls::Implicit => match self.encrypt(async { Ok(stream) }, endpoint, limits).await {
                Some(wire) => wire,
                None => return,
            },
        };
        let greeting = Timed::of(async {
            match wire.first_line(endpoint).await {
                Err(error) => Err(why_silent(error, endpoint, limits).await),
                greeting => greeting,
            }
        });
        let greeting = self.greeting.insert(greeting.await);
        if greeting.outcome.is_err() {
            return;
        }
        if endpoint.tls == Tls::StartTls {
            match self
                .encrypt(wire.ask_for_tls(endpoint), endpoint, limits)
                .await
            {
                Some(encrypted) => wire = encrypted,
                None => return,
            }
        }
        let capabilities = Timed::of(wire.capabilities()).await;
        if self.capabilities.insert(capabilities).outcome.is_ok() {
            let endpoint = endpoint.clone();
            self.door = Some(Door { wire, endpoint });
        }
    }

    async fn encrypt(
        &mut self,
        stream: impl Future<Output = Result<Box<dyn Stream>, ServerError>>,
        endpoint: &Endpoint,
        limits: &Limits,
    ) -> Option<W> {
        let Timed { took, outcome } =
            Timed::of(async { tls::secure_and_tell(stream.await?, endpoint, limits).await }).await;
        let (stream, outcome) = match outcome {
            Ok((stream, agreed)) => (Some(stream), Ok(agreed)),
            Err(error) => (None, Err(error)),
        };
        self.tls = Some(Timed { took, outcome });
        Some(W::over(stream?, limits))
    }
}
