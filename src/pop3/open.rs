//! From an endpoint and a login to a session that can read: connect, encrypt, greet, sign in.

use super::refusal::{Failure, Refusal};
use super::said::Reply;
use super::session::Session;
use super::sign_in::{know_capabilities, sign_in};
use super::wire::Wire;
use crate::transport::connect::connect;
use crate::transport::stranger::{why_silent, wrong_port};
use crate::transport::{Endpoint, Limits, Login, ServerError, Stream, Tls, tls};

/// Opens a session.
///
/// # Errors
/// Says which of name look-up, network, TLS, certificate, protocol and login failed; [`ServerError::remedy`] says what
/// to do about it.
pub async fn open(
    endpoint: &Endpoint,
    login: &Login,
    limits: &Limits,
) -> Result<Session, ServerError> {
    let endpoint = endpoint.in_ascii()?;
    let stream: Box<dyn Stream> = Box::new(connect(&endpoint, limits).await?);
    let mut wire = match greet(stream, &endpoint, limits).await {
        Err(error) => return Err(why_silent(error, &endpoint, limits).await),
        Ok(wire) => wire,
    };
    sign_in(&mut wire, &endpoint, login).await?;
    Ok(Session::new(wire))
}

/// Encrypts as the endpoint wants it and reads the greeting.
pub(crate) async fn greet(
    stream: Box<dyn Stream>,
    endpoint: &Endpoint,
    limits: &Limits,
) -> Result<Wire, ServerError> {
    let stream = match endpoint.tls {
        Tls::Implicit => tls::secure(stream, endpoint, limits).await?,
        Tls::StartTls | Tls::None => stream,
    };
    let mut wire = Wire::new(stream, limits.clone());
    first_line(&mut wire, endpoint).await?;
    if endpoint.tls == Tls::StartTls {
        let stream = ask_for_tls(wire, endpoint).await?;
        let stream = tls::secure(stream, endpoint, limits).await?;
        return Ok(Wire::new(stream, limits.clone()));
    }
    Ok(wire)
}

/// Reads the greeting; returns its words.
pub(crate) async fn first_line(
    wire: &mut Wire,
    endpoint: &Endpoint,
) -> Result<String, ServerError> {
    match wire.greeting().await {
        Ok(Reply::Well(said)) => Ok(said.words),
        // Turned away before anything was asked: too many connections, out of order.
        Ok(Reply::Refused(said)) => Err(match Refusal::new("greeting", said).in_general() {
            ServerError::ServerSaid { words, .. } => ServerError::Closed { words: Some(words) },
            error => error,
        }),
        Ok(Reply::GoOn(_)) => Err(super::wire::broke("its first line is no greeting")),
        Err(error @ (ServerError::Protocol { .. } | ServerError::Hostile { .. })) => {
            Err(wrong_port(error, wire.first_line(), endpoint))
        }
        Err(error) => Err(error),
    }
}

/// Has the server agree to STLS (RFC 2595 §4); returns the stream on which TLS is to begin.
pub(crate) async fn ask_for_tls(
    mut wire: Wire,
    endpoint: &Endpoint,
) -> Result<Box<dyn Stream>, ServerError> {
    let missing = || ServerError::StartTlsMissing {
        host: endpoint.host.clone(),
        protocol: endpoint.protocol,
    };
    know_capabilities(&mut wire).await?;
    if wire.capabilities.told && !wire.capabilities.has("STLS") {
        return Err(missing());
    }
    match wire.run("STLS", "").await {
        Ok(_) => {}
        Err(Failure::Refused(refusal)) => {
            return Err(match refusal.in_general() {
                ServerError::ServerSaid { .. } => missing(),
                error => error,
            });
        }
        Err(Failure::Broken(error)) => return Err(error),
    }
    wire.into_stream()
        .ok_or_else(|| ServerError::StartTlsTampered {
            host: endpoint.host.clone(),
            protocol: endpoint.protocol,
            what: "something was said after STLS was agreed on".to_owned(),
        })
}
