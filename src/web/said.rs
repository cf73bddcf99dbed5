//! What was just done, told once on the next page.
//!
//! It travels in a cookie, sealed by the session: an address can't make a page say something that did not happen, and
//! neither can another site.

use axum::http::HeaderMap;
use chrono::TimeDelta;

use crate::http::cookies::{self, SetCookie};
use crate::http::{Shared, Visitor};

const COOKIE: &str = "mailroom-said";

/// Long enough for one redirect over a slow line.
const LIFE: TimeDelta = TimeDelta::minutes(1);

/// The most letters, so that the cookie is taken by every browser (4096 bytes, RFC 6265 §6.1).
const LETTERS: usize = 700;

/// Has this person's next page say `text`.
pub(super) fn say(shared: &Shared, visitor: &Visitor, text: &str) -> SetCookie {
    let text: String = text.chars().take(LETTERS).collect();
    let note = visitor.session.sealed_note(&text);
    SetCookie::keep(&shared.site, COOKIE, &note, LIFE)
}

/// What this page is to say, and what takes it away again.
pub(super) fn heard(
    headers: &HeaderMap,
    shared: &Shared,
    visitor: &Visitor,
) -> (Option<String>, Option<SetCookie>) {
    let Some(note) = cookies::sent(headers, &shared.site, COOKIE) else {
        return (None, None);
    };
    let taken_away = SetCookie::take_away(&shared.site, COOKIE);
    (visitor.session.open_note(&note), Some(taken_away))
}
