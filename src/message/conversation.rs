//! Whether a message begins a conversation, answers, or passes on.
//!
//! A subject's `Re:` or `Fwd:` alone proves nothing, as people write new mail by answering old: it counts together with a
//! second sign. In-Reply-To and References (RFC 5322 §3.6.4) need none.

use rules::{Conversation, MessageFacts, SubjectMark};

use super::split::Split;

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
    let mut rest = subject.trim_start();
    while let Some((_, behind)) = rest.strip_prefix('[').and_then(|mark| mark.split_once(']')) {
        rest = behind.trim_start();
    }
    match rules::subject_mark(rest) {
        Some(SubjectMark::Reply) => Prefix::Reply,
        Some(SubjectMark::Forward) => Prefix::Forward,
        None => Prefix::None,
    }
}

#[cfg(test)]
#[path = "conversation_tests.rs"]
mod tests;
