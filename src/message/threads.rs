//! The ids that tie messages together: Message-ID, In-Reply-To, References (RFC 5322 §3.6.4), read forgivingly.

use std::collections::HashSet;

use super::headers::{Headers, text_of};
use super::notes::Notes;

/// How many ids of one header are kept: the first, which began the thread, and the newest.
const MAX_IDS: usize = 100;
/// How many headers of one name are read; there should be one.
const MAX_HEADERS: usize = 8;
/// RFC 5322 allows a line of 998 characters.
const MAX_ID: usize = 998;

/// The message's own id.
pub(super) fn message_id(headers: &Headers, notes: &mut Notes) -> Option<String> {
    let mut found = headers.all("message-id").filter_map(first_id);
    let id = found.next();
    if id.is_none() {
        notes.add("The message has no Message-ID.");
    } else if found.any(|other| Some(&other) != id.as_ref()) {
        notes.add("The message has several Message-IDs; the first was taken.");
    }
    id
}

/// The ids that a header names.
pub(super) fn ids(headers: &Headers, name: &str) -> Vec<String> {
    let mut known = HashSet::new();
    let mut list: Vec<String> = headers
        .all(name)
        .take(MAX_HEADERS)
        .flat_map(ids_in)
        .filter(|id| known.insert(id.clone()))
        .collect();
    if list.len() > MAX_IDS {
        list.drain(1..=list.len() - MAX_IDS);
    }
    list
}

/// One id from raw bytes, as Content-ID has it.
pub(super) fn id_of(value: &[u8]) -> Option<String> {
    first_id(&text_of(value))
}

/// An id that is not in brackets at all is taken as it is.
fn first_id(value: &str) -> Option<String> {
    ids_in(value).into_iter().next().or_else(|| fit(value))
}

/// What stands in angle brackets, else every word with an `@`.
fn ids_in(value: &str) -> Vec<String> {
    let bracketed: Vec<String> = value
        .split('<')
        .skip(1)
        .filter_map(|piece| piece.split('>').next())
        .filter_map(fit)
        .collect();
    if !bracketed.is_empty() {
        return bracketed;
    }
    value
        .split([' ', ',', ';', '>'])
        .filter(|word| word.contains('@'))
        .filter_map(fit)
        .collect()
}

/// An id without blanks, which folding may have put into it.
fn fit(id: &str) -> Option<String> {
    let id: String = id
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .take(MAX_ID)
        .collect();
    (!id.is_empty()).then_some(id)
}

#[cfg(test)]
#[path = "threads_tests.rs"]
mod tests;
