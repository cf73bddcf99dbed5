//! What a red light says, and how a provider's words are made fit to be shown.

use std::fmt;

use serde::Serialize;

use super::{Button, Cause, Who};

/// More than this of a provider's words helps nobody.
const WORDS: usize = 300;
/// How a remedy ends where what was granted is as good as before.
const AS_BEFORE: &str = "; nobody has to sign in again.";
/// Tokens, codes and secrets are as long as this, and identifiers (36) are not.
const TOKEN: usize = 40;

/// What a red light says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Red {
    /// Why.
    pub cause: Cause,
    /// Who must act: the cause's, unless the provider's answer says better.
    pub who: Who,
    /// What to do, as sentences; `ADDRESS` in it stands for the mailbox's.
    pub remedy: String,
    /// What happened: the provider's words, or ours, as sentences.
    pub words: String,
}

impl Red {
    /// A red light with the cause's own remedy.
    #[must_use]
    pub fn of(cause: Cause, words: impl Into<String>) -> Self {
        Self {
            cause,
            who: cause.who(),
            remedy: cause.remedy().to_owned(),
            words: words.into(),
        }
    }

    /// The button that mends it, or begins to.
    #[must_use]
    pub fn button(&self) -> Button {
        self.cause.button()
    }

    /// The same where nobody was granted anything yet: what an admin mends is followed by a sign-in.
    #[must_use]
    pub fn before_any_grant(mut self) -> Self {
        if let Cause::ClientUnknown
        | Cause::ClientSecretWrong
        | Cause::ClientSecretExpired
        | Cause::TenantWrong = self.cause
        {
            if let Some(mended) = self.remedy.strip_suffix(AS_BEFORE) {
                self.remedy = format!("{mended}.");
            }
            self.remedy.push_str(
                " Then sign in again on the mailbox's page or with `mailroom authorize ADDRESS`.",
            );
        }
        self
    }

    /// The same about this mailbox: its address stands in the commands to run.
    #[must_use]
    pub fn for_mailbox(mut self, address: &str) -> Self {
        self.remedy = self.remedy.replace("ADDRESS", address);
        self
    }
}

impl fmt::Display for Red {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.words, self.remedy)
    }
}

/// A provider's words on one line, without control characters, at most 300 characters; what looks like a token that was
/// sent back to us is left out.
#[must_use]
pub fn provider_words(text: &str) -> String {
    let text = text.replace(char::is_control, " ");
    let words: Vec<_> = text.split_whitespace().map(without_tokens).collect();
    let mut words = words.join(" ");
    if let Some((end, _)) = words.char_indices().nth(WORDS) {
        words.truncate(end);
    }
    words
}

/// Names of hosts and apps are as long as tokens, but in lower case.
fn without_tokens(word: &str) -> String {
    let is_of_token = |c: char| c.is_ascii_alphanumeric() || "-_.~+=".contains(c);
    let mut kept = String::new();
    let mut rest = word;
    while let Some(start) = rest.find(is_of_token) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c| !is_of_token(c)).unwrap_or(from.len());
        let (run, after) = from.split_at(end);
        let mixed = [
            char::is_ascii_uppercase as fn(&char) -> bool,
            char::is_ascii_lowercase,
            char::is_ascii_digit,
        ]
        .iter()
        .all(|kind| run.chars().any(|c| kind(&c)));
        kept.push_str(before);
        kept.push_str(if mixed && run.len() >= TOKEN {
            "…"
        } else {
            run
        });
        rest = after;
    }
    kept + rest
}
