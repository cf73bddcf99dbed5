//! `/first-admin?key=…`: while there is no admin, whoever reads the terminal that started Mailroom becomes one. The key is
//! made at the start, kept in memory, and worth nothing once there is an admin.

use axum::Form;
use axum::extract::{Query, State as Extracted};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

use super::State;
use super::form::{Line, Wrong, told};
use super::layout::{Frame, page};
use super::sign_in::Browser;
use super::users::checked;
use crate::accounts::{NotTaken, SHORTEST, check_strength};
use crate::http::{Problem, Remote, Token};
use crate::store;

/// What the link carries.
#[derive(Debug, Deserialize)]
pub(super) struct Carried {
    #[serde(default)]
    key: SecretString,
}

/// What was typed.
#[derive(Debug, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    key: SecretString,
    #[serde(default)]
    email: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: SecretString,
}

/// The path of the page, for the terminal.
pub(super) fn path(key: &Token) -> String {
    format!("/first-admin?key={}", key.expose())
}

/// `GET /first-admin`
pub(super) async fn ask(
    Extracted(state): Extracted<State>,
    Query(carried): Query<Carried>,
) -> Result<Markup, Problem> {
    let key = right(&state, &carried.key).await?;
    Ok(render(key, "", "", &Wrong::nothing()))
}

/// `POST /first-admin`
pub(super) async fn arrive(
    Extracted(state): Extracted<State>,
    remote: Remote,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let key = right(&state, &typed.key).await?;
    let (email, name) = (typed.email.trim(), typed.name.trim());
    let mut wrong = Wrong::nothing();
    if let Err(why) = checked(email) {
        wrong.add("email", why);
    }
    if let Err(weak) = check_strength(&typed.password, &[email, name, "mailroom"]) {
        wrong.add("password", weak.to_string());
    }
    if !wrong.is_empty() {
        let body = render(key, email, name, &wrong);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response());
    }
    let accounts = &state.accounts;
    let user = accounts
        .add_first_admin(email, name, Some(remote.0))
        .await?
        .ok_or_else(no_longer)?;
    match accounts.choose_password(user.id, typed.password).await {
        // A word of the address may make it weaker than it was judged; they are in all the same and choose another.
        Ok(()) | Err(NotTaken::Weak(_)) => {}
        Err(NotTaken::Store(error)) => return Err(error.into()),
        Err(NotTaken::NoUser | NotTaken::NoHash) => return Err(Problem::internal()),
    }
    tracing::info!(user = user.id.0, "The first admin has come");
    let browser = Browser::of(&state, &headers, remote, None);
    let session = browser.begin(&state, user.id, false).await?;
    Ok((session, Redirect::to("/")).into_response())
}

async fn right<'a>(state: &'a State, sent: &SecretString) -> Result<&'a Token, Problem> {
    let key = state.first_admin.as_ref().ok_or_else(no_longer)?;
    let fits = key
        .expose()
        .as_bytes()
        .ct_eq(sent.expose_secret().as_bytes());
    if !bool::from(fits) {
        return Err(no_longer());
    }
    if !store::users::admins(&state.shared.store).await?.is_empty() {
        return Err(no_longer());
    }
    Ok(key)
}

fn no_longer() -> Problem {
    Problem::new(
        StatusCode::GONE,
        "This link no longer works",
        "It makes the first admin, and works while the program runs that printed it. Is there an admin already? Then `mailroom sign-in-link` signs them in; else start Mailroom again.",
    )
}

fn render(key: &Token, email: &str, name: &str, wrong: &Wrong) -> Markup {
    let hint = format!("At least {SHORTEST} characters; a few words are easy to remember.");
    let body = html! {
        article.narrow {
            h1 { "Welcome to Mailroom" }
            p.lead { "You are the first here, and will be its admin." }
            (told(wrong))
            form.lines method="post" action="/first-admin" {
                input type="hidden" name="key" value=(key.expose());
                (Line::email("email", "Your e-mail address", email).first().set(wrong))
                (Line::text("name", "Your name", name).autocomplete("name").optional().set(wrong))
                (Line::password("password", "Password", "new-password").hint(&hint).set(wrong))
                div.presses { button.primary type="submit" { "Begin" } }
            }
        }
    };
    let frame = Frame {
        title: "Welcome".to_owned(),
        ..Frame::default()
    };
    page(&frame, &body)
}

#[cfg(test)]
#[path = "first_admin_tests.rs"]
mod tests;
