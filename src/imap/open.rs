//! From an endpoint and a login to a session that can read: connect, encrypt, greet, sign in.

use super::command::Command;
use super::connect::connect;
use super::endpoint::{Endpoint, Limits, Login, Tls};
use super::said::Condition;
use super::session::Session;
use super::sign_in::{ignore, know_capabilities, sign_in};
use super::stranger::{why_silent, wrong_port};
use super::wire::{Stream, Wire};
use crate::transport::ServerError;
use crate::transport::{self, greet};

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
    let (login, limits) = (login.clone(), limits.clone());
    Session::start(async move {
        let stream: Box<dyn Stream> = Box::new(connect(&endpoint, &limits).await?);
        let mut wire: Wire = match greet(stream, &endpoint, &limits).await {
            Err(error) => return Err(why_silent(error, &endpoint, &limits).await),
            Ok(wire) => wire,
        };
        sign_in(&mut wire, &endpoint, &login).await?;
        Ok(wire)
    })
    .await
}

impl transport::Wire for Wire {
    fn over(stream: Box<dyn Stream>, limits: &Limits) -> Self {
        Self::new(stream, limits.clone())
    }

    /// Of a server that is to ask who we are.
    async fn first_line(&mut self, endpoint: &Endpoint) -> Result<String, ServerError> {
        let (condition, said) = self
            .greeting()
            .await
            .map_err(|error| not_imap(error, self, endpoint))?;
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
        Err(ServerError::protocol(
            "it signed us in before we said who we are (PREAUTH)",
        ))
    }

    async fn ask_for_tls(mut self, endpoint: &Endpoint) -> Result<Box<dyn Stream>, ServerError> {
        know_capabilities(&mut self).await?;
        if !self.has("STARTTLS") {
            return Err(ServerError::StartTlsMissing {
                host: endpoint.host.clone(),
                protocol: endpoint.protocol,
            });
        }
        self.run(Command::new("STARTTLS"), &mut ignore).await?;
        self.into_stream()
            .ok_or_else(|| tampered(endpoint, "something was said after STARTTLS was agreed on"))
    }

    async fn capabilities(&mut self) -> Result<Vec<String>, ServerError> {
        know_capabilities(self).await?;
        Ok(Wire::capabilities(self))
    }
}

fn tampered(endpoint: &Endpoint, what: &str) -> ServerError {
    ServerError::StartTlsTampered {
        host: endpoint.host.clone(),
        protocol: endpoint.protocol,
        what: what.to_owned(),
    }
}

/// A port that greets otherwise than IMAP does is somebody else's.
fn not_imap(error: ServerError, wire: &Wire, endpoint: &Endpoint) -> ServerError {
    if !matches!(
        error,
        ServerError::Protocol { .. } | ServerError::Hostile { .. }
    ) {
        return error;
    }
    wrong_port(error, wire.guard().first_line(), endpoint)
}
