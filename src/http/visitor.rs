//! Who makes a request and from where, as handlers ask for it.

use std::net::IpAddr;

use axum::extract::{FromRef, FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use chrono_tz::Tz;
use entities::users::Role;

use super::Shared;
use super::cookies::{self, SetCookie};
use super::problem::Problem;
use super::session::{LONGEST, Session};
use super::site::Site;
use super::token::Token;
use crate::store::accounts;

/// Where the request comes from, proxies of ours aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remote(pub IpAddr);

/// Somebody who is signed in. As `Option<Visitor>` a handler asks who it is without insisting.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Their session.
    pub session: Session,
    /// In which time zone they are told times: what they chose, else their browser's, else UTC.
    pub zone: Tz,
}

impl Visitor {
    /// Name of the session's cookie, before [`Site::cookie_name`].
    pub const COOKIE: &str = "mailroom";
    /// Name of the cookie in which a script of ours says the browser's time zone.
    const ZONE_COOKIE: &str = "mailroom-zone";

    /// Whether they may do everything.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.session.user.role == Role::Admin
    }

    /// Turns away whoever is no admin.
    pub fn require_admin(&self) -> Result<(), Problem> {
        if self.is_admin() {
            Ok(())
        } else {
            Err(Problem::admins_only())
        }
    }

    /// The cookie that keeps `secret` in a browser.
    #[must_use]
    pub fn cookie(site: &Site, secret: &Token) -> SetCookie {
        SetCookie::keep(site, Self::COOKIE, secret.expose(), LONGEST)
    }

    /// The cookie that takes the secret away again.
    #[must_use]
    pub fn no_cookie(site: &Site) -> SetCookie {
        SetCookie::take_away(site, Self::COOKIE)
    }

    async fn find(parts: &Parts, shared: &Shared) -> Result<Option<Self>, Problem> {
        let session = session(parts, shared).await?;
        let Some(session) = session.filter(|session| !session.code_due) else {
            return Ok(None);
        };
        let chosen = accounts::time_zone(&shared.store, session.user.id).await?;
        let zone = [chosen, cookies::plain(&parts.headers, Self::ZONE_COOKIE)]
            .into_iter()
            .flatten()
            .find_map(|zone| zone.parse().ok());
        Ok(Some(Self {
            session,
            zone: zone.unwrap_or(Tz::UTC),
        }))
    }
}

/// Somebody who owes a one-time code: they may type it, and nothing else.
#[derive(Debug, Clone)]
pub struct Halfway {
    /// Their session.
    pub session: Session,
}

async fn session(parts: &Parts, shared: &Shared) -> Result<Option<Session>, Problem> {
    let sent = cookies::sent(&parts.headers, &shared.site, Visitor::COOKIE);
    let Some(secret) = sent.as_deref().and_then(Token::sent) else {
        return Ok(None);
    };
    Ok(Session::find(&shared.store, shared.clock.now(), secret).await?)
}

impl<S> FromRequestParts<S> for Halfway
where
    S: Send + Sync,
    Shared: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        session(parts, &Shared::from_ref(state))
            .await?
            .filter(|session| session.code_due)
            .map(|session| Self { session })
            .ok_or_else(Problem::signed_out)
    }
}

impl<S> FromRequestParts<S> for Visitor
where
    S: Send + Sync,
    Shared: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Self::find(parts, &Shared::from_ref(state))
            .await?
            .ok_or_else(Problem::signed_out)
    }
}

impl<S> OptionalFromRequestParts<S> for Visitor
where
    S: Send + Sync,
    Shared: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Problem> {
        Self::find(parts, &Shared::from_ref(state)).await
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Remote {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts
            .extensions
            .get()
            .copied()
            .ok_or_else(Problem::internal)
    }
}
