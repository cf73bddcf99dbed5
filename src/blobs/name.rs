//! What objects are called: `ab/cdef….mark`, the SHA-256 of the raw bytes, cut after two digits, and its writer's mark.
//!
//! The mark is one of 2⁶⁴, drawn for each writer, so that no writer ever takes up the name of an object that is being
//! removed. Files of earlier versions have none.

use rand::RngExt as _;

const HASH: usize = 64;
const MARK: usize = 16;

/// A mark that no other writer has.
pub(super) fn new_mark() -> String {
    format!("{:016x}", rand::rng().random::<u64>())
}

/// What an object of these bytes is called.
pub(super) fn of_object(hash: &str, mark: &str) -> String {
    format!("{}.{mark}", of_file(hash))
}

/// What a file of an earlier version is called.
pub(super) fn of_file(hash: &str) -> String {
    let (shelf, rest) = hash.split_at_checked(2).unwrap_or(("", hash));
    format!("{shelf}/{rest}")
}

/// The hash that an object is named after; nothing where a name is not one of ours.
pub(super) fn hash_in(object: &str) -> Option<String> {
    let (name, mark) = match object.split_once('.') {
        Some((name, mark)) => (name, Some(mark)),
        None => (object, None),
    };
    let (shelf, rest) = name.split_once('/')?;
    let hash = format!("{shelf}{rest}");
    let ours =
        shelf.len() == 2 && is_hex(&hash, HASH) && mark.is_none_or(|mark| is_hex(mark, MARK));
    ours.then_some(hash)
}

/// Whether a folder's name may be a shelf's.
pub(super) fn is_shelf(name: &str) -> bool {
    is_hex(name, 2)
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
#[path = "name_tests.rs"]
mod tests;
