//! Whether a change was asked for by one of our own pages.
//!
//! Three walls: cookies are `SameSite=Lax`; a browser that says the request comes from elsewhere is believed; and every
//! form carries a token derived from the session's secret, which no other page can know.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use super::site::Site;
use super::token::Token;

/// What forms of a session carry.
pub(super) fn form_token(session: &Token) -> String {
    seal(session, "form", "")
}

/// Whether a form carried its session's token.
pub(super) fn is_genuine(session: &Token, sent: &str) -> bool {
    is_seal(session, "form", "", sent)
}

/// What only this session could have written under `text`; `purpose` keeps one use from standing in for another.
pub(super) fn seal(session: &Token, purpose: &'static str, text: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(session.expose().as_bytes()) else {
        // HMAC takes keys of any length; a page whose forms are refused is the safe way out.
        return String::new();
    };
    mac.update(b"mailroom ");
    mac.update(purpose.as_bytes());
    mac.update(b"\0");
    mac.update(text.as_bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

/// Whether `sent` is that.
pub(super) fn is_seal(session: &Token, purpose: &'static str, text: &str, sent: &str) -> bool {
    let expected = seal(session, purpose, text);
    !expected.is_empty() && bool::from(expected.as_bytes().ct_eq(sent.as_bytes()))
}

/// Whether the browser says that another site sends this request.
///
/// `Sec-Fetch-Site` is not sent over plain HTTP, and pages with `Referrer-Policy: no-referrer` send `Origin: null`
/// from forms: then nothing is said, and the token decides.
pub(super) fn is_from_elsewhere(headers: &HeaderMap, site: &Site) -> bool {
    let said = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match said("sec-fetch-site") {
        Some(from) => !matches!(from, "same-origin" | "none"),
        None => said(header::ORIGIN.as_str())
            .is_some_and(|origin| origin != "null" && origin != site.origin()),
    }
}

#[cfg(test)]
#[path = "csrf_tests.rs"]
mod tests;
