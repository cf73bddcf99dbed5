//! `/sign-in`: by address and password, or by a one-time link, whose page has a button (previews of chats and of mail
//! programs open links too, so opening it changes nothing). `POST /sign-out` ends the session.

mod browser;
mod code;
mod company;
mod password;
mod ticket;

pub(super) use browser::Browser;
pub(super) use code::{ask as ask_code, prove as prove_code};
pub(super) use company::{come_back, leave};
pub(super) use password::words as refused;

use axum::Form;
use axum::extract::{Query, State as Extracted};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::html;
use secrecy::SecretString;
use serde::Deserialize;

use super::State;
use super::layout::{Frame, page};
use crate::http::{Nothing, Problem, Remote, Submitted, Visitor};

/// What the link carries, and what the forms do.
#[derive(Debug, Deserialize)]
pub(super) struct Carried {
    #[serde(default)]
    ticket: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: SecretString,
    /// Where they wanted to go.
    #[serde(default)]
    next: String,
}

/// Asks who it is.
pub(super) async fn ask(
    Extracted(state): Extracted<State>,
    visitor: Option<Visitor>,
    Query(carried): Query<Carried>,
) -> Result<Response, Problem> {
    if !carried.ticket.is_empty() {
        return Ok(ticket::ask(&state, &carried.ticket).await?.into_response());
    }
    if visitor.is_some() {
        return Ok(Redirect::to(onward(&carried.next)).into_response());
    }
    Ok(password::ask(&state, &carried.next).into_response())
}

/// Signs in, and goes on to a clean address.
pub(super) async fn sign_in(
    Extracted(state): Extracted<State>,
    visitor: Option<Visitor>,
    remote: Remote,
    headers: HeaderMap,
    Form(carried): Form<Carried>,
) -> Result<Response, Problem> {
    let before = visitor.map(|visitor| visitor.session);
    let browser = Browser::of(&state, &headers, remote, before);
    if carried.ticket.is_empty() {
        password::sign_in(&state, browser, carried).await
    } else {
        ticket::sign_in(&state, browser, &carried.ticket).await
    }
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
            p { a href="/sign-in" { "Sign in again" } }
        }
    };
    let frame = Frame {
        title: "Signed out".to_owned(),
        ..Frame::default()
    };
    Ok((Visitor::no_cookie(&state.shared.site), page(&frame, &body)).into_response())
}

/// A page of ours and nothing else: an address never sends people who sign in elsewhere.
fn onward(next: &str) -> &str {
    let is_path = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(char::is_control);
    if is_path { next } else { "/" }
}

/// What carries `next` along in an address.
fn with_next(next: &str) -> String {
    if onward(next) == "/" {
        return String::new();
    }
    let mut carried = url::form_urlencoded::Serializer::for_suffix(String::from("?"), 1);
    carried.append_pair("next", next);
    carried.finish()
}

#[cfg(test)]
#[path = "sign_in/sign_in_tests.rs"]
mod tests;
