//! `/users/{id}`: one user, for admins: role, switched off or not, a new link, signed out everywhere.

use axum::extract::{Path, State as Extracted};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::super::form::{Line, Wrong, token, told};
use super::super::layout::{Frame, Press, Reader, address, button, page};
use super::super::moment::{Now, moment};
use super::super::places::Place;
use super::super::{State, said};
use super::{actor, checked, link, problem, role, roles};
use crate::accounts::{NotDone, SecondFactor};
use crate::http::{IDLE, Nothing, Problem, Remote, Submitted, Visitor};
use crate::store::users::UserFields;
use crate::store::{self, sessions};
use entities::ids::UserId;
use entities::sign_in_links::LinkPurpose;
use entities::users;

/// What admins change of a user.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct Typed {
    #[serde(default)]
    email: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    role: String,
    /// A box that is not ticked is not sent.
    active: Option<String>,
}

impl Typed {
    fn fields(&self) -> UserFields {
        UserFields {
            email: self.email.trim().to_owned(),
            name: self.name.trim().to_owned(),
            role: role(&self.role),
            active: self.active.is_some(),
        }
    }
}

/// `GET /users/{id}`
pub(in crate::web) async fn show(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let user = named(&state, &id).await?;
    let (said, heard) = said::heard(&headers, &state.shared, &visitor);
    let body = render(
        &state,
        &visitor,
        &user,
        &stored(&user),
        &Wrong::nothing(),
        said,
    )
    .await?;
    Ok((heard, body).into_response())
}

/// `POST /users/{id}`
pub(in crate::web) async fn change(
    Extracted(state): Extracted<State>,
    remote: Remote,
    Path(id): Path<String>,
    Submitted { visitor, form }: Submitted<Typed>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let user = named(&state, &id).await?;
    let fields = form.fields();
    let by = actor(&visitor, remote);
    let wrong = if let Err(why) = checked(&fields.email) {
        Wrong::at("email", why)
    } else {
        let changed = state
            .accounts
            .change_user(user.id, fields.clone(), &by)
            .await;
        match changed {
            Ok(_) => return Ok(done(&state, &visitor, &id, "The user is changed.")),
            Err(taken @ NotDone::Taken) => Wrong::at("email", taken.to_string()),
            Err(last @ NotDone::LastAdmin) => Wrong::at("role", last.to_string()),
            Err(other) => return Err(problem(other)),
        }
    };
    let body = render(&state, &visitor, &user, &fields, &wrong, None).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response())
}

/// `POST /users/{id}/link`: a new link, of an invitation while they have no password, else for a new password.
pub(in crate::web) async fn make_link(
    Extracted(state): Extracted<State>,
    remote: Remote,
    Path(id): Path<String>,
    Submitted { visitor, .. }: Submitted<Nothing>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let user = named(&state, &id).await?;
    let purpose = if state.accounts.has_password(user.id).await? {
        LinkPurpose::NewPassword
    } else {
        LinkPurpose::Invitation
    };
    link(&state, &visitor, remote, &user, purpose).await
}

/// `POST /users/{id}/sign-out`
pub(in crate::web) async fn sign_out(
    Extracted(state): Extracted<State>,
    remote: Remote,
    Path(id): Path<String>,
    Submitted { visitor, .. }: Submitted<Nothing>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let user = named(&state, &id).await?;
    let by = actor(&visitor, remote);
    let outcome = state.accounts.sign_user_out(user.id, &by).await;
    outcome.map_err(problem)?;
    Ok(done(
        &state,
        &visitor,
        &id,
        "They are signed out everywhere, and links that waited no longer work.",
    ))
}

/// `POST /users/{id}/second-factor/end`
pub(in crate::web) async fn end_second_factor(
    Extracted(state): Extracted<State>,
    remote: Remote,
    Path(id): Path<String>,
    Submitted { visitor, .. }: Submitted<Nothing>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let user = named(&state, &id).await?;
    let by = actor(&visitor, remote);
    let outcome = state.accounts.take_second_factor(user.id, &by).await;
    outcome.map_err(problem)?;
    Ok(done(
        &state,
        &visitor,
        &id,
        "Their second factor is off, and they are signed out everywhere.",
    ))
}

