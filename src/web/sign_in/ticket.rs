//! Signing in by a one-time link from the terminal: a page with a button, which uses the link up.

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use entities::sign_in_links::LinkPurpose;
use maud::{Markup, html};

use super::super::State;
use super::super::layout::{Frame, page};
use super::Browser;
use crate::http::{Problem, Ticket};

/// Asks whether it is meant.
pub(super) async fn ask(state: &State, ticket: &str) -> Result<Markup, Problem> {
    let ticket = Ticket::sent(ticket).ok_or_else(no_longer)?;
    let shared = &state.shared;
    ticket
        .holder(&shared.store, LinkPurpose::SignIn, shared.clock.now())
        .await?
        .ok_or_else(no_longer)?;
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

/// Signs in. The ticket is what proves that the form is meant: nobody else has it. No code is asked for: whoever makes such a
/// link runs the program.
pub(super) async fn sign_in(
    state: &State,
    browser: Browser,
    ticket: &str,
) -> Result<Response, Problem> {
    let ticket = Ticket::sent(ticket).ok_or_else(no_longer)?;
    let shared = &state.shared;
    let user = ticket
        .redeem(&shared.store, LinkPurpose::SignIn, shared.clock.now())
        .await?
        .ok_or_else(no_longer)?;
    let session = browser.begin(state, user, false).await?;
    tracing::info!(user = user.0, "Signed in with a one-time link");
    Ok((session, Redirect::to("/")).into_response())
}

fn no_longer() -> Problem {
    Problem::new(
        StatusCode::GONE,
        "This sign-in link no longer works",
        "A link works once, for ten minutes. Whoever runs Mailroom makes a new one with `mailroom sign-in-link`.",
    )
}
