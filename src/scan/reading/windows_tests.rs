#![allow(clippy::unwrap_used, clippy::panic)]

use entities::scanners::Backfill::{self, NewestFirst, OldestFirst};

use super::{
    BATCH_BYTES, BATCH_MESSAGES, Cuts, Portion, WIDEST_WINDOW, WINDOW, next_span, portions, window,
};
use crate::imap::{Announced, Uid};
use crate::scan::reading::Stretch;

const BOTH: [Backfill; 2] = [NewestFirst, OldestFirst];

fn stretch(first: u32, last: u32) -> Stretch {
    Stretch { first, last }
}

fn announced(sizes: &[u64]) -> Vec<Announced> {
    (1..)
        .zip(sizes)
        .map(|(uid, size)| Announced {
            size: *size,
            ..Announced::bare(Uid(uid))
        })
        .collect()
}

/// Cuts a window of one more UID than messages.
fn cut(sizes: &[u64], order: Backfill, limit: usize, cuts: &[u32]) -> Vec<Portion> {
    let cuts: Cuts = cuts.iter().copied().collect();
    let whole = stretch(1, u32::try_from(sizes.len()).unwrap() + 1);
    portions(whole, announced(sizes), order, limit, &cuts)
}

fn lengths(sizes: &[u64], cuts: &[u32]) -> Vec<usize> {
    let portions = cut(sizes, OldestFirst, usize::MAX, cuts);
    let last = u32::try_from(sizes.len()).unwrap();
    let mut uids = Vec::new();
    let mut rest = Some(stretch(1, last + 1));
    for portion in &portions {
        assert_eq!(portion.covers.first, rest.unwrap().first, "without a gap");
        assert!(
            portion
                .messages
                .iter()
                .all(|one| portion.covers.contains(one.uid))
        );
        rest = rest.unwrap().without(portion.covers, OldestFirst);
        uids.extend(portion.messages.iter().map(|one| one.uid.0));
    }
    assert_eq!(rest, None, "to the end");
    assert_eq!(uids, (1..=last).collect::<Vec<_>>(), "each once, in order");
    portions
        .iter()
        .map(|portion| portion.messages.len())
        .collect()
}

#[test]
fn a_portion_has_so_many_messages_and_so_many_bytes() {
    assert_eq!(lengths(&[], &[]), [0], "an empty window is accounted for");
    assert_eq!(lengths(&[1; BATCH_MESSAGES], &[]), [BATCH_MESSAGES]);
    assert_eq!(lengths(&[1; BATCH_MESSAGES + 1], &[]), [BATCH_MESSAGES, 1]);
    let half = BATCH_BYTES / 2;
    assert_eq!(lengths(&[half, half, 1], &[]), [2, 1]);
    assert_eq!(
        lengths(&[1, BATCH_BYTES * 9, 1], &[]),
        [1, 1, 1],
        "a large one alone"
    );
}

#[test]
fn a_portion_crosses_no_cut() {
    assert_eq!(lengths(&[1; 5], &[3, 4]), [2, 1, 2]);
    assert_eq!(lengths(&[1; 3], &[1, 2, 3, 4]), [1, 1, 1]);
    assert_eq!(lengths(&[1; 3], &[2]), [1, 2]);
}

#[test]
fn the_newest_come_first_where_that_is_wanted_and_each_portion_ascends() {
    let portions = cut(&[1; 5], NewestFirst, usize::MAX, &[3]);
    let told: Vec<(Stretch, Vec<u32>)> = portions
        .iter()
        .map(|portion| {
            let uids = portion.messages.iter().map(|one| one.uid.0).collect();
            (portion.covers, uids)
        })
        .collect();
    assert_eq!(
        told,
        [(stretch(3, 6), vec![3, 4, 5]), (stretch(1, 2), vec![1, 2])]
    );
}

#[test]
fn a_limit_ends_what_is_accounted_for_at_the_last_message_taken() {
    let covers = |order, limit| {
        cut(&[1; 5], order, limit, &[])
            .iter()
            .map(|portion| (portion.covers, portion.messages.len()))
            .collect::<Vec<_>>()
    };
    assert_eq!(covers(OldestFirst, 2), [(stretch(1, 2), 2)]);
    assert_eq!(covers(NewestFirst, 2), [(stretch(4, 6), 2)]);
    assert_eq!(covers(NewestFirst, 5), [(stretch(1, 6), 5)]);
    for order in BOTH {
        assert_eq!(covers(order, 0), []);
    }
}

#[test]
fn windows_go_from_either_end_and_cross_no_cut() {
    let cuts = Cuts::from([40, 41, 90]);
    let rest = stretch(11, 100);
    assert_eq!(window(rest, 10, OldestFirst, &cuts), stretch(11, 20));
    assert_eq!(window(rest, 50, OldestFirst, &cuts), stretch(11, 39));
    assert_eq!(
        window(stretch(40, 100), 50, OldestFirst, &cuts),
        stretch(40, 40)
    );
    assert_eq!(window(rest, 5, NewestFirst, &cuts), stretch(96, 100));
    assert_eq!(window(rest, 50, NewestFirst, &cuts), stretch(90, 100));
    assert_eq!(
        window(stretch(11, 40), 50, NewestFirst, &cuts),
        stretch(40, 40)
    );
    assert_eq!(
        window(stretch(11, 39), 50, NewestFirst, &cuts),
        stretch(11, 39)
    );
    let open = stretch(1, u32::MAX);
    for order in BOTH {
        assert_eq!(window(open, u32::MAX, order, &Cuts::new()), open);
    }
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
