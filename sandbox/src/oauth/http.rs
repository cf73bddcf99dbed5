//! As much of HTTP/1.1 as the token endpoint needs: one request a connection, a form with a length, an answer.

use std::collections::HashMap;
use std::io;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::form_urlencoded;

use super::fault::TokenHarm;
use super::{CLIENT_ID, TokenRequest};
use crate::provider::{Provider, State};

const SPEAKS_WITHIN: Duration = Duration::from_secs(10);
const LONGEST: u64 = 64 * 1024;

type Form = HashMap<String, String>;

/// An answer of JSON.
struct Answer {
    status: u16,
    body: Value,
}

/// Reads a request and answers it.
pub(super) async fn converse(mut stream: TcpStream, provider: &Provider) -> io::Result<()> {
    let Some(form) = timeout(SPEAKS_WITHIN, read(&mut stream)).await?? else {
        return write(
            &mut stream,
            &Answer::error(404, "not_found", "Ask POST /token"),
        )
        .await;
    };
    let outcome = decide(&mut provider.lock(), &form);
    match outcome {
        Outcome::Answer(answer) => write(&mut stream, &answer).await,
        Outcome::Bytes(bytes) => {
            stream.write_all(&bytes).await?;
            stream.shutdown().await
        }
    }
}

/// What is sent back.
enum Outcome {
    Answer(Answer),
    Bytes(Vec<u8>),
}

/// Judges a request and notes it.
fn decide(state: &mut State, form: &Form) -> Outcome {
    let refresh_token = form.get("refresh_token").map_or("", String::as_str);
    let address = state.tokens.owner(refresh_token);
    let (outcome, status) = match state.strike_tokens(address.as_deref()) {
        Some(TokenHarm::Bytes(bytes, status)) => (Outcome::Bytes(bytes), status),
        Some(TokenHarm::LoseAnswer) => {
            answer(state, form);
            (Outcome::Bytes(Vec::new()), None)
        }
        None => {
            let answer = answer(state, form);
            let status = answer.status;
            (Outcome::Answer(answer), Some(status))
        }
    };
    let at = state.now();
    state.tokens.requests.push(TokenRequest {
        at,
        address,
        status,
    });
    outcome
}

/// RFC 6749 §6 and §5.2.
fn answer(state: &mut State, form: &Form) -> Answer {
    let said = |name: &str| form.get(name).map_or("", String::as_str);
    if said("client_id") != CLIENT_ID || !state.tokens.knows_client_secret(said("client_secret")) {
        return Answer::error(401, "invalid_client", "Unknown client or wrong secret");
    }
    if said("grant_type") != "refresh_token" {
        return Answer::error(400, "unsupported_grant_type", "Only refresh_token is known");
    }
    let (serial, now) = (state.next_serial(), state.now());
    let Some(refreshed) = state.tokens.refresh(said("refresh_token"), serial, now) else {
        return Answer::error(400, "invalid_grant", "Token has been expired or revoked.");
    };
    let mut body = json!({
        "access_token": refreshed.access_token,
        "expires_in": refreshed.expires_in,
        "token_type": "Bearer",
    });
    if let (Some(token), Some(body)) = (refreshed.refresh_token, body.as_object_mut()) {
        body.insert("refresh_token".to_owned(), token.into());
    }
    Answer { status: 200, body }
}

impl Answer {
    fn error(status: u16, error: &str, description: &str) -> Self {
        Self {
            status,
            body: json!({"error": error, "error_description": description}),
        }
    }
}

/// The form of a token request; none of any other request.
async fn read(stream: &mut TcpStream) -> io::Result<Option<Form>> {
    let mut reader = BufReader::new(stream).take(LONGEST);
    let mut line = String::new();
    reader.read_line(&mut line).await?;
    let is_token_request = line.starts_with("POST /token ");
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).await?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().unwrap_or_default();
        }
    }
    let mut body = vec![0; length.min(usize::try_from(LONGEST).unwrap_or_default())];
    reader.read_exact(&mut body).await?;
    let form = form_urlencoded::parse(&body).into_owned().collect();
    Ok(is_token_request.then_some(form))
}

async fn write(stream: &mut TcpStream, answer: &Answer) -> io::Result<()> {
    let body = answer.body.to_string();
    let text = format!(
        "HTTP/1.1 {} Answer\r\nConnection: close\r\nCache-Control: no-store\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        answer.status,
        body.len()
    );
    stream.write_all(text.as_bytes()).await?;
    stream.shutdown().await
}
