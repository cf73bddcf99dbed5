//! What makes two deliveries one message.
//!
//! Two mailboxes get the same bytes but for what transports write into them; two messages may carry one
//! Message-ID. So the identity is made of Message-ID, From, Date and Subject, and where there is no Message-ID
//! also of the receivers and the body, never of Received, Delivered-To, Return-Path and their like.

use rules::{Address, MessageFacts};
use sha2::{Digest, Sha256};

/// The hex SHA-256 of what stays the same in every delivery of a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity(pub String);

impl Identity {
    /// Of a message with these facts and this raw body.
    pub(super) fn of(facts: &MessageFacts, body: &[u8]) -> Self {
        let mut hash = Sha256::new();
        let mut add = |part: &str| {
            hash.update(part.as_bytes());
            hash.update([0x1F]);
        };
        add(facts.message_id.as_deref().unwrap_or_default());
        add(&people(&facts.from, facts, "from"));
        add(&date(facts));
        add(&plain(&facts.subject));
        if facts.message_id.is_none() {
            add(&people(&facts.to, facts, "to"));
            add(&people(&facts.cc, facts, "cc"));
            add_body(&mut hash, body);
        }
        Self(hex::encode(hash.finalize()))
    }
}

/// Addresses, or where none could be read the header as it is.
fn people(list: &[Address], facts: &MessageFacts, header: &str) -> String {
    if list.is_empty() {
        return plain(facts.header(header).unwrap_or_default());
    }
    list.iter()
        .map(|one| one.email.as_str())
        .collect::<Vec<_>>()
        .join(",")
}

/// The moment, or where it could not be read the header as it is.
fn date(facts: &MessageFacts) -> String {
    match facts.date {
        Some(date) => date.timestamp().to_string(),
        None => plain(facts.header("date").unwrap_or_default()),
    }
}

/// Blanks may be folded anew on the way; none of them, nor a separator, makes another message.
fn plain(text: &str) -> String {
    let words = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// The body with bare line feeds and without blank lines at its end, as servers differ in both.
fn add_body(hash: &mut Sha256, body: &[u8]) {
    for piece in body.trim_ascii_end().split(|&byte| byte == b'\r') {
        hash.update(piece);
    }
}

#[cfg(test)]
#[path = "identity_tests.rs"]
mod tests;
