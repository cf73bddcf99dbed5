#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use chrono::NaiveDate;

use super::{Wanted, command};
use crate::imap::script::{PIECES, session};
use crate::imap::{ServerError, Uid};

fn shown(wanted: &Wanted) -> Vec<String> {
    let (line, literals) = command(wanted, Uid(1), Uid(9)).unwrap().into_parts();
    std::iter::once(line)
        .chain(literals)
        .map(|part| String::from_utf8(part.to_vec()).unwrap())
        .collect()
}

#[test]
fn all_that_is_given_must_fit() {
    let wanted = Wanted {
        message_id: Some("1@x.example".to_owned()),
        from: vec!["anna".to_owned()],
        subject: vec!["a \"b\"".to_owned()],
        since: NaiveDate::from_ymd_opt(2026, 2, 1),
        before: NaiveDate::from_ymd_opt(2026, 12, 31),
        words: vec!["offer".to_owned()],
    };
    assert_eq!(
        shown(&wanted),
        [
            r#"UID SEARCH UID 1:9 SINCE 1-Feb-2026 BEFORE 31-Dec-2026 HEADER Message-ID "1@x.example" FROM "anna" SUBJECT "a \"b\"" OR SUBJECT "offer" FROM "offer""#
        ]
    );
    assert_eq!(shown(&Wanted::default()), ["UID SEARCH UID 1:9"]);
}

#[test]
fn other_scripts_travel_as_literals_with_their_name() {
    let wanted = Wanted {
        subject: vec!["größe".to_owned()],
        ..Wanted::default()
    };
    assert_eq!(
        shown(&wanted),
        ["UID SEARCH CHARSET UTF-8 UID 1:9 SUBJECT {7}", "größe"]
    );
    assert!(!format!("{wanted:?}").contains("größe"));
}

#[test]
fn nothing_can_smuggle_in_a_second_command() {
    let wanted = Wanted {
        from: vec!["a\r\nM9 LOGOUT".to_owned()],
        ..Wanted::default()
    };
    let refused = command(&wanted, Uid(1), Uid(9));
    assert!(matches!(refused, Err(ServerError::BadSetting { .. })));
}

#[tokio::test]
async fn only_what_was_asked_for_counts() {
    for piece in PIECES {
        let uids = session(
            &[(
                "M4 UID FETCH 2:9 (UID)\r\n",
                b"* 3 FETCH (UID 7)\r\n* 2 FETCH (UID 2)\r\n* 4 FETCH (FLAGS (\\Seen))\r\n\
                  * 9 FETCH (UID 12)\r\n* 2 FETCH (UID 2)\r\nM4 OK done\r\n",
            )],
            piece,
        )
        .await;
        assert_eq!(uids.uids(Uid(2), Uid(9)).await, Ok(vec![Uid(2), Uid(7)]));
        assert_eq!(uids.uids(Uid(9), Uid(8)).await, Ok(vec![]));

        let found = session(
            &[(
                "M4 UID SEARCH UID 2:9 FROM \"anna\"\r\n",
                b"* SEARCH 7 3\r\n* SEARCH 12\r\n* 12 EXISTS\r\nM4 OK done\r\n",
            )],
            piece,
        )
        .await;
        let wanted = Wanted {
            from: vec!["anna".to_owned()],
            ..Wanted::default()
        };
        let found = found.search(&wanted, Uid(2), Uid(9)).await;
        assert_eq!(found, Ok(vec![Uid(3), Uid(7)]));
    }
}

#[tokio::test]
async fn a_short_answer_is_an_error() {
    let broken = session(
        &[(
            "M4 UID FETCH 1:9 (UID)\r\n",
            b"* 1 FETCH (UID 1)\r\nM4 NO [SERVERBUG] no\r\n",
        )],
        64,
    )
    .await;
    let refused = broken.uids(Uid(1), Uid(9)).await;
    assert!(matches!(refused, Err(ServerError::ServerSaid { .. })));
}
