//! Whether a message begins a conversation, answers, or passes on.
//!
//! A subject's `Re:` or `Fwd:` alone proves nothing, as people write new mail by answering old: it counts together with a
//! second sign. In-Reply-To and References (RFC 5322 §3.6.4) need none.

use rules::{Conversation, MessageFacts};

use super::folded::folded;
use super::split::Split;

/// What subjects of mail that is passed on begin with, before the colon.
const FORWARDS: &[&str] = &[
    "fwd", "fw", "i", "inoltro", "inoltra", "wg", "tr", "pd", "enc", "rv", "fs", "doorst", "vs",
    "vb",
];
/// What subjects of answers begin with, before the colon.
const REPLIES: &[&str] = &[
    "re", "r", "rif", "aw", "antw", "odp", "ref", "res", "resp", "sv", "rsp", "raspuns", "ynt",
];
/// Longer than any prefix with its counter (`Re[12]`).
const MAX_PREFIX: usize = 12;

/// What a subject's first prefix says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prefix {
    None,
    Reply,
    Forward,
}

/// Tells it by the headers, the text, and whether a message is attached.
pub(super) fn tell(facts: &MessageFacts, split: &Split, attached: bool) -> Conversation {
    let prefix = prefix(&facts.subject);
    let below = split.below.as_ref();
    let said = below.is_some_and(|below| below.says_forwarded);
    let passes_on = match prefix {
        Prefix::Forward => below.is_some() || attached,
        Prefix::None => said,
        Prefix::Reply => false,
    };
    let names_a_message = !facts.in_reply_to.is_empty() || !facts.references.is_empty();
    if passes_on {
        Conversation::Forward
    } else if names_a_message || prefix == Prefix::Reply && split.quotes {
        Conversation::Reply
    } else {
        Conversation::New
    }
}

/// The first prefix of a subject; marks of gateways in front of it (`[EXT]`) are passed over.
pub(super) fn prefix(subject: &str) -> Prefix {
    let subject = folded(subject);
    let mut rest = subject.as_str();
    while let Some((_, behind)) = rest.strip_prefix('[').and_then(|mark| mark.split_once(']')) {
        rest = behind.trim_start();
    }
    let Some((prefix, _)) = rest
        .split_once(':')
        .filter(|(prefix, _)| prefix.len() <= MAX_PREFIX)
    else {
        return Prefix::None;
    };
    // `Re[2]:`, `Re(2):`, `AW 2:`
    let counter = |c: char| c.is_ascii_digit() || "[]()^ ".contains(c);
    let word = prefix.trim_end_matches(counter);
    if FORWARDS.contains(&word) {
        Prefix::Forward
    } else if REPLIES.contains(&word) {
        Prefix::Reply
    } else {
        Prefix::None
    }
}

#[cfg(test)]
#[path = "conversation_tests.rs"]
mod tests;
