#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{Uid, sets};

fn uids(numbers: &[u32]) -> Vec<Uid> {
    numbers.iter().copied().map(Uid).collect()
}

#[test]
fn neighbours_become_a_range_and_gaps_stay_out() {
    assert_eq!(sets(&uids(&[5, 1, 2, 3, 9, 9, 7]), 100), ["1:3,5,7,9"]);
}

#[test]
fn a_long_set_is_split_where_a_line_would_grow_too_long() {
    assert_eq!(sets(&uids(&[1, 3, 5, 7, 9]), 4), ["1,3", "5,7", "9"]);
}

#[test]
fn the_last_uid_there_is_does_not_overflow() {
    assert_eq!(
        sets(&uids(&[u32::MAX, u32::MAX - 1]), 100),
        ["4294967294:4294967295"]
    );
}

#[test]
fn no_uids_no_set() {
    assert!(sets(&[], 100).is_empty());
}

proptest! {
    #[test]
    fn sets_name_exactly_the_wanted_uids(numbers in prop::collection::vec(0_u32..5_000, 0..300)) {
        let wanted: BTreeSet<u32> = numbers.iter().copied().collect();
        let mut named = BTreeSet::new();
        for set in sets(&uids(&numbers), 60) {
            prop_assert!(set.len() <= 60);
            for range in set.split(',') {
                let (first, last) = range.split_once(':').unwrap_or((range, range));
                named.extend(first.parse::<u32>().unwrap()..=last.parse::<u32>().unwrap());
            }
        }
        prop_assert_eq!(named, wanted);
    }
}
