//! One step after the other to a server's door, each with its outcome and its time: for telling a person where the way
//! ends. [`open`](super::open()) goes the same way without stopping to look.

use std::fmt;

use tokio::net::TcpStream;

use super::open::{ask_for_tls, first_line};
use super::session::Session;
use super::sign_in::{know_capabilities, sign_in};
use super::wire::Wire;
use crate::transport::stranger::why_silent;
use crate::transport::{Endpoint, Limits, Login, ServerError, Stream, Timed, Tls, tls};

/// How far the way to a POP3 server went.
pub type Visit = crate::transport::Visit<Door>;

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
    let endpoint = match endpoint.in_ascii() {
        Ok(endpoint) => endpoint,
        Err(error) => {
            visit.addresses = Some(Timed::of(async { Err(error) }).await);
            return visit;
        }
    };
    if let Some(stream) = visit.reach(&endpoint, limits).await {
        go(stream, &endpoint, limits, &mut visit).await;
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
        Ok(wire.capabilities.all())
    });
    let capabilities = visit.capabilities.insert(capabilities.await);
    if capabilities.outcome.is_ok() {
        let endpoint = endpoint.clone();
        visit.door = Some(Door { wire, endpoint });
    }
}

async fn encrypt(
    stream: impl Future<Output = Result<Box<dyn Stream>, ServerError>>,
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
        Timed::of(async {
            sign_in(&mut wire, &endpoint, login).await?;
            Ok(Session::new(wire))
        })
        .await
    }
}
