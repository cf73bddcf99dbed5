//! Makes any text of a mail fit for both databases.

use serde_json::Value;

/// PostgreSQL refuses index entries over 2,704 bytes; header lines end at 998 (RFC 5322 §2.1.1).
const KEY_BYTES: usize = 998;

/// Without NUL, which PostgreSQL's text can't hold.
pub(super) fn clean(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// The same for every text in a JSON value.
pub(super) fn clean_json(value: Value) -> Value {
    match value {
        Value::String(text) if text.contains('\0') => Value::String(clean(&text)),
        Value::Array(values) => Value::Array(values.into_iter().map(clean_json).collect()),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (clean(&name), clean_json(value)))
            .collect(),
        other => other,
    }
}

/// What an index holds of a text: cut at a length that every index takes.
pub(super) fn key(text: &str) -> String {
    let mut end = text.len().min(KEY_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    clean(text.get(..end).unwrap_or_default())
}

/// How an address is stored and looked up.
pub(super) fn email(address: &str) -> String {
    key(&address.trim().to_lowercase())
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
