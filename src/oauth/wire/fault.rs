//! What can go wrong before there is an answer.

use std::error::Error;
use std::time::Duration;

use url::Url;

use super::Timeouts;
use crate::oauth::error::Fate;
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
    /// No connection.
    #[error("The authorization server {host} could not be reached: {why}.")]
    Unreachable {
        /// Host and port.
        host: String,
        /// The network's words.
        why: String,
    },
    /// The connection broke before the answer was here.
    #[error("The answer of the authorization server {host} was lost on its way: {why}.")]
    Lost {
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
        /// Whether there was a connection, on which it may have got the question.
        asked: bool,
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

impl HttpError {
    /// How far the question came.
    pub(in crate::oauth) fn fate(&self) -> Fate {
        match self {
            Self::Lost { .. } | Self::Timeout { asked: true, .. } => Fate::Lost,
            Self::TooLarge { .. } => Fate::Declined,
            Self::NoAuthorities { .. }
            | Self::NotAllowed { .. }
            | Self::Unreachable { .. }
            | Self::Timeout { asked: false, .. } => Fate::Unsent,
        }
    }
}

/// What a failed request means.
pub(super) fn meaning(error: &reqwest::Error, url: &Url, timeouts: Timeouts) -> HttpError {
    let host = host(url);
    let asked = !error.is_connect();
    if error.is_timeout() {
        let after = if asked {
            timeouts.total
        } else {
            timeouts.connect
        };
        return HttpError::Timeout { host, after, asked };
    }
    let why = innermost(error);
    if asked {
        HttpError::Lost { host, why }
    } else {
        HttpError::Unreachable { host, why }
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
