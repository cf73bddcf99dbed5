//! Record numbers in subjects: `L-1042` is the lead with that key, `T-7` the ticket.

use rules::{RecordKind, RecordRef};

/// Letters before the number, and which sort of record they stand for.
const PREFIXES: [(&str, RecordKind); 2] = [("L", RecordKind::Lead), ("T", RecordKind::Ticket)];

/// More numbers in one subject are a list of something else.
const MOST_NUMBERS: usize = 5;
/// Of longer subjects this much is looked at, in bytes.
const MOST_TEXT: usize = 1_000;

/// How a record's number is shown: `L-1042`; nothing for records that have none.
#[must_use]
pub fn shown(record: RecordRef) -> Option<String> {
    let (prefix, _) = PREFIXES.iter().find(|(_, kind)| *kind == record.kind)?;
    Some(format!("{prefix}-{}", record.id))
}

/// The records whose numbers a subject has, each with the number as it stands there.
pub(super) fn read(subject: &str) -> Vec<(RecordRef, String)> {
    let end = subject.floor_char_boundary(MOST_TEXT);
    let subject = subject.get(..end).unwrap_or(subject);
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
    let mut found: Vec<(RecordRef, String)> = Vec::new();
    for word in subject.split(|letter| !is_part(letter)) {
        let Some((prefix, digits)) = word.split_once('-') else {
            continue;
        };
        if digits.starts_with('0') || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        let kind = PREFIXES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(prefix));
        if let (Some((_, kind)), Ok(id)) = (kind, digits.parse()) {
            let record = RecordRef { kind: *kind, id };
            if found.len() < MOST_NUMBERS && found.iter().all(|(known, _)| *known != record) {
                found.push((record, word.to_owned()));
            }
        }
    }
    found
}

#[cfg(test)]
#[path = "number_tests.rs"]
mod tests;
