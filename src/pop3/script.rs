//! What tests of this room begin with: an endpoint, a login, and a session with a server that follows a script.

use tokio::io::DuplexStream;

use super::session::Session;
use super::sign_in::sign_in;
use super::wire::Wire;
use crate::imap::script::{self, Steps, play, steps};
use crate::transport::greet;
use crate::transport::{Endpoint, Limits, Login, Protocol, ServerError};

pub(crate) const GREETING: (&str, &str) = ("", "+OK ready\r\n");
pub(crate) const OLD: (&str, &str) = ("CAPA\r\n", "-ERR unknown command\r\n");

/// Sign-in as it was before there was CAPA.
pub(crate) const SIGNED_IN: [(&str, &str); 4] = [
    GREETING,
    OLD,
    ("USER ann\r\n", "+OK\r\n"),
    ("PASS secret\r\n", "+OK locked and ready\r\n"),
];

pub(crate) fn endpoint() -> Endpoint {
    Endpoint {
        protocol: Protocol::Pop3,
        port: 110,
        ..script::endpoint()
    }
}

pub(crate) async fn open_over(
    stream: DuplexStream,
    endpoint: &Endpoint,
    login: &Login,
    limits: &Limits,
) -> Result<Session, ServerError> {
    let mut wire: Wire = greet(Box::new(stream), endpoint, limits).await?;
    sign_in(&mut wire, endpoint, login).await?;
    Ok(Session::new(wire))
}

/// What comes of signing in with a server that follows these steps.
pub(crate) async fn opened(script: &[(&str, &str)], login: &Login) -> Result<Session, ServerError> {
    let (client, _) = play(steps(script), 7, true);
    open_over(client, &endpoint(), login, &script::limits()).await
}

/// A signed-in session with a server that then follows these steps.
pub(crate) async fn session(after: &[(&str, &[u8])], piece: usize, stay: bool) -> Session {
    let mut all: Steps = steps(&SIGNED_IN);
    all.extend(
        after
            .iter()
            .map(|(expected, answer)| (expected.as_bytes().to_vec(), answer.to_vec())),
    );
    let (client, _) = play(all, piece, stay);
    let (endpoint, login, limits) = (endpoint(), script::password(), script::limits());
    open_over(client, &endpoint, &login, &limits).await.unwrap()
}
