//! Listens on a free loopback port and gives each connection a session in a task of its own. It never knows commands.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::{JoinError, JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::certificate::{self, Certificate};
use crate::provider::{Provider, SandboxError};
use crate::reply;
use crate::session::Session;
use crate::wire::{Gone, Stream, Wire};

/// How connections are encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tls {
    /// Not at all; logins are taken in plain text.
    #[default]
    Plain,
    /// After STARTTLS; before it no login is taken.
    StartTls,
    /// From the first byte.
    Implicit,
}

/// What the server can do and tells in CAPABILITY.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    /// The LOGIN command; without it LOGINDISABLED is told.
    Login,
    /// AUTHENTICATE PLAIN.
    Plain,
    /// AUTHENTICATE XOAUTH2.
    XOAuth2,
    /// AUTHENTICATE OAUTHBEARER (RFC 7628).
    OAuthBearer,
    /// Initial responses (RFC 4959).
    SaslIr,
    /// ID (RFC 2971).
    Id,
    /// IDLE (RFC 2177).
    Idle,
    /// UNSELECT (RFC 3691).
    Unselect,
    /// UIDPLUS (RFC 4315).
    UidPlus,
    /// MOVE (RFC 6851).
    Move,
    /// SPECIAL-USE (RFC 6154).
    SpecialUse,
    /// CONDSTORE (RFC 7162).
    CondStore,
    /// Non-synchronising literals (RFC 7888).
    LiteralPlus,
    /// Gmail's X-GM-MSGID.
    Gmail,
    /// EMAILID (RFC 8474).
    ObjectId,
}

impl Feature {
    /// All that one server may well have together; [`Feature::Gmail`] and [`Feature::ObjectId`] are asked for by name.
    pub const ALL: [Self; 13] = [
        Self::Login,
        Self::Plain,
        Self::XOAuth2,
        Self::OAuthBearer,
        Self::SaslIr,
        Self::Id,
        Self::Idle,
        Self::Unselect,
        Self::UidPlus,
        Self::Move,
        Self::SpecialUse,
        Self::CondStore,
        Self::LiteralPlus,
    ];
}

/// Bounds that keep a wild client from hurting the machine.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at once; further ones hear BYE.
    pub connections: usize,
    /// Bytes of a client's line.
    pub max_line: usize,
    /// Bytes of a client's literal.
    pub max_literal: u64,
    /// Time for a TLS handshake.
    pub handshake: Duration,
    /// A client that says nothing for this long is logged out.
    pub inactivity: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 200,
            max_line: 64 * 1024,
            max_literal: 64 << 20,
            handshake: Duration::from_secs(10),
            inactivity: Duration::from_mins(30),
        }
    }
}

/// How to serve.
#[derive(Clone, Debug)]
pub struct Options {
    /// Encryption.
    pub tls: Tls,
    /// What is wrong with the certificate.
    pub certificate: Certificate,
    /// What the server can do.
    pub features: BTreeSet<Feature>,
    /// Bounds.
    pub limits: Limits,
    /// Stops the server when cancelled.
    pub cancel: CancellationToken,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            tls: Tls::default(),
            certificate: Certificate::default(),
            features: Feature::ALL.into_iter().collect(),
            limits: Limits::default(),
            cancel: CancellationToken::new(),
        }
    }
}

impl Options {
    /// All features, with this encryption.
    #[must_use]
    pub fn with_tls(tls: Tls) -> Self {
        Self {
            tls,
            ..Self::default()
        }
    }

    /// Takes a feature away.
    #[must_use]
    pub fn without(mut self, feature: Feature) -> Self {
        self.features.remove(&feature);
        self
    }
}

/// What all sessions of a server share.
pub(crate) struct Service {
    pub(crate) provider: Provider,
    pub(crate) acceptor: Option<TlsAcceptor>,
    pub(crate) tls: Tls,
    pub(crate) features: BTreeSet<Feature>,
    pub(crate) limits: Limits,
}

/// A running server. Dropping it stops it too, without waiting.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    /// The authority to trust, when there is TLS.
    pub ca_pem: Option<String>,
    cancel: CancellationToken,
    task: JoinHandle<u32>,
}

