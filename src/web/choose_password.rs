//! `/welcome?ticket=…` and `/new-password?ticket=…`: who was invited, or has forgotten their password, chooses one. The
//! link works until one is chosen; opening it changes nothing.

use axum::Form;
use axum::extract::{Query, State as Extracted};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use entities::sign_in_links::LinkPurpose;
use entities::users;
use maud::{Markup, html};
use secrecy::SecretString;
use serde::Deserialize;

use super::State;
use super::form::{Line, Wrong, told};
use super::layout::{Frame, page};
use super::sign_in::Browser;
use crate::accounts::{NotTaken, SHORTEST, SecondFactor};
use crate::http::{Problem, Remote, Ticket, Visitor};
use crate::store::{self, sessions};

/// What the link carries.
#[derive(Debug, Deserialize)]
pub(super) struct Carried {
    #[serde(default)]
    ticket: SecretString,
}

/// What was typed.
#[derive(Debug, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    ticket: SecretString,
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: SecretString,
}

/// `GET /welcome`
pub(super) async fn welcome(
    Extracted(state): Extracted<State>,
    Query(carried): Query<Carried>,
) -> Result<Markup, Problem> {
    ask(&state, LinkPurpose::Invitation, &carried).await
}

/// `POST /welcome`
pub(super) async fn arrive(
    Extracted(state): Extracted<State>,
    visitor: Option<Visitor>,
    remote: Remote,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let before = visitor.map(|visitor| visitor.session);
    let browser = Browser::of(&state, &headers, remote, before);
    choose(&state, LinkPurpose::Invitation, &browser, typed).await
}

/// `GET /new-password`
pub(super) async fn forgotten(
    Extracted(state): Extracted<State>,
    Query(carried): Query<Carried>,
) -> Result<Markup, Problem> {
    ask(&state, LinkPurpose::NewPassword, &carried).await
}

/// `POST /new-password`
pub(super) async fn renew(
    Extracted(state): Extracted<State>,
    visitor: Option<Visitor>,
    remote: Remote,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let before = visitor.map(|visitor| visitor.session);
    let browser = Browser::of(&state, &headers, remote, before);
    choose(&state, LinkPurpose::NewPassword, &browser, typed).await
}

async fn ask(state: &State, purpose: LinkPurpose, carried: &Carried) -> Result<Markup, Problem> {
    let (ticket, user) = holder(state, purpose, &carried.ticket).await?;
    Ok(render(
        purpose,
        &ticket,
        &user,
        &user.name,
        &Wrong::nothing(),
    ))
}

/// Takes the password, ends every session of theirs and begins one here; who has a second factor still owes a code.
async fn choose(
    state: &State,
    purpose: LinkPurpose,
    browser: &Browser,
    typed: Typed,
) -> Result<Response, Problem> {
    let (ticket, user) = holder(state, purpose, &typed.ticket).await?;
    let name = typed.name.trim();
    let chosen = match state.accounts.judge_password(user.id, typed.password).await {
        Ok(chosen) => chosen,
        Err(NotTaken::Weak(weak)) => {
            let wrong = Wrong::at("password", weak.to_string());
            let body = render(purpose, &ticket, &user, name, &wrong);
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response());
        }
        Err(NotTaken::Store(error)) => return Err(error.into()),
        Err(NotTaken::NoUser | NotTaken::NoHash) => return Err(Problem::internal()),
    };
    let shared = &state.shared;
    let now = shared.clock.now();
    // Of two who hold the link one gets in, and only their password is kept.
    if ticket.redeem(&shared.store, purpose, now).await?.is_none() {
        return Err(no_longer(purpose));
    }
    state.accounts.keep_password(chosen).await?;
    if purpose == LinkPurpose::Invitation && !name.is_empty() {
        store::users::set_name(&shared.store, user.id, name, now).await?;
    }
    sessions::delete_of_user(&shared.store, user.id, None).await?;
    let second_factor = state.accounts.second_factor(user.id).await?;
    let code_due = matches!(second_factor, SecondFactor::On { .. });
    let session = browser.begin(state, user.id, code_due).await?;
    tracing::info!(user = user.id.0, "Chose a password");
    let onward = if code_due { "/sign-in/code" } else { "/" };
    Ok((session, Redirect::to(onward)).into_response())
}

async fn holder(
    state: &State,
    purpose: LinkPurpose,
    ticket: &SecretString,
) -> Result<(Ticket, users::Model), Problem> {
    use secrecy::ExposeSecret as _;
    let shared = &state.shared;
    let ticket = Ticket::sent(ticket.expose_secret()).ok_or_else(|| no_longer(purpose))?;
    let now = shared.clock.now();
    let holder = ticket.holder(&shared.store, purpose, now).await?;
    let user = match holder {
        Some(user) => store::users::by_id(&shared.store, user).await?,
        None => None,
    };
    let user = user
        .filter(|user| user.active)
        .ok_or_else(|| no_longer(purpose))?;
    Ok((ticket, user))
}

fn no_longer(purpose: LinkPurpose) -> Problem {
    let what_to_do = match purpose {
        LinkPurpose::Invitation => {
            "An invitation works once, for seven days. Ask an admin of yours for a new one."
        }
        _ => {
            "It works once, for an hour, and only the last one does. Ask for a new one at `/forgotten`."
        }
    };
    Problem::new(StatusCode::GONE, "This link no longer works", what_to_do)
}

fn render(
    purpose: LinkPurpose,
    ticket: &Ticket,
    user: &users::Model,
    name: &str,
    wrong: &Wrong,
) -> Markup {
    let is_new = purpose == LinkPurpose::Invitation;
    let (title, action) = if is_new {
        ("Welcome to Mailroom", "/welcome")
    } else {
        ("Choose a new password", "/new-password")
    };
    let frame = Frame {
        title: title.to_owned(),
        ..Frame::default()
    };
    let hint = format!(
        "At least {SHORTEST} characters; a few words are easy to remember. Nobody asks you to change it regularly."
    );
    let password = Line::password("password", "Password", "new-password").hint(&hint);
    let body = html! {
        article.narrow {
            h1 { (title) }
            p.lead { "You are " strong { (user.email) } "." }
            (told(wrong))
            form.lines method="post" action=(action) {
                input type="hidden" name="ticket" value=(ticket.text());
                // A password manager keeps the password under this name.
                input type="hidden" name="username" value=(user.email) autocomplete="username";
                @if is_new {
                    (Line::text("name", "Your name", name).autocomplete("name").optional().set(wrong))
                }
                (password.set(wrong))
                div.presses { button.primary type="submit" { "Go on" } }
            }
            @if !is_new { p.quiet { "You will be signed out everywhere else." } }
        }
    };
    page(&frame, &body)
}

#[cfg(test)]
#[path = "choose_password_tests.rs"]
mod tests;
