//! The first line of an answer: `+OK`, `-ERR` or a `+` that asks to go on (RFC 1939 §3, RFC 5034 §4), and the response code
//! in brackets that an `-ERR` may begin with (RFC 2449 §8).

use std::time::Duration;

use crate::transport::clean;

/// The words of one status line, fit to be shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Said {
    /// The code in brackets, upper case: `SYS/TEMP`.
    pub(crate) code: Option<String>,
    /// Code and text as the server wrote them.
    pub(crate) words: String,
}

/// What a status line is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reply {
    /// `+OK`
    Well(Said),
    /// `-ERR`
    Refused(Said),
    /// `+ ` and a challenge.
    GoOn(String),
}

impl Reply {
    /// Reads a line without its end; nothing if it is no status line.
    pub(crate) fn read(line: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(line);
        let (word, rest) = text.split_once(' ').unwrap_or((&text, ""));
        if word.eq_ignore_ascii_case("+OK") {
            Some(Self::Well(Said::of(rest)))
        } else if word.eq_ignore_ascii_case("-ERR") {
            Some(Self::Refused(Said::of(rest)))
        } else if word == "+" {
            Some(Self::GoOn(rest.trim().to_owned()))
        } else {
            None
        }
    }
}

impl Said {
    fn of(text: &str) -> Self {
        let words = clean(text);
        Self {
            code: bracketed(&words),
            words,
        }
    }

    /// Whether the words contain this, in any case.
    pub(crate) fn mentions(&self, phrase: &str) -> bool {
        self.words.to_lowercase().contains(phrase)
    }

    /// Whether the words contain one of these, in any case.
    pub(crate) fn mentions_any(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.mentions(phrase))
    }

    /// How long to stay away, in Exchange's words: `Suggested Backoff Time: 92415 milliseconds`.
    pub(crate) fn suggested_wait(&self) -> Option<Duration> {
        let words = self.words.to_lowercase();
        let (_, after) = words.split_once("backoff time:")?;
        let after = after.trim_start();
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let (number, _) = after.split_at_checked(digits)?;
        number.parse().ok().map(Duration::from_millis)
    }
}

/// `[SYS/TEMP] …`, of which `[SYS/TEMP/DISK]` would be a finer kind (RFC 3206 §3).
fn bracketed(text: &str) -> Option<String> {
    let (code, _) = text.strip_prefix('[')?.split_once(']')?;
    let code = code.split_whitespace().next()?.to_ascii_uppercase();
    Some(match code.as_str() {
        finer if finer.starts_with("SYS/TEMP") => "SYS/TEMP".to_owned(),
        finer if finer.starts_with("SYS/PERM") => "SYS/PERM".to_owned(),
        _ => code,
    })
}

#[cfg(test)]
#[path = "said_tests.rs"]
mod tests;
