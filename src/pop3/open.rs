//! From an endpoint and a login to a session that can read: connect, encrypt, greet, sign in.

use super::refusal::{Failure, Refusal};
use super::said::Reply;
use super::session::Session;
use super::sign_in::{know_capabilities, sign_in};
use super::wire::Wire;
use crate::transport::connect::connect;
use crate::transport::stranger::{why_silent, wrong_port};
use crate::transport::{self, Endpoint, Limits, Login, ServerError, Stream, greet};

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
    let mut wire: Wire = match greet(stream, &endpoint, limits).await {
        Err(error) => return Err(why_silent(error, &endpoint, limits).await),
        Ok(wire) => wire,
    };
    sign_in(&mut wire, &endpoint, login).await?;
    Ok(Session::new(wire))
}

impl transport::Wire for Wire {
    fn over(stream: Box<dyn Stream>, limits: &Limits) -> Self {
        Self::new(stream, limits.clone())
    }

    async fn first_line(&mut self, endpoint: &Endpoint) -> Result<String, ServerError> {
        match self.greeting().await {
            Ok(Reply::Well(said)) => Ok(said.words),
            // Turned away before anything was asked: too many connections, out of order.
            Ok(Reply::Refused(said)) => Err(match Refusal::new("greeting", said).in_general() {
                ServerError::ServerSaid { words, .. } => ServerError::Closed { words: Some(words) },
                error => error,
            }),
            Ok(Reply::GoOn(_)) => Err(super::wire::broke("its first line is no greeting")),
            Err(error @ (ServerError::Protocol { .. } | ServerError::Hostile { .. })) => {
                Err(wrong_port(error, Wire::first_line(self), endpoint))
            }
            Err(error) => Err(error),
        }
    }

    /// With STLS (RFC 2595 §4).
    async fn ask_for_tls(mut self, endpoint: &Endpoint) -> Result<Box<dyn Stream>, ServerError> {
        let missing = || ServerError::StartTlsMissing {
            host: endpoint.host.clone(),
            protocol: endpoint.protocol,
        };
        know_capabilities(&mut self).await?;
        if self.capabilities.told && !self.capabilities.has("STLS") {
            return Err(missing());
        }
        match self.run("STLS", "").await {
            Ok(_) => {}
            Err(Failure::Refused(refusal)) => {
                return Err(match refusal.in_general() {
                    ServerError::ServerSaid { .. } => missing(),
                    error => error,
                });
            }
            Err(Failure::Broken(error)) => return Err(error),
        }
        self.into_stream()
            .ok_or_else(|| ServerError::StartTlsTampered {
                host: endpoint.host.clone(),
                protocol: endpoint.protocol,
                what: "something was said after STLS was agreed on".to_owned(),
            })
    }

    async fn capabilities(&mut self) -> Result<Vec<String>, ServerError> {
        know_capabilities(self).await?;
        Ok(self.capabilities.all())
    }
}
