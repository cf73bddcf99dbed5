//! What a spam filter before us wrote into the header: `SpamAssassin`, rspamd, Exchange, Proofpoint, Barracuda.
//!
//! Only that a filter took a message for spam is believed. That it did not can be written by whoever sent it, and is no
//! more than silence.

use rules::{Header, MessageFacts, Spam};

/// From which spam confidence level on Exchange puts mail away as junk.
const SCL_OF_SPAM: i32 = 5;

/// What the filters said: the first that takes the message for spam, else the first that gives a score.
pub(super) fn read(facts: &MessageFacts) -> Spam {
    let said: Vec<Spam> = facts.headers.iter().filter_map(told).collect();
    let spam = said.iter().find(|one| one.is_spam == Some(true));
    let mut told = spam.or_else(|| said.first()).cloned().unwrap_or_default();
    // Verdict and score may stand in headers of their own.
    if told.score.is_none() {
        told.score = said.iter().filter_map(|one| one.score).max();
    }
    told
}

fn told(header: &Header) -> Option<Spam> {
    let value = header.value.trim().to_ascii_lowercase();
    let (is_spam, score) = match header.name.to_ascii_lowercase().as_str() {
        "x-spam-flag" | "x-spam" | "x-barracuda-spam-flag" => (says_yes(&value), None),
        "x-spam-status" | "x-barracuda-spam-status" => (
            says_yes(&value),
            behind(&value, "score=")
                .or_else(|| behind(&value, "hits="))
                .and_then(hundredths),
        ),
        "x-spam-score" | "x-rspamd-score" | "x-barracuda-spam-score" => (false, hundredths(&value)),
        // `default: False [7.30 / 15.00]; …`
        "x-spamd-result" => {
            let verdict = value.split('[').next().unwrap_or_default();
            (
                verdict.contains("true"),
                behind(&value, "[").and_then(hundredths),
            )
        }
        "x-ms-exchange-organization-scl" => of_level(&value)?,
        "x-forefront-antispam-report" => of_level(behind(&value, "scl:")?)?,
        "x-proofpoint-spam-details" => {
            let rule = behind(&value, "rule=").unwrap_or_default();
            let rule = rule.split([' ', '_']).next().unwrap_or_default();
            (
                rule == "spam",
                behind(&value, "score=").and_then(hundredths),
            )
        }
        _ => return None,
    };
    (is_spam || score.is_some()).then(|| Spam {
        is_spam: is_spam.then_some(true),
        score,
        header: header.name.clone(),
    })
}

fn says_yes(value: &str) -> bool {
    value.starts_with("yes") || value.starts_with("true")
}

/// Exchange's level; below zero the filter was passed by.
fn of_level(value: &str) -> Option<(bool, Option<i32>)> {
    let level: String = value
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '-')
        .take(4)
        .collect();
    let level: i32 = level.parse().ok().filter(|level| (0..=9).contains(level))?;
    Some((level >= SCL_OF_SPAM, Some(level * 100)))
}

fn behind<'v>(value: &'v str, word: &str) -> Option<&'v str> {
    value.split_once(word).map(|(_, behind)| behind)
}

/// `7.3` is 730; nothing where there is no number, or none of a score.
fn hundredths(text: &str) -> Option<i32> {
    let text = text.trim_start();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let number: String = digits
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .take(12)
        .collect();
    let (whole, part) = number.split_once('.').unwrap_or((number.as_str(), ""));
    let whole: i32 = whole.parse().ok().filter(|whole| *whole <= 100_000)?;
    let part: String = part.chars().chain("00".chars()).take(2).collect();
    Some(sign * (whole * 100 + part.parse::<i32>().unwrap_or(0)))
}

#[cfg(test)]
#[path = "spam_tests.rs"]
mod tests;
