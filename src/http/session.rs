//! Who is signed in in which browser: a row named by the hash of the cookie's secret.
//!
//! A session ends by signing out, after [`IDLE`] without use, and after [`LONGEST`] in any case. It is worth what its
//! user is worth at that moment: one who was made inactive is out at the next request. While a one-time code is owed, a
//! session opens nothing but the page that asks for it, and not for longer than [`OWING`].

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use entities::ids::UserId;
use entities::users;
use secrecy::SecretString;

use super::csrf;
use super::token::Token;
use crate::store::sessions::NewSession;
use crate::store::{self, Store, StoreError};

/// Unused for so long, a session ends.
pub const IDLE: TimeDelta = TimeDelta::hours(12);
/// No session lasts longer.
pub const LONGEST: TimeDelta = TimeDelta::days(7);
/// So long a one-time code may be owed.
pub const OWING: TimeDelta = TimeDelta::minutes(10);
/// So long after a proof nobody is asked for another before something grave.
pub const FRESH: TimeDelta = TimeDelta::minutes(15);
/// Letters that are kept of what a browser calls itself.
const BROWSER: usize = 200;
/// How exactly is kept when a session was last used: a write for each request would be too many.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(5);

/// A session that begins.
#[derive(Debug, Clone, Copy)]
pub struct Begun<'a> {
    /// Who.
    pub user: UserId,
    /// Whether a one-time code is still owed.
    pub code_due: bool,
    /// From where.
    pub remote: Option<IpAddr>,
    /// What the browser calls itself.
    pub browser: &'a str,
}

/// A browser whose user is known.
#[derive(Debug, Clone)]
pub struct Session {
    /// Names the session without opening it: the hash of its secret.
    pub id: String,
    /// Who.
    pub user: users::Model,
    /// Whether a one-time code is still owed.
    pub code_due: bool,
    /// When they last proved that it is they.
    pub proved_at: Option<DateTime<Utc>>,
    secret: Token,
}

impl Session {
    /// Begins a session under this new secret, which goes into the cookie.
    pub async fn begin(
        store: &Store,
        begun: Begun<'_>,
        now: DateTime<Utc>,
        secret: &Token,
    ) -> Result<(), StoreError> {
        store::sessions::delete_ended(store, now).await?;
        let new = NewSession {
            id_hash: secret.hash(),
            user_id: begun.user,
            expires_at: now + if begun.code_due { OWING } else { LONGEST },
            browser: begun.browser.chars().take(BROWSER).collect(),
            remote: begun
                .remote
                .map_or_else(String::new, |remote| remote.to_string()),
            code_due: begun.code_due,
        };
        store::sessions::insert(store, new, now).await
    }

    /// The session that this secret opens, if it has not ended; notes that it was used.
    pub async fn find(
        store: &Store,
        now: DateTime<Utc>,
        secret: Token,
    ) -> Result<Option<Self>, StoreError> {
        let id = secret.hash();
        let found = store::sessions::find(store, &id, now - IDLE, now).await?;
        let Some((row, user)) = found else {
            return Ok(None);
        };
        if row.last_seen_at + SEEN_EVERY <= now {
            store::sessions::touch(store, &id, now).await?;
        }
        Ok(Some(Self {
            id,
            user,
            code_due: row.code_due,
            proved_at: row.proved_at,
            secret,
        }))
    }

    /// Whether they proved lately that it is they.
    #[must_use]
    pub fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        self.proved_at.is_some_and(|proved| proved + FRESH > now)
    }

    /// Ends it.
    pub async fn end(&self, store: &Store) -> Result<(), StoreError> {
        store::sessions::delete(store, &self.id).await
    }

    /// What its forms carry in their field `token`.
    #[must_use]
    pub fn form_token(&self) -> String {
        csrf::form_token(&self.secret)
    }

    /// Whether a form is its own.
    #[must_use]
    pub fn is_own_form(&self, token: &str) -> bool {
        csrf::is_genuine(&self.secret, token)
    }

    /// A text that goes through the browser and comes back as it was, in letters that a cookie may hold.
    #[must_use]
    pub fn sealed_note(&self, text: &str) -> String {
        let seal = csrf::seal(&self.secret, "note", text);
        format!("{seal}.{}", URL_SAFE_NO_PAD.encode(text))
    }

    /// The text of such a note, if this session wrote it.
    #[must_use]
    pub fn open_note(&self, note: &str) -> Option<String> {
        let (seal, text) = note.split_once('.')?;
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        csrf::is_seal(&self.secret, "note", &text, seal).then_some(text)
    }

    /// What only this browser has: an authorization that it begins can be ended by it alone.
    #[must_use]
    pub fn secret(&self) -> SecretString {
        SecretString::from(self.secret.expose())
    }
}
