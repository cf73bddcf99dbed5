#![allow(clippy::unwrap_used, clippy::panic)]

use entities::ids::FolderId;

use super::{Asked, Breach, MOST, Trouble};
use crate::imap::{ServerError, Uid};
use crate::scan::reading::Stretch;
use crate::scan::reading::windows::{WINDOW, portions, window};
use entities::scanners::Backfill::NewestFirst;

const FOLDER: FolderId = FolderId(1);

fn closed() -> ServerError {
    ServerError::Closed { words: None }
}

fn garbage() -> ServerError {
    ServerError::protocol("it sent a line that can't be understood")
}

fn breach(asked: Asked, error: ServerError) -> Breach {
    Breach {
        folder: FOLDER,
        asked,
        again: false,
        proven: true,
        error,
    }
}

fn messages(uids: impl IntoIterator<Item = u32>) -> Asked {
    Asked::Messages(uids.into_iter().map(Uid).collect())
}

/// Announces `stretch` over connections that break whenever `bad` is among what is asked for; says over how many it
/// was found.
fn find(bad: u32, stretch: Stretch) -> usize {
    let mut trouble = Trouble::default();
    for connections in 1.. {
        let mut rest = Some(stretch);
        let broke = loop {
            let Some(more) = rest else { break None };
            let asked = window(more, stretch.span(), NewestFirst, &trouble.cuts(FOLDER));
            let named = asked
                .single()
                .is_some_and(|uid| trouble.unannounced(FOLDER, uid).is_some());
            if asked.contains(Uid(bad)) && !named {
                break Some(asked);
            }
            rest = more.without(asked, NewestFirst);
        };
        match broke {
            None => return connections,
            Some(asked) => trouble
                .learn(breach(Asked::Announcement(asked), garbage()))
                .unwrap(),
        }
    }
    panic!("the search never ends")
}

#[test]
fn one_bad_uid_is_found_with_few_connections() {
    for bad in [1, 2, 500, 999, 1000] {
        let connections = find(
            bad,
            Stretch {
                first: 1,
                last: WINDOW,
            },
        );
        assert!(connections <= 6, "{bad}: {connections}");
    }
    let widest = Stretch {
        first: 1,
        last: 1 << 22,
    };
    assert!(find(3_000_000, widest) < MOST);
}

#[test]
fn a_set_of_messages_is_cut_among_its_messages() {
    let mut trouble = Trouble::default();
    let far_apart: Vec<u32> = (1..=16).map(|n| n * 1_000).collect();
    trouble
        .learn(breach(messages(far_apart.clone()), garbage()))
        .unwrap();
    let announced = far_apart
        .iter()
        .map(|uid| crate::imap::Announced {
            size: 1,
            ..crate::imap::Announced::bare(Uid(*uid))
        })
        .collect();
    let whole = Stretch {
        first: 1,
        last: 20_000,
    };
    let portions = portions(whole, announced, NewestFirst, 100, &trouble.cuts(FOLDER));
    assert_eq!(portions.len(), 8);
    assert!(portions.iter().all(|portion| portion.messages.len() == 2));
}

#[test]
fn a_connection_that_is_cut_counts_only_at_the_same_place_twice() {
    let mut trouble = Trouble::default();
    assert!(trouble.learn(breach(messages(1..=9), closed())).is_err());
    assert!(trouble.learn(breach(messages(20..=29), closed())).is_err());
    assert!(trouble.cuts(FOLDER).is_empty());
    trouble.learn(breach(messages(25..=40), closed())).unwrap();
    assert!(!trouble.cuts(FOLDER).is_empty());

    // The next scan remembers.
    let remembered = trouble.narrowed(FOLDER).unwrap();
    let mut next = Trouble::default();
    next.recall(FOLDER, &remembered);
    assert_eq!(next.cuts(FOLDER), trouble.cuts(FOLDER));
    next.learn(breach(messages([25]), closed())).unwrap();
    assert!(next.undelivered(FOLDER, Uid(25)).is_some());
    next.recall(FOLDER, &serde_json::json!("nonsense"));
}

#[test]
fn a_server_that_answers_nothing_is_no_messages_fault() {
    let mut trouble = Trouble::default();
    let doubtful = |uid: u32| Breach {
        proven: false,
        ..breach(messages([uid]), garbage())
    };
    trouble.learn(doubtful(1)).unwrap();
    trouble.learn(doubtful(2)).unwrap();
    assert!(trouble.undelivered(FOLDER, Uid(2)).unwrap().1.is_some());
    assert!(trouble.learn(doubtful(3)).is_err());

    let mut trouble = Trouble::default();
    for uid in 1..10 {
        trouble.learn(doubtful(uid)).unwrap();
        trouble.is_well();
    }
}

#[test]
fn one_scan_makes_so_many_connections_and_no_more() {
    let mut trouble = Trouble::default();
    let learnt = (1..).take_while(|uid| trouble.learn(breach(messages([*uid]), garbage())).is_ok());
    assert_eq!(learnt.count(), MOST - 1);
}

#[test]
fn two_names_that_break_connections_in_turn_are_both_found_out() {
    let named = |name: &str| breach(Asked::Named(name.to_owned()), closed());
    let mut remembered = None;
    for name in ["a", "b"] {
        let mut trouble = Trouble::default();
        if let Some(remembered) = &remembered {
            trouble.recall(FOLDER, remembered);
        }
        assert!(
            trouble.learn(named(name)).is_err(),
            "{name} for the first time"
        );
        remembered = trouble.narrowed(FOLDER);
    }
    let mut trouble = Trouble::default();
    trouble.recall(FOLDER, &remembered.unwrap());
    for name in ["a", "b"] {
        assert!(trouble.is_suspect(FOLDER, name));
        trouble.is_well();
        trouble.learn(named(name)).unwrap();
        assert!(trouble.over_name(FOLDER, name).is_some());
    }
}

#[test]
fn a_name_over_which_the_network_may_have_failed_counts_when_it_comes_back() {
    let mut trouble = Trouble::default();
    let named = |error| breach(Asked::Named("a".to_owned()), error);
    assert!(trouble.learn(named(closed())).is_err());
    assert!(trouble.over_name(FOLDER, "a").is_none());
    let remembered = trouble.narrowed(FOLDER).unwrap();

    let mut later = Trouble::default();
    later.recall(FOLDER, &remembered);
    assert!(later.is_suspect(FOLDER, "a") && !later.is_suspect(FOLDER, "b"));
    later.learn(named(closed())).unwrap();
    assert!(later.over_name(FOLDER, "a").is_some());

    // What breaks the rules counts at once.
    let mut trouble = Trouble::default();
    trouble.learn(named(garbage())).unwrap();
    assert!(trouble.over_name(FOLDER, "a").is_some());
}