impl Running {
    /// Runs `work` on the listener in a task of its own.
    pub(crate) fn start<W>(
        listener: TcpListener,
        ca_pem: Option<String>,
        cancel: CancellationToken,
        work: impl FnOnce(TcpListener, CancellationToken) -> W,
    ) -> Result<Self, SandboxError>
    where
        W: Future<Output = u32> + Send + 'static,
    {
        let addr = listener.local_addr().map_err(SandboxError::Listen)?;
        let task = tokio::spawn(work(listener, cancel.clone()));
        Ok(Self {
            addr,
            ca_pem,
            cancel,
            task,
        })
    }

    /// Stops listening, ends all connections and waits until that is done. Returns how many sessions a panic has
    /// ended: 0, or this server has a bug.
    pub async fn stop(mut self) -> u32 {
        self.cancel.cancel();
        (&mut self.task).await.unwrap_or(1)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

/// Starts a server for this provider on a free port of 127.0.0.1. One provider may have several servers.
pub async fn serve(provider: Provider, options: Options) -> Result<Running, SandboxError> {
    let identity = match options.tls {
        Tls::Plain => None,
        Tls::StartTls | Tls::Implicit => Some(certificate::identity(options.certificate)?),
    };
    let listener = TcpListener::bind(("127.0.0.1", 0))
        .await
        .map_err(SandboxError::Listen)?;
    let (acceptor, ca_pem) = identity
        .map(|identity| (identity.acceptor, identity.ca_pem))
        .unzip();
    let connections = options.limits.connections;
    let service = Arc::new(Service {
        provider,
        acceptor,
        tls: options.tls,
        features: options.features,
        limits: options.limits,
    });
    let cancel = options.cancel.child_token();
    Running::start(listener, ca_pem, cancel, |listener, cancel| {
        accept(listener, connections, cancel, move |stream, crowded| {
            let service = Arc::clone(&service);
            async move {
                // The connection's end is no error of the server, whatever ended it.
                let _ = converse(stream, service, crowded).await;
            }
        })
    })
}

/// Gives each connection a conversation of its own, and tells those beyond so many that it is crowded. Returns how many
/// of them a panic has ended.
pub(crate) async fn accept<C>(
    listener: TcpListener,
    connections: usize,
    cancel: CancellationToken,
    converse: impl Fn(TcpStream, bool) -> C,
) -> u32
where
    C: Future<Output = ()> + Send + 'static,
{
    let room = Arc::new(Semaphore::new(connections));
    let mut sessions = JoinSet::new();
    let mut crashed = 0;
    loop {
        tokio::select! {
            () = cancel.cancelled() => break,
            Some(ended) = sessions.join_next() => crashed += report(ended),
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let permit = Arc::clone(&room).try_acquire_owned().ok();
                    let conversation = converse(stream, permit.is_none());
                    sessions.spawn(async move {
                        conversation.await;
                        drop(permit);
                    });
                }
                Err(error) => tracing::warn!(%error, "The sandbox could not accept a connection"),
            },
        }
    }
    drop(listener);
    while let Some(ended) = sessions.try_join_next() {
        crashed += report(ended);
    }
    sessions.shutdown().await;
    crashed
}

/// 1 when a session ended by a panic.
fn report(ended: Result<(), JoinError>) -> u32 {
    match ended {
        Err(error) if error.is_panic() => {
            tracing::error!(%error, "A sandbox session ended by a panic");
            1
        }
        _ => 0,
    }
}

async fn converse(stream: TcpStream, service: Arc<Service>, crowded: bool) -> Result<(), Gone> {
    stream.set_nodelay(true)?;
    let stream: Box<dyn Stream> = Box::new(stream);
    let connection = service.provider.next_connection();
    let mut wire = Wire::new(stream, service.limits, service.provider.clone(), connection);
    if let (Tls::Implicit, Some(acceptor)) = (service.tls, &service.acceptor) {
        wire.start_tls(acceptor).await?;
    }
    if crowded {
        wire.send(&reply::bye("Too many connections")).await?;
        wire.close().await;
        return Ok(());
    }
    Session::new(wire, service).run().await
}

#[cfg(test)]
#[path = "server_tests.rs"]
mod tests;
