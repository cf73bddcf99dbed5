//! Numbers that name messages, and sets of them as they go over the wire (RFC 3501 §2.3.1.1, §9 `sequence-set`).

use std::fmt;

/// A message's unique identifier in its folder, good as long as the folder's [`UidValidity`] stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uid(pub u32);

/// The generation of a folder's UIDs: when it changes, every UID known before means nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UidValidity(pub u32);

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for UidValidity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Sequence sets that name exactly these UIDs, ascending, each at most `longest` bytes.
///
/// Ascending because QQ answers BAD to anything else; bounded because servers need not accept a command line of more
/// than 8,000 bytes (RFC 2683 §3.2.1.5). UIDs that nobody asked for are never inside a range.
pub(crate) fn sets(uids: &[Uid], longest: usize) -> Vec<String> {
    let mut sorted = uids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();

    let mut sets: Vec<String> = Vec::new();
    for (first, last) in ranges(&sorted) {
        let range = if first == last {
            first.to_string()
        } else {
            format!("{first}:{last}")
        };
        match sets.last_mut() {
            Some(set) if set.len() + 1 + range.len() <= longest => {
                set.push(',');
                set.push_str(&range);
            }
            _ => sets.push(range),
        }
    }
    sets
}

fn ranges(sorted: &[Uid]) -> Vec<(Uid, Uid)> {
    let mut ranges: Vec<(Uid, Uid)> = Vec::new();
    for uid in sorted {
        match ranges.last_mut() {
            Some((_, last)) if last.0.checked_add(1) == Some(uid.0) => *last = *uid,
            _ => ranges.push((*uid, *uid)),
        }
    }
    ranges
}

#[cfg(test)]
#[path = "uid_tests.rs"]
mod tests;
