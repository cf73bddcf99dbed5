//! Signs in: AUTH (RFC 5034) with PLAIN, XOAUTH2 or OAUTHBEARER, else USER and PASS (RFC 1939 §7).
//!
//! Not APOP: it is MD5 over a secret that the server must keep in plain text, and TLS has made it needless.

use secrecy::ExposeSecret as _;

use super::refusal::Failure;
use super::wire::Wire;
use crate::transport::sasl::{self, Mechanism, SecretBytes};
use crate::transport::{Endpoint, Login, ServerError, Tls};

/// The longest command line, with its CRLF (RFC 2449 §4): what is longer waits for the server's `+` (RFC 5034 §4).
const LONGEST_LINE: usize = 255;

/// Signs in.
pub(crate) async fn sign_in(
    wire: &mut Wire,
    endpoint: &Endpoint,
    login: &Login,
) -> Result<(), ServerError> {
    login.must_name_somebody()?;
    know_capabilities(wire).await?;
    let mechanism = Mechanism::of(login);
    if wire.capabilities.has(&format!("AUTH={}", mechanism.name())) {
        return authenticate(wire, endpoint, login, mechanism).await;
    }
    let Login::Password { user, password } = login else {
        return Err(ServerError::NoMechanism {
            wanted: mechanism.name().to_owned(),
            offered: wire.capabilities.ways_in(),
        });
    };
    if wire.capabilities.told && !wire.capabilities.has("USER") {
        return Err(match endpoint.tls {
            Tls::None if wire.capabilities.has("STLS") => ServerError::EncryptionRequired,
            _ => ServerError::NoMechanism {
                wanted: "a password".to_owned(),
                offered: wire.capabilities.ways_in(),
            },
        });
    }
    user_and_password(wire, user, password.expose_secret()).await
}

/// Asks what the server can do, unless it has said so already. One that does not know the question is as RFC 1939 has it.
pub(crate) async fn know_capabilities(wire: &mut Wire) -> Result<(), ServerError> {
    if wire.capabilities.told {
        return Ok(());
    }
    let mut told = std::mem::take(&mut wire.capabilities);
    let outcome = wire
        .list("CAPA", &mut |line| {
            told.learn(line);
            Ok(())
        })
        .await;
    match outcome {
        Ok(()) => {
            told.told = true;
            wire.capabilities = told;
            Ok(())
        }
        Err(Failure::Refused(_)) => Ok(()),
        Err(Failure::Broken(error)) => Err(error),
    }
}

async fn authenticate(
    wire: &mut Wire,
    endpoint: &Endpoint,
    login: &Login,
    mechanism: Mechanism,
) -> Result<(), ServerError> {
    let initial = sasl::initial_response(login, &endpoint.host, endpoint.port)?;
    let mut line: SecretBytes = format!("AUTH {}", mechanism.name()).into_bytes().into();
    let at_once = line.len() + 1 + initial.len() + 2 <= LONGEST_LINE;
    if at_once {
        line.push(b' ');
        line.extend_from_slice(&initial);
    }
    let mut unsent = (!at_once).then_some(&initial);
    let mut may_refuse = mechanism != Mechanism::Plain;
    let mut token_status = None;
    let outcome = wire
        .converse(
            "AUTH",
            &line,
            Some(&mut |challenge| {
                if let Some(initial) = unsent.take() {
                    return Some(initial.clone());
                }
                token_status = sasl::refusal_status(challenge).or(token_status.take());
                std::mem::take(&mut may_refuse).then(|| mechanism.acknowledgement())
            }),
        )
        .await;
    outcome.map(drop).map_err(|failure| match failure {
        Failure::Refused(refusal) => refusal.at_sign_in(token_status, &wire.capabilities),
        Failure::Broken(error) => error,
    })
}

async fn user_and_password(wire: &mut Wire, user: &str, password: &str) -> Result<(), ServerError> {
    if [user, password]
        .iter()
        .any(|word| word.contains(['\r', '\n', '\0']))
    {
        return Err(ServerError::BadSetting {
            what: "a name or password has a line break or a NUL in it, which POP3 can't carry"
                .to_owned(),
        });
    }
    // RFC 6856 §2: other letters than ASCII's are sent after UTF8 only; where it is not offered, servers guess.
    if !(user.is_ascii() && password.is_ascii()) && wire.capabilities.has("UTF8") {
        wire.run("UTF8", "").await?;
    }
    for (verb, word) in [("USER", user), ("PASS", password)] {
        let mut line: SecretBytes = format!("{verb} ").into_bytes().into();
        line.extend_from_slice(word.as_bytes());
        if let Err(failure) = wire.converse(verb, &line, None).await {
            return Err(match failure {
                Failure::Refused(refusal) => refusal.at_sign_in(None, &wire.capabilities),
                Failure::Broken(error) => error,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "sign_in_tests.rs"]
mod tests;
