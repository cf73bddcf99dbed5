//! The browser in which somebody signs in: what it kept from before, and the session that it gets.

use axum::http::{HeaderMap, header};
use chrono::TimeDelta;
use entities::ids::UserId;

use super::super::State;
use crate::accounts::Asker;
use crate::http::cookies::{self, SetCookie};
use crate::http::{Begun, Problem, Remote, Session, Token, Visitor};
use crate::store::known_browsers;

/// Names the browser among those in which a user has signed in before; opens nothing.
const KNOWN: &str = "mailroom-known";
/// As long as it is remembered.
const KNOWN_LIFE: TimeDelta = TimeDelta::days(180);

/// A browser that asks to be let in.
#[derive(Debug)]
pub(in crate::web) struct Browser {
    remote: Remote,
    called: String,
    known: Option<Token>,
    before: Option<Session>,
}

impl Browser {
    /// As the request shows it; `before` is the session that it has.
    pub(in crate::web) fn of(
        state: &State,
        headers: &HeaderMap,
        remote: Remote,
        before: Option<Session>,
    ) -> Self {
        let called = headers
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        Self {
            remote,
            called: called.to_owned(),
            known: cookies::sent(headers, &state.shared.site, KNOWN)
                .as_deref()
                .and_then(Token::sent),
            before,
        }
    }

    /// What is counted against who guesses.
    pub(in crate::web) fn asker(&self) -> Asker {
        Asker {
            remote: Some(self.remote.0),
            browser: self.known.as_ref().map(Token::hash),
        }
    }

    /// Begins a session for `user` and gives its cookie. A browser that changes hands keeps nothing of its last one.
    pub(in crate::web) async fn begin(
        &self,
        state: &State,
        user: UserId,
        code_due: bool,
    ) -> Result<SetCookie, Problem> {
        let shared = &state.shared;
        if let Some(before) = &self.before {
            before.end(&shared.store).await?;
        }
        let secret = Token::generate(&mut rand::rng());
        let begun = Begun {
            user,
            code_due,
            remote: Some(self.remote.0),
            browser: &self.called,
        };
        Session::begin(&shared.store, begun, shared.clock.now(), &secret).await?;
        Ok(Visitor::cookie(&shared.site, &secret))
    }

    /// Remembers that `user` signed in here by what they know.
    pub(in crate::web) async fn remember(
        &self,
        state: &State,
        user: UserId,
    ) -> Result<SetCookie, Problem> {
        let shared = &state.shared;
        let known = self
            .known
            .clone()
            .unwrap_or_else(|| Token::generate(&mut rand::rng()));
        known_browsers::remember(&shared.store, &known.hash(), user, shared.clock.now()).await?;
        let site = &shared.site;
        Ok(SetCookie::keep(site, KNOWN, known.expose(), KNOWN_LIFE))
    }
}
