//! What an authorization server's refusal means: error → cause → remedy, as a table.
//!
//! A provider's own rows come before those of the standards (RFC 6749 §4.1.2.1 and §5.2, RFC 8628 §3.5, OpenID Connect
//! Core §3.1.2.6), a row with one of Microsoft's AADSTS numbers before one without. What no row knows is red all the
//! same, with the provider's words: a refusal that nobody sees is worse than one that nobody understands.

mod google;
mod microsoft;
mod standard;
mod table;
mod zoho;

use std::time::Duration;

use super::client::Provider;
use super::error::{Fate, OAuthError};
use crate::cause::{Cause, Red, provider_words};
use table::{Row, Verdict};

/// Where in a sign-in a server said no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Stage {
    /// In the browser: the callback brought an error instead of a code.
    Authorize,
    /// At the token endpoint, when the code of a callback was exchanged.
    Code,
    /// At the token endpoint, for a new access token: by refresh token or in the app's own name.
    Token,
    /// At the device or token endpoint, during a device-code sign-in.
    Device,
    /// At the revocation endpoint, when tokens were given back.
    Revocation,
}

/// A refusal, as it was said.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signal<'a> {
    /// Whose habits apply.
    pub(super) provider: Provider,
    /// Where it was said.
    pub(super) stage: Stage,
    /// The standard's `error`.
    pub(super) error: &'a str,
    /// `error_description`, or empty.
    pub(super) description: &'a str,
    /// Microsoft's `error_codes`; where there are none, the numbers of the description count.
    pub(super) codes: &'a [u32],
    /// `suberror` (Microsoft), `error_subtype` (Google) or `error_subcode` (in callbacks).
    pub(super) suberror: Option<&'a str>,
    /// The HTTP status; 0 in a callback.
    pub(super) status: u16,
    /// How long the server wants to be left alone.
    pub(super) retry_after: Option<Duration>,
}

/// What a refusal means. Too many requests and trouble at the server are that, whatever else it says.
pub(super) fn judge(signal: &Signal<'_>) -> OAuthError {
    let words = signal.words();
    if matches!(signal.status, 408 | 425 | 429 | 500..=599) {
        return transient(words, signal.retry_after);
    }
    match row(signal).map(|row| row.verdict) {
        Some(Verdict::Red { cause, who, remedy }) => {
            let red = Red::of(cause, words);
            OAuthError::Red(Red {
                who: who.unwrap_or(red.who),
                remedy: remedy.map_or(red.remedy, str::to_owned),
                ..red
            })
        }
        Some(Verdict::Cancelled { then }) => OAuthError::Cancelled {
            words: format!("{words} {then}"),
        },
        Some(Verdict::Passing) => transient(words, signal.retry_after),
        None => OAuthError::Red(Red::of(Cause::RequestRefused, words)),
    }
}

fn transient(words: String, retry_after: Option<Duration>) -> OAuthError {
    OAuthError::Transient {
        words,
        retry_after,
        fate: Fate::Declined,
    }
}

/// The row that knows this refusal best.
fn row(signal: &Signal<'_>) -> Option<&'static Row> {
    let own = match signal.provider {
        Provider::Google => google::ROWS,
        Provider::Microsoft => microsoft::ROWS,
        Provider::Zoho => zoho::ROWS,
        Provider::Yahoo
        | Provider::Aol
        | Provider::Fastmail
        | Provider::Yandex
        | Provider::Generic => &[],
    };
    let codes = if signal.codes.is_empty() {
        codes_in(signal.description)
    } else {
        signal.codes.to_vec()
    };
    // The first number is the one that it is about.
    let by_code = codes
        .into_iter()
        .find_map(|code| own.iter().find(|row| row.knows(signal, Some(code))));
    by_code.or_else(|| {
        let mut rows = own.iter().chain(standard::ROWS);
        rows.find(|row| row.knows(signal, None))
    })
}

/// Microsoft's numbers in a text: `AADSTS65001: The user or administrator has not consented …`.
fn codes_in(text: &str) -> Vec<u32> {
    let numbers = text.split("AADSTS").skip(1);
    numbers
        .filter_map(|number| {
            let end = number.find(|c: char| !c.is_ascii_digit());
            number.get(..end.unwrap_or(number.len()))?.parse().ok()
        })
        .collect()
}

impl Signal<'_> {
    /// What happened, as a sentence with the provider's own words.
    fn words(&self) -> String {
        let opening = match self.stage {
            Stage::Authorize => "The provider did not let the sign-in through",
            Stage::Code => "The provider did not complete the sign-in",
            Stage::Token => "The provider gave no access token",
            Stage::Device => "The provider gave no access token for the device code",
            Stage::Revocation => "The provider did not take the tokens back",
        };
        let (error, said) = (provider_words(self.error), provider_words(self.description));
        match (error.as_str(), said.as_str()) {
            ("", "") => format!("{opening} (status {}).", self.status),
            (error, "") => format!("{opening}: {error}."),
            ("", said) => format!("{opening}: \"{said}\"."),
            (error, said) => format!("{opening}: \"{said}\" ({error})."),
        }
    }
}

#[cfg(test)]
#[path = "signals_tests.rs"]
mod tests;
