//! Headers that every answer carries: what a browser may do with it, and that it keeps no copy.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use super::site::Site;

/// Nothing but our own styles, script and images; no frames, no other base, forms to us alone.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A year, in seconds.
const HSTS: &str = "max-age=31536000";

/// Adds what is missing; a handler that says something itself (assets, that they may be kept) is left alone.
pub(super) fn add(headers: &mut HeaderMap, site: &Site) {
    let always: [(HeaderName, &'static str); 7] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=()",
        ),
    ];
    let secure = site
        .is_secure()
        .then_some((header::STRICT_TRANSPORT_SECURITY, HSTS));
    for (name, value) in always.into_iter().chain(secure) {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
}
