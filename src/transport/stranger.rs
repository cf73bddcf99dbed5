//! Who answers where somebody else was expected: told from the first line, or from its absence.

use super::connect::connect;
use super::endpoint::{Endpoint, Limits, Protocol, Tls};
use super::error::ServerError;
use super::fault::{Speaks, Step};
use super::tls;

/// What a server whose first line broke the rules really speaks; `error` where that can't be told or is the protocol
/// that was expected.
pub(crate) fn wrong_port(error: ServerError, first: &[u8], endpoint: &Endpoint) -> ServerError {
    let begins = |words: &[&[u8]]| words.iter().any(|word| first.starts_with(word));
    let speaks = if begins(&[b"220 ", b"220-", b"421 ", b"554 "]) {
        Speaks::Smtp
    } else if begins(&[b"+OK", b"-ERR"]) {
        Speaks::Pop3
    } else if begins(&[b"HTTP/", b"<"]) {
        Speaks::Http
    } else if begins(&[b"\x15\x03", b"\x16\x03"]) {
        Speaks::Tls
    } else if begins(&[b"* "]) {
        Speaks::Imap
    } else {
        Speaks::Unknown
    };
    match (endpoint.protocol, speaks) {
        (Protocol::Imap, Speaks::Imap) | (Protocol::Pop3, Speaks::Pop3) => error,
        _ => speaking(endpoint, speaks),
    }
}

/// A server that waits for TLS says nothing to a plain connection: one more connection tells.
pub(crate) async fn why_silent(
    error: ServerError,
    endpoint: &Endpoint,
    limits: &Limits,
) -> ServerError {
    let silent = matches!(
        error,
        ServerError::Timeout {
            step: Step::Greeting,
            ..
        } | ServerError::Closed { words: None }
    );
    if endpoint.tls == Tls::Implicit || !silent {
        return error;
    }
    let Ok(stream) = connect(endpoint, limits).await else {
        return error;
    };
    if tls::answers_to_tls(Box::new(stream), endpoint, limits).await {
        speaking(endpoint, Speaks::Tls)
    } else {
        error
    }
}

fn speaking(endpoint: &Endpoint, speaks: Speaks) -> ServerError {
    ServerError::WrongPort {
        host: endpoint.host.clone(),
        port: endpoint.port,
        protocol: endpoint.protocol,
        speaks,
    }
}
