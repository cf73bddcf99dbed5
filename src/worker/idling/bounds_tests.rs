#![allow(clippy::unwrap_used)]

use super::*;
use crate::store::fixture::at;

const ONE: MailboxId = MailboxId(1);

fn scope(port: Option<i32>, login: Option<&str>) -> Scope {
    Scope {
        host: "mail.example".to_owned(),
        port,
        login: login.map(str::to_owned),
    }
}

/// Gives up what is to be of all at the host, of so many that wait; says how many are left.
fn helped(bounds: &mut Bounds, mailbox: MailboxId, waiting: usize, second: i64) -> Option<usize> {
    helped_in(bounds, &scope(None, None), mailbox, waiting, second)
}

fn helped_in(
    bounds: &mut Bounds,
    scope: &Scope,
    mailbox: MailboxId,
    waiting: usize,
    second: i64,
) -> Option<usize> {
    match bounds.help(scope, mailbox, waiting, at(second))? {
        Help::Given => Some(waiting),
        Help::GiveUp(count) => {
            let left = waiting - count;
            bounds.set(scope.clone(), mailbox, left, at(second));
            Some(left)
        }
    }
}

#[test]
fn a_quarter_gives_up_at_least_one_and_none_where_none_wait() {
    for (waiting, left) in [(1, 0), (3, 2), (4, 3), (8, 6), (100, 75)] {
        assert_eq!(helped(&mut Bounds::default(), ONE, waiting, 0), Some(left));
    }
    assert_eq!(helped(&mut Bounds::default(), ONE, 0, 0), None);
}

#[test]
fn what_fails_together_is_helped_once_and_one_that_is_not_helped_by_it_no_more() {
    let mut bounds = Bounds::default();
    assert_eq!(helped(&mut bounds, ONE, 8, 0), Some(6));
    assert_eq!(helped(&mut bounds, MailboxId(2), 6, 29), Some(6));
    assert_eq!(helped(&mut bounds, ONE, 6, 30), Some(5));
    assert_eq!(helped(&mut bounds, ONE, 5, 60), Some(4));
    assert_eq!(helped(&mut bounds, ONE, 4, 90), None);
    assert_eq!(helped(&mut bounds, MailboxId(2), 4, 120), Some(3));
    // An hour after the last time it is another matter.
    assert_eq!(helped(&mut bounds, ONE, 3, 120 + 3_600), Some(2));
}

#[test]
fn what_is_done_within_one_scope_is_not_counted_in_another() {
    let (mut bounds, account) = (Bounds::default(), scope(None, Some("anna")));
    let other = scope(None, Some("bert"));
    let port = scope(Some(993), None);
    for second in [0, 30, 60] {
        assert_eq!(helped_in(&mut bounds, &account, ONE, 8, second), Some(6));
    }
    assert_eq!(helped_in(&mut bounds, &account, ONE, 8, 90), None);
    for scope in [&other, &port] {
        assert_eq!(helped_in(&mut bounds, scope, ONE, 8, 90), Some(6));
    }
    assert_eq!(helped(&mut bounds, ONE, 8, 90), Some(6));
}