/// `POST /users/{id}/remove`
pub(in crate::web) async fn remove(
    Extracted(state): Extracted<State>,
    remote: Remote,
    Path(id): Path<String>,
    Submitted { visitor, .. }: Submitted<Nothing>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let user = named(&state, &id).await?;
    let outcome = state
        .accounts
        .remove_user(user.id, &actor(&visitor, remote))
        .await;
    outcome.map_err(problem)?;
    let words = format!("{} is removed.", user.email);
    let said = said::say(&state.shared, &visitor, &words);
    Ok((said, Redirect::to("/users")).into_response())
}

fn done(state: &State, visitor: &Visitor, id: &str, words: &str) -> Response {
    let said = said::say(&state.shared, visitor, words);
    (said, Redirect::to(&format!("/users/{id}"))).into_response()
}

async fn named(state: &State, id: &str) -> Result<users::Model, Problem> {
    let id = id.parse().map(UserId).map_err(|_| Problem::not_found())?;
    store::users::by_id(&state.shared.store, id)
        .await?
        .ok_or_else(Problem::not_found)
}

fn stored(user: &users::Model) -> UserFields {
    UserFields {
        email: user.email.clone(),
        name: user.name.clone(),
        role: user.role,
        active: user.active,
    }
}

async fn render(
    state: &State,
    visitor: &Visitor,
    user: &users::Model,
    typed: &UserFields,
    wrong: &Wrong,
    said: Option<String>,
) -> Result<Markup, Problem> {
    let (store, now) = (&state.shared.store, Now::of(&state.shared, visitor));
    let has_password = state.accounts.has_password(user.id).await?;
    let second_factor = state.accounts.second_factor(user.id).await?;
    let sessions = sessions::of_user(store, user.id, now.at - IDLE, now.at).await?;
    let reader = Reader::of(visitor);
    let path = |what: &str| format!("/users/{}{what}", user.id);
    let body = html! {
        p.back { a href="/users" { "Users" } }
        h1 { (address(&user.email)) }
        (told(wrong))
        form.lines method="post" action=(path("")) {
            (token(&reader))
            (Line::email("email", "E-mail address", &typed.email).autocomplete("off").set(wrong))
            (Line::text("name", "Name", &typed.name).optional().set(wrong))
            (roles(typed.role).set(wrong))
            label.tick { input type="checkbox" name="active" checked[typed.active]; " may sign in and own things" }
            div.presses { button.primary type="submit" { "Keep" } }
        }
        section {
            h2 { "How they sign in" }
            dl.facts {
                dt { "Password" }
                dd { @if has_password { "chosen" } @else { "none yet" } }
                dt { "Second factor" }
                dd { @match second_factor {
                    SecondFactor::On { .. } => "on",
                    SecondFactor::Off | SecondFactor::Begun => "off",
                } }
                dt { "Signed in" }
                dd {
                    @match sessions.as_slice() {
                        [] => "nowhere",
                        [last, ..] => { "in " (sessions.len()) " browser" @if sessions.len() > 1 { "s" } ", last used " (moment(last.last_seen_at, now)) },
                    }
                }
            }
            div.presses {
                @if user.active {
                    (button(&Press::new(path("/link"), if has_password { "Link for a new password" } else { "New link of the invitation" }).plain(), &reader))
                }
                (button(&Press::new(path("/sign-out"), "Sign out everywhere").plain(), &reader))
                @if matches!(second_factor, SecondFactor::On { .. }) {
                    (button(&Press::new(path("/second-factor/end"), "Turn the second factor off").grave(), &reader))
                }
            }
        }
        section {
            h2 { "Remove" }
            p { "What they own stays, and is nobody's. To keep it theirs, take the tick away above instead." }
            (button(&Press::new(path("/remove"), "Remove the user").grave(), &reader))
        }
    };
    let frame = Frame {
        title: user.email.clone(),
        reader: Some(reader),
        place: Some(Place::Users),
        said,
        ..Frame::default()
    };
    Ok(page(&frame, &body))
}
