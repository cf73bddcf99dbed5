//! `/sign-in?ticket=…`: a one-time link begins a session. `POST /sign-out` ends it.

use axum::extract::{Query, State as Extracted};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::html;
use serde::Deserialize;

use super::State;
use super::layout::{Frame, page};
use crate::http::{Nothing, Problem, Session, Submitted, Ticket, Token, Visitor};

/// What the link carries.
#[derive(Deserialize)]
pub(super) struct Carried {
    #[serde(default)]
    ticket: String,
}

/// Signs in, and goes on to a clean address.
pub(super) async fn sign_in(
    Extracted(state): Extracted<State>,
    method: Method,
    headers: HeaderMap,
    visitor: Option<Visitor>,
    Query(carried): Query<Carried>,
) -> Result<Response, Problem> {
    let ticket = Ticket::sent(&carried.ticket).ok_or_else(no_longer)?;
    if method == Method::HEAD || !was_opened_by_a_person(&headers) {
        return Ok(ask(&ticket));
    }
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

/// Previews of chats and of mail programs open links too; and another site must not sign a person in as somebody else.
fn was_opened_by_a_person(headers: &HeaderMap) -> bool {
    let says = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let prefetched = says("sec-purpose").is_some_and(|purpose| purpose.contains("prefetch"));
    !prefetched && matches!(says("sec-fetch-site"), None | Some("none" | "same-origin"))
}

fn ask(ticket: &Ticket) -> Response {
    let frame = Frame {
        title: "Sign in".to_owned(),
        ..Frame::default()
    };
    let body = html! {
        article.narrow {
            h1 { "Sign in to Mailroom" }
            p.lead { "This link signs you in once. Go on only if you asked for it yourself." }
            p { a.button.primary href=(ticket.path()) { "Sign in" } }
        }
    };
    page(&frame, &body).into_response()
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
