//! Cookies, all with the same flags: for this host and every path, not for scripts, not sent along by other sites.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponseParts, ResponseParts};
use axum_extra::extract::CookieJar;
use chrono::TimeDelta;

use super::site::Site;

/// A cookie to be set or taken away, as a part of a response.
#[derive(Debug, Clone)]
pub struct SetCookie(HeaderValue);

impl SetCookie {
    /// Keeps `value` in the browser. `Lax`, not `Strict`: the provider sends people back by a link on its own site.
    #[must_use]
    pub fn keep(site: &Site, name: &str, value: &str, life: TimeDelta) -> Self {
        Self::new(site, name, value, life.num_seconds())
    }

    /// Takes it away.
    #[must_use]
    pub fn take_away(site: &Site, name: &str) -> Self {
        Self::new(site, name, "", 0)
    }

    fn new(site: &Site, name: &str, value: &str, seconds: i64) -> Self {
        let name = site.cookie_name(name);
        let secure = if site.is_secure() { "; Secure" } else { "" };
        let text =
            format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        let mut value = HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""));
        value.set_sensitive(true);
        Self(value)
    }
}

impl IntoResponseParts for SetCookie {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        if !self.0.is_empty() {
            parts.headers_mut().append(header::SET_COOKIE, self.0);
        }
        Ok(parts)
    }
}

/// What a browser sent under this very name; a script of ours wrote it, and another site's may have.
#[must_use]
pub(super) fn plain(headers: &HeaderMap, name: &str) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    jar.get(name).map(|cookie| cookie.value().to_owned())
}

/// What a browser sent under this name.
#[must_use]
pub fn sent(headers: &HeaderMap, site: &Site, name: &str) -> Option<String> {
    CookieJar::from_headers(headers)
        .get(&site.cookie_name(name))
        .map(|cookie| cookie.value().to_owned())
}
