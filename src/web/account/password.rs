//! `/account/password`: choosing another password, which wants the one there is.

use axum::extract::State as Extracted;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use secrecy::SecretString;
use serde::Deserialize;

use super::super::form::{Line, Wrong, token, told};
use super::super::layout::{Frame, Reader, page};
use super::super::sign_in::{Browser, refused};
use super::super::{State, said};
use crate::accounts::{NotTaken, Refusal, SHORTEST};
use crate::http::{Problem, Remote, Submitted, Visitor};
use crate::store;

/// What was typed.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct Typed {
    #[serde(default)]
    before: SecretString,
    #[serde(default)]
    password: SecretString,
}

/// `GET /account/password`
pub(in crate::web) async fn ask(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
) -> Result<Markup, Problem> {
    render(&state, &visitor, &Wrong::nothing()).await
}

/// `POST /account/password`. All their other sessions end.
pub(in crate::web) async fn change(
    Extracted(state): Extracted<State>,
    remote: Remote,
    headers: HeaderMap,
    Submitted { visitor, form }: Submitted<Typed>,
) -> Result<Response, Problem> {
    let user = &visitor.session.user;
    let browser = Browser::of(&state, &headers, remote, None);
    if state.accounts.has_password(user.id).await? {
        let proof = state
            .accounts
            .prove(&user.email, form.before, &browser.asker())
            .await;
        match proof {
            Ok(_) => {}
            Err(Refusal::Store(error)) => return Err(error.into()),
            Err(refusal @ Refusal::TooMany(_)) => {
                let why = refused(&refusal, state.shared.clock.now());
                return again(&state, &visitor, &Wrong::at("before", why)).await;
            }
            Err(Refusal::Wrong) => {
                let why = "This is not your password.";
                return again(&state, &visitor, &Wrong::at("before", why)).await;
            }
        }
    }
    match state.accounts.choose_password(user.id, form.password).await {
        Ok(()) => {}
        Err(NotTaken::Weak(weak)) => {
            let wrong = Wrong::at("password", weak.to_string());
            return again(&state, &visitor, &wrong).await;
        }
        Err(NotTaken::Store(error)) => return Err(error.into()),
        Err(NotTaken::NoUser | NotTaken::NoHash) => return Err(Problem::internal()),
    }
    let shared = &state.shared;
    let here = Some(visitor.session.id.as_str());
    let ended = store::sessions::delete_of_user(&shared.store, user.id, here).await?;
    let words = match ended {
        0 => "Your password is changed.".to_owned(),
        1 => "Your password is changed, and another browser was signed out.".to_owned(),
        many => format!("Your password is changed, and {many} other browsers were signed out."),
    };
    let known = browser.remember(&state, user.id).await?;
    let said = said::say(shared, &visitor, &words);
    Ok((said, known, Redirect::to("/account")).into_response())
}

async fn again(state: &State, visitor: &Visitor, wrong: &Wrong) -> Result<Response, Problem> {
    let body = render(state, visitor, wrong).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response())
}

async fn render(state: &State, visitor: &Visitor, wrong: &Wrong) -> Result<Markup, Problem> {
    let user = &visitor.session.user;
    let has_one = state.accounts.has_password(user.id).await?;
    let reader = Reader::of(visitor);
    let hint = format!("At least {SHORTEST} characters; a few words are easy to remember.");
    let before = Line::password("before", "Your password until now", "current-password").first();
    let chosen = Line::password("password", "New password", "new-password").hint(&hint);
    let body = html! {
        article.narrow {
            p.back { a href="/account" { "Your account" } }
            h1 { @if has_one { "Change your password" } @else { "Choose a password" } }
            (told(wrong))
            form.lines method="post" action="/account/password" {
                (token(&reader))
                input type="hidden" name="username" value=(user.email) autocomplete="username";
                @if has_one { (before.set(wrong)) }
                (chosen.set(wrong))
                div.presses { button.primary type="submit" { "Keep it" } }
            }
            p.quiet { "You will be signed out everywhere else." }
        }
    };
    let frame = Frame {
        title: "Password".to_owned(),
        reader: Some(reader),
        ..Frame::default()
    };
    Ok(page(&frame, &body))
}
