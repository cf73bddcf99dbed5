//! `/sign-in/company`: signing in at the company's identity provider. What has to be remembered until the browser comes back
//! is in a cookie of its own, so that only the browser that left can come back.

use axum::Form;
use axum::extract::{Query, State as Extracted};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono::TimeDelta;
use maud::{Markup, html};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use subtle::ConstantTimeEq as _;
use url::Url;

use super::super::State;
use super::super::layout::{Frame, page};
use super::super::prose::prose;
use super::{Browser, onward};
use crate::accounts::{Company, Returned, Stranger};
use crate::http::cookies::{self, SetCookie};
use crate::http::{Problem, Remote, Visitor};

/// Holds what a sign-in under way has to remember.
const COOKIE: &str = "mailroom-company";
/// So long people may take there.
const LIFE: TimeDelta = TimeDelta::minutes(15);
const CALLBACK: &str = "/sign-in/company/callback";

/// Where they wanted to go.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct Wanted {
    #[serde(default)]
    next: String,
}

/// What the provider sends back through the browser.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct Answer {
    code: Option<SecretString>,
    state: Option<SecretString>,
    iss: Option<String>,
    error: Option<String>,
}

/// The button on the page for signing in.
pub(super) fn button(company: &Company, next: &str) -> Markup {
    html! {
        form.press method="post" action="/sign-in/company" {
            input type="hidden" name="next" value=(next);
            button type="submit" { "Sign in with " (company.name()) }
        }
    }
}

/// `POST /sign-in/company`: takes the browser there.
pub(in crate::web) async fn leave(
    Extracted(state): Extracted<State>,
    Form(wanted): Form<Wanted>,
) -> Result<Response, Problem> {
    let company = company(&state)?;
    let begun = company
        .begin(&callback(&state)?)
        .await
        .map_err(|error| failed(company, &error))?;
    let under_way = UnderWay {
        state: begun.state,
        nonce: begun.nonce,
        verifier: begun.verifier,
        next: onward(&wanted.next).to_owned(),
    };
    let cookie = SetCookie::keep(&state.shared.site, COOKIE, &under_way.text(), LIFE);
    let frame = Frame {
        title: format!("On to {}", company.name()),
        onward: Some(begun.url.to_string()),
        ..Frame::default()
    };
    let body = html! {
        article.narrow {
            h1 { "On to " (company.name()) }
            p.lead { "Sign in there. Then you come back here by yourself." }
            p { a.button.primary href=(begun.url) rel="noreferrer" { "Go on to " (company.name()) } }
        }
    };
    Ok((cookie, page(&frame, &body)).into_response())
}

/// `GET /sign-in/company/callback`: lets in whose account it is.
pub(in crate::web) async fn come_back(
    Extracted(state): Extracted<State>,
    visitor: Option<Visitor>,
    remote: Remote,
    headers: HeaderMap,
    Query(answer): Query<Answer>,
) -> Result<Response, Problem> {
    let company = company(&state)?;
    let site = &state.shared.site;
    let under_way = cookies::sent(&headers, site, COOKIE)
        .and_then(|text| UnderWay::read(&text))
        .filter(|under_way| under_way.is_answered_by(answer.state.as_ref()))
        .ok_or_else(not_begun)?;
    let over = SetCookie::take_away(site, COOKIE);
    if answer.error.is_some() {
        tracing::info!("The identity provider let somebody not in");
        return Ok((over, refused(company, "It did not let you in.")).into_response());
    }
    let code = answer.code.ok_or_else(not_begun)?;
    let returned = Returned {
        code: &code,
        iss: answer.iss.as_deref(),
        nonce: &under_way.nonce,
        verifier: &under_way.verifier,
    };
    let identity = company
        .finish(&returned, &callback(&state)?)
        .await
        .map_err(|error| failed(company, &error))?;
    let user = state.accounts.known_to(company, &identity, Some(remote.0));
    let user = match user.await {
        Ok(user) => user,
        Err(Stranger::Store(error)) => return Err(error.into()),
        Err(stranger) => {
            let page = refused(company, &stranger.to_string());
            return Ok((StatusCode::FORBIDDEN, over, page).into_response());
        }
    };
    let before = visitor.map(|visitor| visitor.session);
    let browser = Browser::of(&state, &headers, remote, before);
    let session = browser.begin(&state, user.id, false).await?;
    tracing::info!(user = user.id.0, "Signed in at the identity provider");
    Ok((over, session, Redirect::to(&under_way.next)).into_response())
}

fn company(state: &State) -> Result<&Company, Problem> {
    state.company.as_ref().ok_or_else(Problem::not_found)
}

/// As it has to be registered there.
fn callback(state: &State) -> Result<Url, Problem> {
    Url::parse(&state.shared.site.url(CALLBACK)).map_err(|_| Problem::internal())
}

fn refused(company: &Company, why: &str) -> Markup {
    let frame = Frame {
        title: "Not signed in".to_owned(),
        ..Frame::default()
    };
    let body = html! {
        article.narrow {
            h1 { "Not signed in" }
            p.lead { "You were at " (company.name()) ". " (prose(why)) }
            p { a href="/sign-in" { "Sign in another way" } }
        }
    };
    page(&frame, &body)
}

/// Its words may come from anywhere, so they go to the log and not onto the page.
fn failed(company: &Company, error: &dyn std::error::Error) -> Problem {
    tracing::warn!(%error, "Nobody can sign in at the identity provider");
    Problem::new(
        StatusCode::BAD_GATEWAY,
        "Signing in did not work",
        format!(
            "{} can't be asked, or its answer is not to be trusted. The log of Mailroom says why. Try again, or sign in another way.",
            company.name()
        ),
    )
}

fn not_begun() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "This sign-in was not begun here",
        "It was begun in another browser, or more than fifteen minutes ago. Begin again.",
    )
}

/// What is remembered of a sign-in until it comes back.
struct UnderWay {
    state: SecretString,
    nonce: SecretString,
    verifier: SecretString,
    /// A page of ours.
    next: String,
}

impl UnderWay {
    fn text(&self) -> String {
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("s", self.state.expose_secret()),
            ("n", self.nonce.expose_secret()),
            ("v", self.verifier.expose_secret()),
            ("next", self.next.as_str()),
        ] {
            text.append_pair(name, value);
        }
        text.finish()
    }

    fn read(text: &str) -> Option<Self> {
        let part = |wanted: &str| {
            let mut pairs = url::form_urlencoded::parse(text.as_bytes());
            pairs.find_map(|(name, value)| (name == wanted).then(|| value.into_owned()))
        };
        Some(Self {
            state: part("s")?.into(),
            nonce: part("n")?.into(),
            verifier: part("v")?.into(),
            next: onward(&part("next")?).to_owned(),
        })
    }

    fn is_answered_by(&self, state: Option<&SecretString>) -> bool {
        state.is_some_and(|state| {
            let (ours, theirs) = (self.state.expose_secret(), state.expose_secret());
            ours.as_bytes().ct_eq(theirs.as_bytes()).into()
        })
    }
}
