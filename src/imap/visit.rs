//! One step after the other to a server's door, each with its outcome and its time: for telling a person where the way
//! ends. [`open`](super::open()) goes the same way without stopping to look.

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
use super::endpoint::{Endpoint, Limits, Login, Tls};
use super::error::ImapError;
use super::open::{ascii_host, ask_for_tls, first_line, why_silent};
use super::session::Session;
use super::sign_in::{know_capabilities, sign_in};
use super::tls::{self, Agreed};
use super::wire::{Stream, Wire};

/// What a step came to.
#[derive(Debug)]
pub struct Timed<T> {
    /// How long it took.
    pub took: Duration,
    /// What came of it.
    pub outcome: Result<T, ImapError>,
}

impl<T> Timed<T> {
    async fn of(step: impl Future<Output = Result<T, ImapError>>) -> Self {
        let began = Instant::now();
        let outcome = step.await;
        Self {
            took: began.elapsed(),
            outcome,
        }
    }
}

/// How far the way went. Steps after one that failed are missing.
#[derive(Debug, Default)]
pub struct Visit {
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
pub struct Door {
    wire: Wire,
    endpoint: Endpoint,
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door")
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

/// Goes to a server's door.
pub async fn visit(endpoint: &Endpoint, limits: &Limits) -> Visit {
    let mut visit = Visit::default();
    let endpoint = match ascii_host(&endpoint.host) {
        Ok(host) => Endpoint {
            host,
            ..endpoint.clone()
        },
        Err(error) => {
            visit.addresses = Some(Timed::of(async { Err(error) }).await);
            return visit;
        }
    };
    let addresses = Timed::of(resolve(&endpoint, limits)).await;
    visit_at(addresses, &endpoint, limits).await
}

/// The same for addresses that are known.
pub(crate) async fn visit_at(
    addresses: Timed<Vec<SocketAddr>>,
    endpoint: &Endpoint,
    limits: &Limits,
) -> Visit {
    let mut visit = Visit::default();
    let order = match &addresses.outcome {
        Ok(addresses) => interleave(addresses),
        Err(_) => VecDeque::new(),
    };
    visit.addresses = Some(addresses);
    let tried = join_all(order.into_iter().map(async |address| {
        let connection = Timed::of(connect_to(address, endpoint, limits)).await;
        (address, connection)
    }));
    let mut reached = None;
    for (address, Timed { took, outcome }) in tried.await {
        let outcome = outcome.map(|stream| {
            reached.get_or_insert(stream);
        });
        visit.connections.push((address, Timed { took, outcome }));
    }
    if let Some(stream) = reached {
        let way = AssertUnwindSafe(go(stream, endpoint, limits, &mut visit));
        if way.catch_unwind().await.is_err() {
            // What a server sends can bring the reader down; it is the step after the last good one.
            let crash = Err(ImapError::Crashed);
            let took = Duration::ZERO;
            visit.capabilities = Some(Timed {
                took,
                outcome: crash,
            });
        }
    }
    visit
}

/// From an open connection to the door; ends at the first step that fails.
async fn go(stream: TcpStream, endpoint: &Endpoint, limits: &Limits, visit: &mut Visit) {
    let stream: Box<dyn Stream> = Box::new(stream);
    let mut wire = match endpoint.tls {
        Tls::None | Tls::StartTls => Wire::new(stream, limits.clone()),
        Tls::Implicit => match encrypt(async { Ok(stream) }, endpoint, limits, visit).await {
            Some(wire) => wire,
            None => return,
        },
    };
    let greeting = Timed::of(async {
        match first_line(&mut wire, endpoint).await {
            Err(error) => Err(why_silent(error, endpoint, limits).await),
            greeting => greeting,
        }
    });
    let greeting = visit.greeting.insert(greeting.await);
    if greeting.outcome.is_err() {
        return;
    }
    if endpoint.tls == Tls::StartTls {
        match encrypt(ask_for_tls(wire, endpoint), endpoint, limits, visit).await {
            Some(encrypted) => wire = encrypted,
            None => return,
        }
    }
    let capabilities = Timed::of(async {
        know_capabilities(&mut wire).await?;
        Ok(wire.capabilities())
    });
    let capabilities = visit.capabilities.insert(capabilities.await);
    if capabilities.outcome.is_ok() {
        let endpoint = endpoint.clone();
        visit.door = Some(Door { wire, endpoint });
    }
}

async fn encrypt(
    stream: impl Future<Output = Result<Box<dyn Stream>, ImapError>>,
    endpoint: &Endpoint,
    limits: &Limits,
    visit: &mut Visit,
) -> Option<Wire> {
    let Timed { took, outcome } =
        Timed::of(async { tls::secure_and_tell(stream.await?, endpoint, limits).await }).await;
    let (stream, outcome) = match outcome {
        Ok((stream, agreed)) => (Some(stream), Ok(agreed)),
        Err(error) => (None, Err(error)),
    };
    visit.tls = Some(Timed { took, outcome });
    Some(Wire::new(stream?, limits.clone()))
}

impl Door {
    /// Signs in.
    pub async fn sign_in(self, login: &Login) -> Timed<Session> {
        let Self { mut wire, endpoint } = self;
        let login = login.clone();
        Timed::of(Session::start(async move {
            sign_in(&mut wire, &endpoint, &login).await?;
            Ok(wire)
        }))
        .await
    }
}
