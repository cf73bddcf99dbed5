//! `/sign-in?ticket=…`: a page with a button; pressing it uses the one-time link up and begins a session. Previews of chats
//! and of mail programs open links too, so opening it changes nothing. `POST /sign-out` ends the session.

use axum::Form;
use axum::extract::{Query, State as Extracted};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::State;
use super::layout::{Frame, page};
use crate::http::{Nothing, Problem, Session, Submitted, Ticket, Token, Visitor};

/// What the link carries, and the button after it.
#[derive(Deserialize)]
pub(super) struct Carried {
    #[serde(default)]
    ticket: String,
}

/// Asks whether it is meant.
pub(super) async fn ask(
    Extracted(state): Extracted<State>,
    Query(carried): Query<Carried>,
) -> Result<Markup, Problem> {
    let ticket = Ticket::sent(&carried.ticket).ok_or_else(no_longer)?;
    let shared = &state.shared;
    if !ticket.works(&shared.store, shared.clock.now()).await? {
        return Err(no_longer());
    }
    let frame = Frame {
        title: "Sign in".to_owned(),
        ..Frame::default()
    };
    let body = html! {
        article.narrow {
            h1 { "Sign in to Mailroom" }
            p.lead { "This link signs you in once. Go on only if you asked for it yourself." }
            form.press method="post" action="/sign-in" {
                input type="hidden" name="ticket" value=(ticket.text());
                button.primary type="submit" { "Sign in" }
            }
        }
    };
    Ok(page(&frame, &body))
}

/// Signs in, and goes on to a clean address. The ticket is what proves that the form is meant: nobody else has it.
pub(super) async fn sign_in(
    Extracted(state): Extracted<State>,
    visitor: Option<Visitor>,
    Form(carried): Form<Carried>,
) -> Result<Response, Problem> {
    let ticket = Ticket::sent(&carried.ticket).ok_or_else(no_longer)?;
    let shared = &state.shared;
    let now = shared.clock.now();
    let secret = Token::generate(&mut rand::rng());
    let user = ticket
        .redeem(&shared.store, now)
        .await?
        .ok_or_else(no_longer)?;
    // A browser that changes hands keeps nothing of its last session.
    if let Some(visitor) = visitor {
        visitor.session.end(&shared.store).await?;
    }
    Session::begin(&shared.store, user, now, &secret).await?;
    tracing::info!(user = user.0, "Signed in with a one-time link");
    Ok((Visitor::cookie(&shared.site, &secret), Redirect::to("/")).into_response())
}

fn no_longer() -> Problem {
    Problem::new(
        StatusCode::GONE,
        "This sign-in link no longer works",
        "A link works once, for ten minutes. Whoever runs Mailroom makes a new one with `mailroom sign-in-link`.",
    )
}

/// Signs out.
pub(super) async fn sign_out(
    Extracted(state): Extracted<State>,
    submitted: Submitted<Nothing>,
) -> Result<Response, Problem> {
    submitted.visitor.session.end(&state.shared.store).await?;
    let body = html! {
        article.narrow {
            h1 { "You are signed out" }
            p.lead { "This browser keeps nothing of your session." }
        }
    };
    let frame = Frame {
        title: "Signed out".to_owned(),
        ..Frame::default()
    };
    Ok((Visitor::no_cookie(&state.shared.site), page(&frame, &body)).into_response())
}

#[cfg(test)]
#[path = "sign_in_tests.rs"]
mod tests;
