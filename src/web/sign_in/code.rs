//! `/sign-in/code`: who has a second factor types a one-time code, or a recovery code.

use axum::extract::{Query, State as Extracted};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::super::State;
use super::super::form::{Line, Wrong, told};
use super::super::layout::{Frame, page};
use super::{Browser, onward, password};
use crate::accounts::Refusal;
use crate::http::{Halfway, Problem, Remote, SubmittedHalfway};

/// Where they wanted to go.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct Next {
    #[serde(default)]
    next: String,
}

/// What they typed.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct Typed {
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

/// Asks for it.
pub(in crate::web) async fn ask(halfway: Halfway, Query(asked): Query<Next>) -> Markup {
    render(&halfway, &asked.next, &Wrong::nothing())
}

/// Lets in who has it. The session gets a new secret: what it was while it owed a code opens nothing.
pub(in crate::web) async fn prove(
    Extracted(state): Extracted<State>,
    remote: Remote,
    headers: HeaderMap,
    SubmittedHalfway { halfway, form }: SubmittedHalfway<Typed>,
) -> Result<Response, Problem> {
    let user = halfway.session.user.id;
    match state.accounts.prove_code(user, &form.code).await {
        Ok(()) => {}
        Err(Refusal::Store(error)) => return Err(error.into()),
        Err(refusal) => {
            let why = match refusal {
                Refusal::TooMany(_) => password::words(&refusal, state.shared.clock.now()),
                _ => "This is not the code that holds now. Wait for the next one and type that."
                    .to_owned(),
            };
            let body = render(&halfway, &form.next, &Wrong::at("code", why));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response());
        }
    }
    tracing::info!(user = user.0, "Signed in with a password and a code");
    let browser = Browser::of(&state, &headers, remote, Some(halfway.session));
    let session = browser.begin(&state, user, false).await?;
    let known = browser.remember(&state, user).await?;
    Ok((session, known, Redirect::to(onward(&form.next))).into_response())
}

fn render(halfway: &Halfway, next: &str, wrong: &Wrong) -> Markup {
    let frame = Frame {
        title: "One-time code".to_owned(),
        ..Frame::default()
    };
    let code = Line::code("code", "Code")
        .hint("Six digits from your authenticator app, or one of your recovery codes.")
        .first();
    let body = html! {
        article.narrow {
            h1 { "One more thing: your code" }
            (told(wrong))
            form.lines method="post" action="/sign-in/code" {
                input type="hidden" name="token" value=(halfway.session.form_token());
                input type="hidden" name="next" value=(next);
                (code.set(wrong))
                div.presses { button.primary type="submit" { "Sign in" } }
            }
            p.quiet { "Neither app nor codes at hand? An admin of yours can turn the second factor off." }
        }
    };
    page(&frame, &body)
}
