//! Which messages a sequence set names (RFC 3501 §9 `sequence-set`): numbers or UIDs, ranges in any order, `*`.

use imap_codec::imap_types::sequence::{SeqOrUid, Sequence, SequenceSet};

use super::view::View;
use crate::reply::number;

/// True when the set holds the number; `*` stands for `largest`, and without any message (0) for nothing.
pub(crate) fn contains(set: &SequenceSet, wanted: u32, largest: u32) -> bool {
    let value = |end: &SeqOrUid| match end {
        SeqOrUid::Value(value) => value.get(),
        SeqOrUid::Asterisk => largest,
    };
    set.0.as_ref().iter().any(|part| match part {
        Sequence::Single(one) => value(one) == wanted,
        Sequence::Range(one, other) => {
            let (one, other) = (value(one), value(other));
            (one.min(other)..=one.max(other)).contains(&wanted)
        }
    })
}

/// Place and UID of the named messages of a view, ascending.
pub(crate) fn named(view: &View, set: &SequenceSet, by_uid: bool) -> Vec<(usize, u32)> {
    let largest = if by_uid {
        view.last_uid()
    } else {
        number(view.len())
    };
    let named = view.places().filter(|(place, uid)| {
        let wanted = if by_uid { *uid } else { number(place + 1) };
        contains(set, wanted, largest)
    });
    named.collect()
}

/// True when the set names a sequence number that does not exist, which is an error (RFC 3501 §9 `seq-number`).
pub(crate) fn exceeds(view: &View, set: &SequenceSet) -> bool {
    let beyond = |end: &SeqOrUid| match end {
        SeqOrUid::Value(value) => value.get() > number(view.len()),
        SeqOrUid::Asterisk => view.len() == 0,
    };
    set.0.as_ref().iter().any(|part| match part {
        Sequence::Single(one) => beyond(one),
        Sequence::Range(one, other) => beyond(one) || beyond(other),
    })
}
