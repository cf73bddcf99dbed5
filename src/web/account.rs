//! `/account`: what people see and change of themselves: their name, password, second factor, and where they are signed in.

pub(super) mod password;
pub(super) mod second_factor;
pub(super) mod sessions;

use axum::extract::State as Extracted;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono_tz::{TZ_VARIANTS, Tz};
use maud::{Markup, html};
use serde::Deserialize;

use super::form::{Line, Select, Wrong, token, told};
use super::layout::{Frame, Press, Reader, button, page};
use super::{State, said};
use crate::accounts::SecondFactor;
use crate::http::{Problem, Submitted, Visitor};
use crate::store;

/// Letters of a name.
const NAME: usize = 100;

/// What people change of themselves.
#[derive(Debug, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    name: String,
    #[serde(default)]
    zone: String,
}

impl Typed {
    /// What is stored.
    async fn stored(state: &State, visitor: &Visitor) -> Result<Self, Problem> {
        let user = &visitor.session.user;
        let zone = store::accounts::time_zone(&state.shared.store, user.id).await?;
        Ok(Self {
            name: user.name.clone(),
            zone: zone.unwrap_or_default(),
        })
    }

    fn wrong(&self) -> Wrong {
        let mut wrong = Wrong::nothing();
        if self.name.trim().chars().count() > NAME {
            wrong.add("name", format!("Use at most {NAME} characters."));
        }
        if !self.zone.is_empty() && self.zone.parse::<Tz>().is_err() {
            wrong.add("zone", "Choose one of the list.");
        }
        wrong
    }
}

/// `GET /account`
pub(super) async fn show(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (said, heard) = said::heard(&headers, &state.shared, &visitor);
    let typed = Typed::stored(&state, &visitor).await?;
    let body = render(&state, &visitor, &typed, &Wrong::nothing(), said).await?;
    Ok((heard, body).into_response())
}

/// `POST /account`
pub(super) async fn change(
    Extracted(state): Extracted<State>,
    Submitted { visitor, form }: Submitted<Typed>,
) -> Result<Response, Problem> {
    let wrong = form.wrong();
    if !wrong.is_empty() {
        let body = render(&state, &visitor, &form, &wrong, None).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response());
    }
    let shared = &state.shared;
    let user = visitor.session.user.id;
    let tx = shared.store.begin().await?;
    store::users::set_name(&tx, user, form.name.trim(), shared.clock.now()).await?;
    let zone = Some(form.zone.as_str()).filter(|zone| !zone.is_empty());
    store::accounts::set_time_zone(&tx, user, zone).await?;
    tx.commit().await?;
    let said = said::say(shared, &visitor, "It is kept.");
    Ok((said, Redirect::to("/account")).into_response())
}

async fn render(
    state: &State,
    visitor: &Visitor,
    typed: &Typed,
    wrong: &Wrong,
    said: Option<String>,
) -> Result<Markup, Problem> {
    let user = &visitor.session.user;
    let has_password = state.accounts.has_password(user.id).await?;
    let second_factor = state.accounts.second_factor(user.id).await?;
    let sessions = sessions::list(state, visitor).await?;
    let reader = Reader::of(visitor);
    let body = html! {
        h1 { "Your account" }
        section {
            h2 { "You" }
            (told(wrong))
            form.lines method="post" action="/account" {
                (token(&reader))
                p { "Your address is " strong { (user.email) } ". An admin can change it." }
                (Line::text("name", "Name", &typed.name).autocomplete("name").optional().set(wrong))
                (zones(&typed.zone).set(wrong))
                div.presses { button type="submit" { "Keep" } }
            }
        }
        section {
            h2 { "Password" }
            @if has_password {
                p { "You have one." }
            } @else {
                p { "You have none yet, and sign in by links." }
            }
            a.button href="/account/password" { @if has_password { "Change it" } @else { "Choose one" } }
        }
        section {
            h2 { "Second factor" }
            (factor(second_factor, &reader))
        }
        (sessions)
    };
    let frame = Frame {
        title: "Your account".to_owned(),
        reader: Some(reader),
        said,
        ..Frame::default()
    };
    Ok(page(&frame, &body))
}

fn zones(chosen: &str) -> Select<'_> {
    let first = Select::new("zone", "Time zone", chosen)
        .hint("In which you are told times.")
        .of("", "As your browser's");
    TZ_VARIANTS
        .iter()
        .fold(first, |select, zone| select.of(zone.name(), zone.name()))
}

fn factor(state: SecondFactor, reader: &Reader) -> Markup {
    html! {
        @match state {
            SecondFactor::Off | SecondFactor::Begun => {
                p { "Beside the password a code from an app on your telephone is asked for: who guesses or steals the password still does not get in." }
                (button(&Press::new("/account/second-factor/begin", "Set it up").plain(), reader))
            }
            SecondFactor::On { recovery_codes } => {
                p { "It is on. You have " (recovery_codes) " recovery code" @if recovery_codes != 1 { "s" } " left." }
                div.presses {
                    (button(&Press::new("/account/second-factor/codes", "New recovery codes").plain(), reader))
                    (button(&Press::new("/account/second-factor/end", "Turn it off").grave(), reader))
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "account/account_tests.rs"]
mod tests;
