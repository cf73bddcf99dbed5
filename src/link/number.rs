//! Record numbers in subjects.

use rules::RecordRef;

use crate::kinds::record_kind;
use crate::store::record_numbers;

/// More numbers in one subject are a list of something else.
const MOST_NUMBERS: usize = 5;
/// Of longer subjects this much is looked at, in bytes.
const MOST_TEXT: usize = 1_000;

/// The records whose numbers a subject has, each with the number as it stands there.
pub(super) fn read(subject: &str) -> Vec<(RecordRef, String)> {
    let end = subject.floor_char_boundary(MOST_TEXT);
    let subject = subject.get(..end).unwrap_or(subject);
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
    let mut found: Vec<(RecordRef, String)> = Vec::new();
    for word in subject.split(|letter| !is_part(letter)) {
        let Some((kind, id)) = record_numbers::read(word) else {
            continue;
        };
        let kind = record_kind(kind);
        let record = RecordRef { kind, id };
        if found.len() < MOST_NUMBERS && found.iter().all(|(known, _)| *known != record) {
            found.push((record, word.to_owned()));
        }
    }
    found
}

#[cfg(test)]
#[path = "number_tests.rs"]
mod tests;
