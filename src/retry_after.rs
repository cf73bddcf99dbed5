//! How long a server that was asked over HTTP wants to be left alone (RFC 9110 §10.2.3). Never knows who asked, or what.

use std::time::Duration;

use chrono::DateTime;
use http::HeaderMap;
use http::header::{DATE, HeaderName, RETRY_AFTER};

/// No server is left alone for longer on its own word.
const LONGEST: Duration = Duration::from_hours(24);

/// The wait that the headers of an answer ask for, at most a day: in seconds as given, or until a date. A date is
/// measured against the server's own clock, its `Date`, as ours may be wrong.
#[must_use]
pub fn wait(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(
            text.parse()
                .map_or(LONGEST, |seconds| Duration::from_secs(seconds).min(LONGEST)),
        );
    }
    let wait = date(headers, RETRY_AFTER)? - date(headers, DATE)?;
    Some(wait.to_std().unwrap_or_default().min(LONGEST))
}

fn date(headers: &HeaderMap, name: HeaderName) -> Option<DateTime<chrono::FixedOffset>> {
    DateTime::parse_from_rfc2822(headers.get(name)?.to_str().ok()?.trim()).ok()
}

#[cfg(test)]
#[path = "retry_after_tests.rs"]
mod tests;
