//! What every protocol's connection can do before anyone has signed in, and the way there that they share.

use super::endpoint::{Endpoint, Limits, Tls};
use super::error::ServerError;
use super::stream::Stream;
use super::tls;

/// One connection in its protocol.
pub(crate) trait Wire: Send + Sized {
    /// Over a stream on which the server speaks first, or has spoken before TLS.
    fn over(stream: Box<dyn Stream>, limits: &Limits) -> Self;

    /// Reads the greeting; returns its words.
    fn first_line(
        &mut self,
        endpoint: &Endpoint,
    ) -> impl Future<Output = Result<String, ServerError>> + Send;

    /// Has the server agree to TLS; returns the stream on which it is to begin.
    fn ask_for_tls(
        self,
        endpoint: &Endpoint,
    ) -> impl Future<Output = Result<Box<dyn Stream>, ServerError>> + Send;

    /// What the server can do, upper case, sorted; asked for unless it has said so already.
    fn capabilities(&mut self) -> impl Future<Output = Result<Vec<String>, ServerError>> + Send;
}

/// How a command failed; `R` is how a server of the protocol declines one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure<R> {
    /// Declined in so many words; the session goes on.
    Refused(R),
    /// The session is over.
    Broken(ServerError),
}

impl<R> From<ServerError> for Failure<R> {
    fn from(error: ServerError) -> Self {
        Self::Broken(error)
    }
}

/// Encrypts as the endpoint wants it and reads the greeting.
pub(crate) async fn greet<W: Wire>(
    stream: Box<dyn Stream>,
    endpoint: &Endpoint,
    limits: &Limits,
) -> Result<W, ServerError> {
    let stream = match endpoint.tls {
        Tls::Implicit => tls::secure(stream, endpoint, limits).await?,
        Tls::StartTls | Tls::None => stream,
    };
    let mut wire = W::over(stream, limits);
    wire.first_line(endpoint).await?;
    if endpoint.tls == Tls::StartTls {
        let stream = wire.ask_for_tls(endpoint).await?;
        let stream = tls::secure(stream, endpoint, limits).await?;
        return Ok(W::over(stream, limits));
    }
    Ok(wire)
}
