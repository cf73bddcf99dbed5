//! Signing in by address and password.

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::super::State;
use super::super::form::{Line, Wrong, told};
use super::super::layout::{Frame, page};
use super::{Browser, Carried, company, onward};
use crate::accounts::Refusal;
use crate::http::Problem;

/// The form.
pub(super) fn ask(state: &State, next: &str) -> Markup {
    render(state, "", next, &Wrong::nothing())
}

/// Lets in who knows the password; who has a second factor is asked for a code next.
pub(super) async fn sign_in(
    state: &State,
    browser: Browser,
    carried: Carried,
) -> Result<Response, Problem> {
    let Carried {
        email,
        password,
        next,
        ..
    } = carried;
    let email = email.trim().to_owned();
    let proof = state
        .accounts
        .prove(&email, password, &browser.asker())
        .await;
    let proof = match proof {
        Ok(proof) => proof,
        Err(Refusal::Store(error)) => return Err(error.into()),
        Err(refusal) => {
            tracing::info!("A password was refused");
            let now = state.shared.clock.now();
            let body = render(
                state,
                &email,
                &next,
                &Wrong::at("password", words(&refusal, now)),
            );
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response());
        }
    };
    let session = browser.begin(state, proof.user.id, proof.code_due).await?;
    if proof.code_due {
        let page = format!("/sign-in/code{}", super::with_next(&next));
        return Ok((session, Redirect::to(&page)).into_response());
    }
    tracing::info!(user = proof.user.id.0, "Signed in with a password");
    let known = browser.remember(state, proof.user.id).await?;
    Ok((session, known, Redirect::to(onward(&next))).into_response())
}

/// Why nobody was let in, in words.
pub(in crate::web) fn words(refusal: &Refusal, now: DateTime<Utc>) -> String {
    match refusal {
        Refusal::TooMany(until) => {
            let minutes = (*until - now)
                .num_seconds()
                .max(1)
                .unsigned_abs()
                .div_ceil(60);
            let s = if minutes == 1 { "" } else { "s" };
            format!("Too many wrong tries. Try again in {minutes} minute{s}.")
        }
        _ => "Address and password do not fit. Check both; capital letters matter.".to_owned(),
    }
}

fn render(state: &State, email: &str, next: &str, wrong: &Wrong) -> Markup {
    let frame = Frame {
        title: "Sign in".to_owned(),
        ..Frame::default()
    };
    let email_line = Line::email("email", "E-mail address", email);
    let password_line = Line::password("password", "Password", "current-password");
    // Who comes back has typed the address already.
    let (email_line, password_line) = if email.is_empty() {
        (email_line.first(), password_line)
    } else {
        (email_line, password_line.first())
    };
    let body = html! {
        article.narrow {
            h1 { "Sign in to Mailroom" }
            @if let Some(company) = &state.company {
                (company::button(company, next))
                p.quiet { "Or with a password of your own here:" }
            }
            (told(wrong))
            form.lines method="post" action="/sign-in" {
                input type="hidden" name="next" value=(next);
                (email_line.set(wrong))
                (password_line.set(wrong))
                div.presses { button.primary type="submit" { "Sign in" } }
            }
            p.quiet { "No password yet, or forgotten? An admin of yours makes you a link to choose one." }
        }
    };
    page(&frame, &body)
}

#[cfg(test)]
#[path = "password_tests.rs"]
mod tests;
