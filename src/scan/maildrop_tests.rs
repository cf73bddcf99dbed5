use super::{CATCH_UP, Unknown};
use crate::pop3::Listed;

/// Parts messages of which the ledger knows those for which `known` says so; shows their numbers.
fn parted(messages: u32, known: impl Fn(u32) -> bool) -> (Vec<u32>, Vec<u32>) {
    let mut unknown = Unknown::default();
    for number in 1..=messages {
        if known(number) {
            unknown.pass_known();
        } else {
            let uidl = number.to_string();
            let size = 0;
            unknown.all.push(Listed { number, size, uidl });
        }
    }
    let numbers = |part: Vec<Listed>| part.iter().map(|listed| listed.number).collect();
    let (new, older) = unknown.parted();
    (numbers(new), numbers(older))
}

#[test]
fn at_the_first_look_the_newest_alone_is_new() {
    assert_eq!(parted(0, |_| false), (vec![], vec![]));
    assert_eq!(parted(4, |_| false), (vec![4], vec![1, 2, 3]));
}

#[test]
fn what_stands_behind_all_that_is_known_is_new() {
    assert_eq!(parted(4, |_| true), (vec![], vec![]));
    assert_eq!(parted(6, |number| number == 4), (vec![5, 6], vec![1, 2, 3]));
    // The newest first.
    assert_eq!(
        parted(6, |number| number > 2 && number < 6),
        (vec![6], vec![1, 2])
    );
    // The oldest first, after the newest.
    assert_eq!(
        parted(6, |number| number < 3 || number == 5),
        (vec![6], vec![3, 4])
    );
}

#[test]
fn very_much_at_once_is_older_mail() {
    let (new, older) = parted(CATCH_UP + 1, |number| number == 1);
    assert_eq!((new.len(), older.len()), (CATCH_UP as usize, 0));
    let (new, older) = parted(CATCH_UP + 2, |number| number == 1);
    assert_eq!((new, older.len()), (vec![CATCH_UP + 2], CATCH_UP as usize));
}
