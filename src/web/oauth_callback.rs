//! `/oauth/callback/{key}`: where a provider sends people back to, with a code or an error in the address.
//!
//! Whatever it is, the answer is a redirect to an address without it: nothing of it is shown, logged or kept by the
//! browser (RFC 9700 §4.2.4). Whether it may finish what was begun is decided by `access`.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State as Extracted};
use axum::response::{IntoResponse as _, Redirect, Response};
use entities::lights::LightState;
use secrecy::SecretString;
use serde::Deserialize;

use super::refusal::Refusal;
use super::{State, said};
use crate::access::{Answer, AuthorizeError, Callback, Finished, Outcome};
use crate::http::{Problem, Remote, Visitor};
use crate::store;

/// RFC 6749 §4.1.2, RFC 9207 (`iss`), Google's `error_subtype`.
#[derive(Deserialize)]
pub(super) struct Carried {
    state: Option<SecretString>,
    code: Option<SecretString>,
    iss: Option<String>,
    error: Option<String>,
    #[serde(default)]
    error_description: String,
    error_subtype: Option<String>,
}

/// Somebody comes back from signing in.
pub(super) async fn sign_in(
    Extracted(state): Extracted<State>,
    Path(key): Path<String>,
    remote: Remote,
    visitor: Option<Visitor>,
    carried: Result<Query<Carried>, QueryRejection>,
) -> Result<Response, Problem> {
    let (visitor, callback) = match callback(key, remote, visitor, carried, Needs::Code) {
        Ok(parts) => parts,
        Err(refusal) => return Ok(refused(refusal)),
    };
    let access = state.access.clone();
    // A browser that goes away must not stop the exchange half-way: the code would be spent and the tokens lost.
    let finishing = tokio::spawn(async move { access.finish_authorization(callback).await });
    match finishing.await.map_err(|_| Problem::internal())? {
        Ok(finished) => came_back(&state, &visitor, &finished).await,
        Err(error) => not_taken(&state, &visitor, error),
    }
}

/// An administrator comes back from agreeing for the organization, or not.
pub(super) async fn admin_consent(
    Extracted(state): Extracted<State>,
    Path(key): Path<String>,
    remote: Remote,
    visitor: Option<Visitor>,
    carried: Result<Query<Carried>, QueryRejection>,
) -> Result<Response, Problem> {
    let (visitor, callback) = match callback(key, remote, visitor, carried, Needs::Nothing) {
        Ok(parts) => parts,
        Err(refusal) => return Ok(refused(refusal)),
    };
    match state.access.finish_admin_consent(callback).await {
        Ok(consented) => {
            let back = if visitor.is_admin() {
                format!("/servers/{}", consented.server.id)
            } else {
                "/".to_owned()
            };
            Ok(on(&state, &visitor, &back, &consented.words))
        }
        Err(error) => not_taken(&state, &visitor, error),
    }
}

/// What an answer without an error has to have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    Code,
    Nothing,
}

fn callback(
    path: String,
    Remote(remote): Remote,
    visitor: Option<Visitor>,
    carried: Result<Query<Carried>, QueryRejection>,
    needs: Needs,
) -> Result<(Visitor, Callback), Refusal> {
    let visitor = visitor.ok_or(Refusal::SignedOut)?;
    let Query(carried) = carried.map_err(|_| Refusal::Incomplete)?;
    let answer = match (carried.error, carried.code) {
        (Some(error), _) => Answer::Error {
            error,
            description: carried.error_description,
            subcode: carried.error_subtype,
        },
        (None, Some(code)) => Answer::Code(code),
        (None, None) if needs == Needs::Nothing => Answer::Code(SecretString::default()),
        (None, None) => return Err(Refusal::Incomplete),
    };
    let callback = Callback {
        path: Some(path),
        session: visitor.session.secret(),
        remote,
        state: carried.state.ok_or(Refusal::Incomplete)?,
        iss: carried.iss,
        answer,
    };
    Ok((visitor, callback))
}

async fn came_back(
    state: &State,
    visitor: &Visitor,
    finished: &Finished,
) -> Result<Response, Problem> {
    let mailbox = finished.mailbox.id;
    let words = match &finished.outcome {
        Outcome::Green => "Connected: the mailbox opens.".to_owned(),
        Outcome::Cancelled { words } => format!("Nothing was changed. {words}"),
        Outcome::Unproven { words } => words.clone(),
        Outcome::Red(red) => {
            let light = store::lights::find(&state.shared.store, mailbox).await?;
            if light.is_some_and(|light| light.state == LightState::Green) {
                format!(
                    "Nothing was changed, and the mailbox still opens with what was granted before. {red}"
                )
            } else {
                "The sign-in came back, but the mailbox can't be opened with it. Why stands below."
                    .to_owned()
            }
        }
    };
    Ok(on(state, visitor, &format!("/mailboxes/{mailbox}"), &words))
}

fn not_taken(state: &State, visitor: &Visitor, error: AuthorizeError) -> Result<Response, Problem> {
    match Refusal::of(error) {
        Ok(refusal) => Ok(refused(refusal)),
        Err(AuthorizeError::Store(error)) => Err(error.into()),
        // The record was changed meanwhile; there is no page that knows better than its own sentence.
        Err(error) => Ok(on(state, visitor, "/", &error.to_string())),
    }
}

fn on(state: &State, visitor: &Visitor, to: &str, words: &str) -> Response {
    let said = said::say(&state.shared, visitor, words);
    (said, Redirect::to(to)).into_response()
}

fn refused(refusal: Refusal) -> Response {
    Redirect::to(&refusal.path()).into_response()
}

#[cfg(test)]
#[path = "oauth_callback_tests.rs"]
mod tests;
