//! Signs in (RFC 3501 §6.2, RFC 4959) and makes sure that the session is ready to read.

use imap_proto::Response;

use super::command::{Command, SecretBytes};
use super::endpoint::{Endpoint, Login, Tls};
use super::refusal::{Failure, Status};
use super::sasl::{self, Mechanism};
use super::scanner::Shape;
use super::wire::Wire;
use crate::transport::ServerError;

/// Signs in, asks anew what the server can do and introduces ourselves.
pub(crate) async fn sign_in(
    wire: &mut Wire,
    endpoint: &Endpoint,
    login: &Login,
) -> Result<(), ServerError> {
    login.must_name_somebody()?;
    know_capabilities(wire).await?;
    let mechanism = Mechanism::of(login);
    if wire.has(&format!("AUTH={}", mechanism.name())) {
        authenticate(wire, endpoint, login, mechanism).await?;
    } else if let Login::Password { user, password } = login {
        use secrecy::ExposeSecret as _;
        plain_login(wire, endpoint, user, password.expose_secret()).await?;
    } else {
        return Err(ServerError::NoMechanism {
            wanted: mechanism.name().to_owned(),
            offered: offered(wire),
        });
    }
    // Asked for even where the answer to the login told it: iCloud's proxy garbles literals otherwise.
    wire.forget_capabilities();
    know_capabilities(wire).await?;
    introduce(wire).await
}

/// Asks what the server can do, unless it has said so already.
pub(crate) async fn know_capabilities(wire: &mut Wire) -> Result<(), ServerError> {
    if wire.capabilities().is_empty() {
        wire.run(Command::new("CAPABILITY"), &mut ignore).await?;
    }
    Ok(())
}

async fn authenticate(
    wire: &mut Wire,
    endpoint: &Endpoint,
    login: &Login,
    mechanism: Mechanism,
) -> Result<(), ServerError> {
    let initial = sasl::initial_response(login, &endpoint.host, endpoint.port)?;
    if wire.has("SASL-IR") {
        match authenticate_once(wire, mechanism, &initial, true).await {
            // 163.com advertises SASL-IR and does not know it.
            Err((Failure::Refused(refusal), None))
                if refusal.status == Status::Bad && refusal.said.code.is_none() => {}
            outcome => return outcome.map_err(explained),
        }
    }
    authenticate_once(wire, mechanism, &initial, false)
        .await
        .map_err(explained)
}

/// A failure to sign in, and the status in the server's reason if it gave one.
type SignInFailure = (Failure, Option<String>);

fn explained((failure, token_status): SignInFailure) -> ServerError {
    match failure {
        Failure::Refused(refusal) => refusal.at_sign_in(token_status),
        Failure::Broken(error) => error,
    }
}

async fn authenticate_once(
    wire: &mut Wire,
    mechanism: Mechanism,
    initial: &SecretBytes,
    at_once: bool,
) -> Result<(), SignInFailure> {
    let mut line: SecretBytes = format!("AUTHENTICATE {}", mechanism.name())
        .into_bytes()
        .into();
    if at_once {
        line.push(b' ');
        line.extend_from_slice(initial);
    }
    let mut unsent = (!at_once).then_some(initial);
    let mut may_refuse = mechanism != Mechanism::Plain;
    let mut token_status = None;
    let outcome = wire
        .converse(
            "AUTHENTICATE",
            &line,
            &mut |challenge| {
                if let Some(initial) = unsent.take() {
                    return Some(initial.clone());
                }
                token_status = sasl::refusal_status(challenge).or(token_status.take());
                std::mem::take(&mut may_refuse).then(|| mechanism.acknowledgement())
            },
            &mut ignore,
        )
        .await;
    outcome.map(drop).map_err(|failure| (failure, token_status))
}

async fn plain_login(
    wire: &mut Wire,
    endpoint: &Endpoint,
    user: &str,
    password: &str,
) -> Result<(), ServerError> {
    if wire.has("LOGINDISABLED") {
        return Err(match endpoint.tls {
            Tls::None => ServerError::EncryptionRequired,
            Tls::Implicit | Tls::StartTls => ServerError::NoMechanism {
                wanted: "a password".to_owned(),
                offered: offered(wire),
            },
        });
    }
    let command = Command::new("LOGIN").string(user)?.string(password)?;
    wire.run(command, &mut ignore)
        .await
        .map(drop)
        .map_err(|failure| explained((failure, None)))
}

/// Says who we are (RFC 2971): 163.com opens no folder for strangers. A server that does not care is no error.
async fn introduce(wire: &mut Wire) -> Result<(), ServerError> {
    if !wire.has("ID") {
        return Ok(());
    }
    let command = Command::new("ID").word(concat!(
        r#"("name" "Mailroom" "version" ""#,
        env!("CARGO_PKG_VERSION"),
        r#"")"#
    ))?;
    match wire.run(command, &mut ignore).await {
        Ok(_) | Err(Failure::Refused(_)) => Ok(()),
        Err(Failure::Broken(error)) => Err(error),
    }
}

fn offered(wire: &Wire) -> String {
    let mechanisms: Vec<String> = wire
        .capabilities()
        .iter()
        .filter_map(|all| all.strip_prefix("AUTH="))
        .map(str::to_owned)
        .collect();
    if mechanisms.is_empty() {
        "nothing else".to_owned()
    } else {
        mechanisms.join(", ")
    }
}

/// For commands whose answer is all that matters.
pub(crate) fn ignore(_: &Response<'_>, _: Shape) {}

#[cfg(test)]
#[path = "sign_in_tests.rs"]
mod tests;
