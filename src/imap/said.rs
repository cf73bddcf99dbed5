//! What a server says in words: response codes (RFC 3501 §7.1, RFC 5530) and the text after them.

use std::time::Duration;

use imap_proto::{Outcome, ResponseCode, Status};

use crate::transport::clean;

/// What a status line begins with (RFC 3501 §7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    Ok,
    No,
    Bad,
    PreAuth,
    Bye,
}

impl From<&Status> for Condition {
    fn from(status: &Status) -> Self {
        match status {
            Status::Ok => Self::Ok,
            Status::No => Self::No,
            Status::Bad => Self::Bad,
            Status::PreAuth => Self::PreAuth,
            Status::Bye => Self::Bye,
        }
    }
}

/// The words of one status line, fit to be shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Said {
    /// The code in brackets, upper case, without its arguments.
    pub(crate) code: Option<String>,
    /// Code and text as the server wrote them.
    pub(crate) words: String,
}

impl Said {
    /// The parser knows a few codes only: all others are still in the text.
    pub(crate) fn of(outcome: &Outcome<'_>) -> Self {
        let text = clean(outcome.information.as_deref().unwrap_or_default());
        match outcome.code.as_ref().map(code_name) {
            Some(Some(code)) => Self {
                words: format!("[{code}] {text}").trim_end().to_owned(),
                code: Some(code.to_owned()),
            },
            Some(None) => Self {
                code: None,
                words: text,
            },
            None => Self {
                code: bracketed(&text),
                words: text,
            },
        }
    }

    /// Whether the words contain this, in any case.
    pub(crate) fn mentions(&self, phrase: &str) -> bool {
        self.words.to_lowercase().contains(phrase)
    }

    /// How long to stay away: `Suggested Backoff Time: 92415 milliseconds` (Exchange), `Try again in 5 minutes`. Exchange
    /// may leave out that it counts in milliseconds; from others a number alone says nothing.
    pub(crate) fn suggested_wait(&self) -> Option<Duration> {
        let words = self.words.to_lowercase();
        if let Some((_, after)) = words.split_once("backoff time:") {
            return span(after, Some(1));
        }
        ["try again in", "try again after", "retry in", "retry after"]
            .iter()
            .find_map(|phrase| span(words.split_once(phrase)?.1, None))
    }
}

/// A number and its unit, or the usual unit, in milliseconds, where none follows.
fn span(text: &str, usual: Option<u64>) -> Option<Duration> {
    let text = text.trim_start();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let number: u64 = number.parse().ok()?;
    let unit = unit.trim_start();
    let known = [
        ("millisec", 1),
        ("ms", 1),
        ("sec", 1_000),
        ("min", 60_000),
        ("hour", 3_600_000),
    ];
    let milliseconds = known
        .iter()
        .find(|(name, _)| unit.starts_with(name))
        .map(|(_, milliseconds)| *milliseconds)
        .or(usual)?;
    number.checked_mul(milliseconds).map(Duration::from_millis)
}

fn code_name(code: &ResponseCode<'_>) -> Option<&'static str> {
    match code {
        ResponseCode::Alert => Some("ALERT"),
        ResponseCode::TryCreate => Some("TRYCREATE"),
        ResponseCode::Parse => Some("PARSE"),
        ResponseCode::ReadOnly => Some("READ-ONLY"),
        ResponseCode::BadCharset(_) => Some("BADCHARSET"),
        _ => None,
    }
}

fn bracketed(text: &str) -> Option<String> {
    let (code, _) = text.strip_prefix('[')?.split_once(']')?;
    code.split_whitespace().next().map(str::to_ascii_uppercase)
}

#[cfg(test)]
#[path = "said_tests.rs"]
mod tests;
