//! From an endpoint and a login to a session that can read: connect, encrypt, greet, sign in.

use super::command::Command;
use super::connect::connect;
use super::endpoint::{Endpoint, Limits, Login, Tls};
use super::error::ImapError;
use super::said::Condition;
use super::session::Session;
use super::sign_in::{ignore, know_capabilities, sign_in};
use super::stranger::{why_silent, wrong_port};
use super::tls;
use super::wire::{Stream, Wire};

/// Opens a session.
///
/// # Errors
/// Says which of name look-up, network, TLS, certificate, protocol and login failed; [`ImapError::remedy`] says what
/// to do about it.
pub async fn open(
    endpoint: &Endpoint,
    login: &Login,
    limits: &Limits,
) -> Result<Session, ImapError> {
    let endpoint = endpoint.in_ascii()?;
    let (login, limits) = (login.clone(), limits.clone());
    Session::start(async move {
        let stream: Box<dyn Stream> = Box::new(connect(&endpoint, &limits).await?);
        let mut wire = match greet(stream, &endpoint, &limits).await {
            Err(error) => return Err(why_silent(error, &endpoint, &limits).await),
            Ok(wire) => wire,
        };
        sign_in(&mut wire, &endpoint, &login).await?;
        Ok(wire)
    })
    .await
}

/// Encrypts as the endpoint wants it and reads the greeting.
pub(crate) async fn greet(
    stream: Box<dyn Stream>,
    endpoint: &Endpoint,
    limits: &Limits,
) -> Result<Wire, ImapError> {
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

/// Reads the greeting of a server that is to ask who we are; returns its words.
pub(crate) async fn first_line(wire: &mut Wire, endpoint: &Endpoint) -> Result<String, ImapError> {
    let (condition, said) = wire
        .greeting()
        .await
        .map_err(|error| not_imap(error, wire, endpoint))?;
    if condition != Condition::PreAuth {
        return Ok(said.words);
    }
    if endpoint.tls == Tls::StartTls {
        return Err(tampered(
            endpoint,
            "it was signed in before it was encrypted",
        ));
    }
    // Whose mail this is has not been shown: no login was looked at.
    Err(ImapError::protocol(
        "it signed us in before we said who we are (PREAUTH)",
    ))
}

/// Has the server agree to STARTTLS; returns the stream on which TLS is to begin.
pub(crate) async fn ask_for_tls(
    mut wire: Wire,
    endpoint: &Endpoint,
) -> Result<Box<dyn Stream>, ImapError> {
    know_capabilities(&mut wire).await?;
    if !wire.has("STARTTLS") {
        return Err(ImapError::StartTlsMissing {
            host: endpoint.host.clone(),
            protocol: endpoint.protocol,
        });
    }
    wire.run(Command::new("STARTTLS"), &mut ignore).await?;
    wire.into_stream()
        .ok_or_else(|| tampered(endpoint, "something was said after STARTTLS was agreed on"))
}

fn tampered(endpoint: &Endpoint, what: &str) -> ImapError {
    ImapError::StartTlsTampered {
        host: endpoint.host.clone(),
        protocol: endpoint.protocol,
        what: what.to_owned(),
    }
}

/// A port that greets otherwise than IMAP does is somebody else's.
fn not_imap(error: ImapError, wire: &Wire, endpoint: &Endpoint) -> ImapError {
    if !matches!(
        error,
        ImapError::Protocol { .. } | ImapError::Hostile { .. }
    ) {
        return error;
    }
    wrong_port(error, wire.guard().first_line(), endpoint)
}
