#![allow(clippy::unwrap_used, clippy::panic)]

use super::{BATCH_BYTES, BATCH_MESSAGES, WIDEST_WINDOW, WINDOW, in_batches, next_span};
use crate::imap::{Announced, Uid};

fn announced(sizes: &[u64]) -> Vec<Announced> {
    (1..)
        .zip(sizes)
        .map(|(uid, size)| Announced {
            uid: Uid(uid),
            size: *size,
            internal_date: None,
        })
        .collect()
}

fn lengths(sizes: &[u64], alone: impl Fn(Uid) -> bool) -> Vec<usize> {
    let batches = in_batches(announced(sizes), alone);
    let uids: Vec<u32> = batches.iter().flatten().map(|one| one.uid.0).collect();
    let all: Vec<u32> = (1..=u32::try_from(sizes.len()).unwrap()).collect();
    assert_eq!(uids, all, "each once, in order");
    batches.iter().map(Vec::len).collect()
}

#[test]
fn a_batch_has_so_many_messages_and_so_many_bytes() {
    let nobody = |_| false;
    assert_eq!(lengths(&[], nobody), [0_usize; 0]);
    assert_eq!(lengths(&[1; BATCH_MESSAGES], nobody), [BATCH_MESSAGES]);
    assert_eq!(
        lengths(&[1; BATCH_MESSAGES + 1], nobody),
        [BATCH_MESSAGES, 1]
    );
    let half = BATCH_BYTES / 2;
    assert_eq!(lengths(&[half, half, 1], nobody), [2, 1]);
    assert_eq!(
        lengths(&[1, BATCH_BYTES * 9, 1], nobody),
        [1, 1, 1],
        "a large one alone"
    );
}

#[test]
fn what_made_trouble_is_a_batch_of_its_own() {
    assert_eq!(lengths(&[1; 5], |uid| uid == Uid(3)), [2, 1, 2]);
    assert_eq!(lengths(&[1; 3], |_| true), [1, 1, 1]);
    assert_eq!(lengths(&[1; 3], |uid| uid == Uid(1)), [1, 2]);
}

#[test]
fn windows_widen_over_empty_ranges_and_narrow_where_mail_is() {
    let mut span = WINDOW;
    for _ in 0..20 {
        span = next_span(span, 0);
    }
    assert_eq!(
        span, WIDEST_WINDOW,
        "four billion UIDs in some thousand commands"
    );
    assert_eq!(next_span(WINDOW, 99), WINDOW * 4);
    assert_eq!(next_span(WIDEST_WINDOW, 100), WINDOW);
    assert_eq!(next_span(u32::MAX, 0), WIDEST_WINDOW);
}
