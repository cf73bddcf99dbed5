//! `/users`: who may use Mailroom; inviting somebody.

pub(super) mod one;

use axum::extract::State as Extracted;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use entities::sign_in_links::LinkPurpose;
use entities::users::{self, Role};
use maud::{Markup, html};
use serde::Deserialize;

use super::form::{Choice, Line, Wrong, token, told};
use super::layout::{Frame, Reader, address, page, pasted};
use super::places::Place;
use super::{State, said};
use crate::accounts::{Actor, NotDone};
use crate::http::{Problem, Remote, Submitted, Ticket, Token, Visitor, life};
use crate::store;
use crate::store::users::UserFields;

/// Letters of an address (RFC 5321 §4.5.3.1.3).
const ADDRESS: usize = 254;

/// Who is invited.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    email: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    role: String,
}

/// `GET /users`
pub(super) async fn show(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let (said, heard) = said::heard(&headers, &state.shared, &visitor);
    let body = render(&state, &visitor, &Typed::default(), &Wrong::nothing(), said).await?;
    Ok((heard, body).into_response())
}

/// `POST /users`: makes a user and shows the link of the invitation, once.
pub(super) async fn invite(
    Extracted(state): Extracted<State>,
    remote: Remote,
    Submitted { visitor, form }: Submitted<Typed>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let fields = UserFields {
        email: form.email.trim().to_owned(),
        name: form.name.trim().to_owned(),
        role: role(&form.role),
        active: true,
    };
    let wrong = match checked(&fields.email) {
        Err(why) => Wrong::at("email", why),
        Ok(()) => match state
            .accounts
            .add_user(fields, &actor(&visitor, remote))
            .await
        {
            Ok(user) => {
                return link(&state, &visitor, remote, &user, LinkPurpose::Invitation).await;
            }
            Err(taken @ NotDone::Taken) => Wrong::at("email", taken.to_string()),
            Err(other) => return Err(problem(other)),
        },
    };
    let body = render(&state, &visitor, &form, &wrong, None).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response())
}

/// Who presses the buttons of these pages.
fn actor(visitor: &Visitor, remote: Remote) -> Actor {
    let user = &visitor.session.user;
    Actor {
        id: user.id,
        email: user.email.clone(),
        remote: Some(remote.0),
    }
}

/// Why it was not done, for what no field is to blame.
fn problem(why: NotDone) -> Problem {
    match why {
        NotDone::Store(error) => error.into(),
        NotDone::Gone => Problem::not_found(),
        why => Problem::new(StatusCode::CONFLICT, "This can't be done", why.to_string()),
    }
}

fn role(text: &str) -> Role {
    if text == Role::Admin.as_str() {
        Role::Admin
    } else {
        Role::User
    }
}

/// An address that a person may have: something, `@`, a domain, and nothing that ends a header.
pub(super) fn checked(email: &str) -> Result<(), &'static str> {
    let fits = email.len() <= ADDRESS
        && email
            .split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && domain.len() > 2)
        && !email
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';'));
    if fits {
        Ok(())
    } else {
        Err("This is not an e-mail address. It looks like anna@example.com.")
    }
}

/// Makes a link for a user and shows it to the admin, who passes it on.
async fn link(
    state: &State,
    visitor: &Visitor,
    remote: Remote,
    user: &users::Model,
    purpose: LinkPurpose,
) -> Result<Response, Problem> {
    let shared = &state.shared;
    let token = Token::generate(&mut rand::rng());
    let ticket = Ticket::issue(&shared.store, user.id, purpose, shared.clock.now(), token).await?;
    let by = actor(visitor, remote);
    state.accounts.note_link(user, purpose, &by).await?;
    let works = match life(purpose) {
        life if life.num_days() > 1 => format!("{} days", life.num_days()),
        life => format!("{} minutes", life.num_minutes()),
    };
    let url = shared.site.url(&ticket.path(purpose));
    let body = html! {
        article.narrow {
            p.back { a href={ "/users/" (user.id) } { (address(&user.email)) } }
            h1 { "A link for " (address(&user.email)) }
            p.lead { "Send it to them yourself. It works once, for " (works) ", and nobody can show it again. Whoever has it chooses their password." }
            (pasted("link", "The link", &url))
        }
    };
    let frame = Frame {
        title: "A link".to_owned(),
        reader: Some(Reader::of(visitor)),
        place: Some(Place::Users),
        ..Frame::default()
    };
    Ok(page(&frame, &body).into_response())
}

async fn render(
    state: &State,
    visitor: &Visitor,
    typed: &Typed,
    wrong: &Wrong,
    said: Option<String>,
) -> Result<Markup, Problem> {
    let users = store::users::list(&state.shared.store).await?;
    let reader = Reader::of(visitor);
    let body = html! {
        h1 { "Users" }
        div.wide {
            table {
                thead { tr { th scope="col" { "Address" } th scope="col" { "Name" } th scope="col" { "Role" } th scope="col" { "State" } } }
                tbody {
                    @for user in &users {
                        tr {
                            th scope="row" { a href={ "/users/" (user.id) } { (address(&user.email)) } }
                            td { (user.name) }
                            td { (user.role.as_str()) }
                            td { @if user.active { "active" } @else { "switched off" } }
                        }
                    }
                }
            }
        }
        section {
            h2 { "Invite somebody" }
            (told(wrong))
            form.lines method="post" action="/users" {
                (token(&reader))
                (Line::email("email", "E-mail address", &typed.email).autocomplete("off").set(wrong))
                (Line::text("name", "Name", &typed.name).optional().set(wrong))
                (roles(role(&typed.role)).set(wrong))
                div.presses { button.primary type="submit" { "Make a link" } }
            }
        }
    };
    let frame = Frame {
        title: "Users".to_owned(),
        reader: Some(reader),
        place: Some(Place::Users),
        said,
        ..Frame::default()
    };
    Ok(page(&frame, &body))
}

fn roles(chosen: Role) -> Choice<'static> {
    Choice::new("role", "Role", chosen.as_str())
        .of(
            "user",
            "user: their own mailbox and the shared ones they are a member of",
        )
        .of(
            "admin",
            "admin: everything, except what others keep private",
        )
}

#[cfg(test)]
#[path = "users/users_tests.rs"]
mod tests;
