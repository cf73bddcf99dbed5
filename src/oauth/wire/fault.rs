//! What can go wrong before there is an answer.

use std::error::Error;
use std::time::Duration;

use url::Url;

use super::Timeouts;
use crate::trust::NoAuthorities;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// There is nobody to trust: no system certificates, or a CA file that is none.
    #[error("No certificate authorities could be read: {why}.")]
    NoAuthorities {
        /// What is wrong.
        why: String,
    },
    /// The address itself is not one to ask.
    #[error("The address {url} may not be asked: {why}.")]
    NotAllowed {
        /// The address, without its query.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// No connection, or it broke.
    #[error("The authorization server {host} could not be reached: {why}.")]
    Unreachable {
        /// Host and port.
        host: String,
        /// The network's words.
        why: String,
    },
    /// It kept us waiting.
    #[error("The authorization server {host} did not answer within {} s.", after.as_secs_f32())]
    Timeout {
        /// Host and port.
        host: String,
        /// The limit.
        after: Duration,
    },
    /// The answer is longer than any honest one.
    #[error("The answer of the authorization server {host} is longer than {} KiB.", most >> 10)]
    TooLarge {
        /// Host and port.
        host: String,
        /// The limit in bytes.
        most: usize,
    },
}

impl From<NoAuthorities> for HttpError {
    fn from(NoAuthorities(why): NoAuthorities) -> Self {
        Self::NoAuthorities { why }
    }
}

/// What a failed request means.
pub(super) fn meaning(error: &reqwest::Error, url: &Url, timeouts: Timeouts) -> HttpError {
    let host = host(url);
    if error.is_timeout() {
        let after = if error.is_connect() {
            timeouts.connect
        } else {
            timeouts.total
        };
        return HttpError::Timeout { host, after };
    }
    HttpError::Unreachable {
        host,
        why: innermost(error),
    }
}

/// Host and port, as a person would write them.
pub(super) fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The words of the error at the bottom, which say what happened; those above only say during what.
pub(super) fn innermost(error: &dyn Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string().trim_end_matches('.').to_owned()
}
