#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::ids::FolderId;
use tokio::sync::mpsc;

use super::{Pop3Plan, Pop3Reader};
use crate::blobs::BlobStore;
use crate::clock::FixedClock;
use crate::pop3::Listed;
use crate::pop3::script::session;
use crate::scan::reading::trouble::{Asked, Breach};
use crate::scan::reading::{Body, End, Found, Largest, ReadError, Step, Trouble};
use crate::store::deliveries::uidl::Owed;
use crate::store::deliveries::vanished::Present;
use crate::store::fixture::at;
use crate::transport::ServerError;

const GOOD: &[u8] = b"+OK\r\nDate: Sun, 22 Nov 2026 12:00:00 +0000\r\n\r\nhello\r\n.\r\n";
const OLD: &[u8] = b"+OK\r\nDate: Mon, 1 Jan 2001 12:00:00 +0000\r\n\r\n.\r\n";

fn plan(numbers: &[u32], since: Option<DateTime<Utc>>) -> Pop3Plan {
    Pop3Plan {
        folder: FolderId(1),
        new: numbers.iter().map(|number| listed(*number)).collect(),
        again: Vec::new(),
        gone: Vec::new(),
        present: Present::default(),
        known: None,
        renumbered: false,
        older: Vec::new(),
        last_uid: 10,
        since,
        limit: None,
        largest: Largest {
            bytes: 1_000,
            raise: "Raise it.",
        },
        leave_backlog_at: None,
        trouble: Trouble::default(),
        counted: None,
    }
}

fn listed(number: u32) -> Listed {
    Listed {
        number,
        size: 100,
        uidl: format!("name-{number}"),
    }
}

/// What a reader found, a line each, and how it ended.
async fn read(
    plan: Pop3Plan,
    script: &[(&str, &[u8])],
    stay: bool,
) -> (Vec<String>, Result<End, ReadError>) {
    let folder = tempfile::tempdir().unwrap();
    let (found, mut inbox) = mpsc::channel(100);
    let reader = Pop3Reader {
        session: session(script, 7, stay).await,
        files: BlobStore::in_folder(folder.path().to_owned()),
        scan_name: "test".to_owned(),
        clock: Arc::new(FixedClock::new(at(0))),
        leave_at: None,
        found,
    };
    let end = match reader.read(plan).await {
        Ok((end, session)) => {
            session.quit().await;
            Ok(end)
        }
        Err(error) => Err(error),
    };
    let mut lines = Vec::new();
    while let Some(found) = inbox.recv().await {
        lines.push(match found {
            Found::Announced(count) => format!("announced {count}"),
            Found::TooOld(count) => format!("too old {count}"),
            Found::Batch(batch) => {
                let delivered: Vec<_> = batch
                    .delivered
                    .iter()
                    .map(|one| {
                        let size = match &one.body {
                            Body::Whole(bytes) => bytes.len() as u64,
                            Body::Stored(file) => file.size,
                        };
                        let name = batch.by_uidl.names.get(&one.uid);
                        format!("{} {} {size}", one.uid, name.map_or("-", String::as_str))
                    })
                    .collect();
                let missing: Vec<_> = batch
                    .missing
                    .iter()
                    .map(|one| format!("{} {}", one.announced.uid, one.reason))
                    .collect();
                let old: Vec<_> = batch.by_uidl.old.iter().map(|(name, _)| name).collect();
                let step = match batch.step {
                    Step::Backlog(shrunk) => {
                        let left = shrunk.left.map_or(0, |left| left.last);
                        format!("backlog {} to {left}", shrunk.was.last)
                    }
                    step => format!("{step:?}"),
                };
                let gone: Vec<_> = batch.gone.iter().map(|uid| uid.0).collect();
                format!("{step}: delivered {delivered:?}, missing {missing:?}, old {old:?}, gone {gone:?}")
            }
            Found::Looked(looked) => {
                let present: Vec<i64> = looked
                    .swept
                    .iter()
                    .flat_map(|swept| swept.present.uids())
                    .collect();
                format!("looked, there are {present:?}")
            }
            other => format!("{other:?}"),
        });
    }
    (lines, end)
}

/// The name over which a connection broke, and whether something had come before.
fn breach(end: Result<End, ReadError>) -> (String, bool) {
    match end {
        Err(ReadError::Breach(breach)) => match *breach {
            Breach {
                asked: Asked::Named(name),
                proven,
                ..
            } => (name, proven),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

/// What knows that connections broke over these.
fn over(names: &[&str]) -> Trouble {
    let mut trouble = Trouble::default();
    for name in names {
        trouble
            .learn(Breach {
                folder: FolderId(1),
                asked: Asked::Named((*name).to_owned()),
                again: false,
                proven: true,
                error: ServerError::broke(crate::transport::Protocol::Pop3, "it said nonsense"),
            })
            .unwrap();
    }
    trouble
}

#[tokio::test]
async fn new_mail_comes_first_then_what_is_owed_then_older_mail_each_in_the_plans_order() {
    let owed = |number: u32| Owed {
        uidl: format!("name-{number}"),
        uid: i64::from(number),
        attempts: 2,
    };
    let mut present = Present::default();
    present.push(3);
    let plan = Pop3Plan {
        again: vec![(listed(3), owed(3))],
        gone: vec![owed(7), owed(8)],
        older: vec![listed(2), listed(1)],
        present,
        ..plan(&[4, 5], None)
    };
    let script: [(&str, &[u8]); 6] = [
        ("RETR 4\r\n", GOOD),
        ("RETR 5\r\n", GOOD),
        ("RETR 3\r\n", GOOD),
        ("RETR 2\r\n", GOOD),
        ("RETR 1\r\n", GOOD),
        ("QUIT\r\n", b"+OK\r\n"),
    ];
    let (lines, end) = read(plan, &script, true).await;
    assert!(matches!(end, Ok(End::Whole)), "{end:?}");
    assert_eq!(
        lines,
        [
            "Again(0): delivered [], missing [], old [], gone [7, 8]",
            "announced 2",
            r#"UpTo(Uid(12)): delivered ["11 name-4 48", "12 name-5 48"], missing [], old [], gone []"#,
            r#"Again(2): delivered ["3 - 48"], missing [], old [], gone []"#,
            "announced 2",
            r#"backlog 2 to 0: delivered ["13 name-2 48", "14 name-1 48"], missing [], old [], gone []"#,
            "looked, there are [3, 11, 12, 13, 14]",
        ]
    );
}

#[tokio::test]
async fn a_limit_leaves_older_mail_in_the_backlog() {
    let plan = Pop3Plan {
        older: vec![listed(3), listed(2), listed(1)],
        limit: Some(2),
        ..plan(&[4], None)
    };
    let script: [(&str, &[u8]); 2] = [("RETR 4\r\n", GOOD), ("RETR 3\r\n", GOOD)];
    let (lines, end) = read(plan, &script, false).await;
    assert!(matches!(end, Ok(End::Whole)), "{end:?}");
    assert_eq!(lines.len(), 4, "no complete look: {lines:?}");
    assert!(
        lines[3].starts_with("backlog 3 to 2: delivered"),
        "{lines:?}"
    );
}

#[tokio::test]
async fn others_have_a_turn_before_older_mail_is_at_its_end_and_never_before_new_mail_is() {
    let plan = Pop3Plan {
        older: vec![listed(2), listed(1)],
        leave_backlog_at: Some(at(0)),
        ..plan(&[3, 4], None)
    };
    let script: [(&str, &[u8]); 3] = [
        ("RETR 3\r\n", GOOD),
        ("RETR 4\r\n", GOOD),
        ("RETR 2\r\n", GOOD),
    ];
    let (lines, end) = read(plan, &script, false).await;
    assert!(matches!(end, Ok(End::BacklogLeft)), "{end:?}");
    assert!(
        lines[3].starts_with("backlog 2 to 1: delivered"),
        "{lines:?}"
    );
}

#[tokio::test]
async fn a_refused_an_empty_and_a_large_message_are_named_and_the_others_come() {
    let large = [b"+OK\r\n".as_slice(), &b"x\r\n".repeat(500), b".\r\n"].concat();
    let script: [(&str, &[u8]); 4] = [
        ("RETR 4\r\n", b"-ERR gone\r\n"),
        ("RETR 3\r\n", b"+OK\r\n.\r\n"),
        ("RETR 2\r\n", GOOD),
        ("RETR 1\r\n", &large),
    ];
    let (lines, end) = read(plan(&[4, 3, 2, 1], None), &script, true).await;
    assert!(matches!(end, Ok(End::Whole)), "{end:?}");
    assert_eq!(lines.len(), 3, "{lines:?}");
    let said = &lines[1];
    for part in [
        "12 name-2",
        "11 The server lists this message and delivers no byte of it.",
        "13 The server could not deliver this message.",
        "14 The message has 1500 bytes or more, and 1000 are let through.",
    ] {
        assert!(said.contains(part), "{said} lacks {part}");
    }
}

#[tokio::test]
async fn one_that_turns_out_too_large_is_named_and_its_rest_is_not_waited_for() {
    let larger = [b"+OK\r\n".as_slice(), &b"x\r\n".repeat(200_000)].concat();
    let (lines, end) = read(plan(&[1, 2], None), &[("RETR 1\r\n", &larger)], true).await;
    assert!(matches!(end, Err(ReadError::Spent(_))), "{end:?}");
    assert!(
        lines[1].contains("bytes or more, and 1000 are let through."),
        "{lines:?}"
    );
}

/// Three messages that the server refuses, then what else it says.
fn refusing<'a>(rest: &[(&'a str, &'a [u8])]) -> Vec<(&'a str, &'a [u8])> {
    let mut script: Vec<(&str, &[u8])> = vec![
        ("RETR 1\r\n", b"-ERR out of order\r\n"),
        ("RETR 2\r\n", b"-ERR [SYS/TEMP] out of order\r\n"),
        ("RETR 3\r\n", b"-ERR out of order\r\n"),
    ];
    script.extend_from_slice(rest);
    script
}

#[tokio::test]
async fn a_server_that_refuses_all_of_many_blames_none() {
    let script = refusing(&[("RETR 9\r\n", b"-ERR out of order\r\n")]);
    let all = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    let (lines, end) = read(plan(&all, None), &script, true).await;
    assert!(end.unwrap_err().to_string().contains("out of order"));
    assert_eq!(lines, ["announced 9"]);

    // Nothing else is there to ask for.
    let (lines, end) = read(plan(&[1, 2, 3], None), &refusing(&[]), true).await;
    assert!(end.unwrap_err().to_string().contains("out of order"));
    assert_eq!(lines, ["announced 3"]);

    // One or two are blamed at the end.
    let (lines, end) = read(plan(&[1, 2], None), &refusing(&[])[..2], false).await;
    assert!(matches!(end, Ok(End::Whole)), "{end:?}");
    for part in ["11 The server could not", "12 The server could not"] {
        assert!(lines[1].contains(part), "{lines:?} lack {part}");
    }
}

#[tokio::test]
async fn three_refused_messages_do_not_stand_before_all_others() {
    let older = |numbers: &[u32]| Pop3Plan {
        older: numbers.iter().map(|number| listed(*number)).collect(),
        ..plan(&[], None)
    };
    let script = refusing(&[
        ("RETR 6\r\n", GOOD),
        ("RETR 4\r\n", GOOD),
        ("RETR 5\r\n", b"-ERR not this one\r\n"),
        ("QUIT\r\n", b"+OK\r\n"),
    ]);
    let (lines, end) = read(older(&[1, 2, 3, 4, 5, 6]), &script, true).await;
    assert!(matches!(end, Ok(End::Whole)), "{end:?}");
    assert_eq!(
        lines[..3],
        [
            "announced 6",
            "announced 1",
            r#"backlog 6 to 5: delivered ["11 name-6 48"], missing [], old [], gone []"#
        ]
    );
    assert!(
        lines[3].starts_with(
            r#"backlog 5 to 0: delivered ["15 name-4 48"], missing ["12 The server could not"#
        ),
        "{lines:?}"
    );
    for blamed in ["12", "13", "14", "16"] {
        let said = format!("\"{blamed} The server could not deliver this message.");
        assert!(lines[3].contains(&said), "{lines:?} lack {said}");
    }
    assert_eq!(lines[4], "looked, there are [11, 12, 13, 14, 15, 16]");
}

#[tokio::test]
async fn where_nothing_else_is_left_one_that_was_read_before_tells_whether_the_server_is_well() {
    let with_known = |number| Pop3Plan {
        known: Some(listed(number)),
        ..plan(&[1, 2, 3], None)
    };
    let script = refusing(&[("RETR 7\r\n", GOOD)]);
    let (lines, end) = read(with_known(7), &script, false).await;
    assert!(matches!(end, Ok(End::Whole)), "{end:?}");
    assert_eq!(lines.len(), 3, "{lines:?}");
    for part in ["delivered []", "11 The", "12 The", "13 The"] {
        assert!(lines[1].contains(part), "{lines:?} lack {part}");
    }

    let script = refusing(&[("RETR 7\r\n", b"-ERR out of order\r\n")]);
    let (lines, end) = read(with_known(7), &script, true).await;
    assert!(end.unwrap_err().to_string().contains("out of order"));
    assert_eq!(lines, ["announced 3"]);
}

#[tokio::test]
async fn where_the_one_from_the_other_end_is_refused_too_one_that_was_read_before_is_asked_for() {
    let plan = || Pop3Plan {
        known: Some(listed(7)),
        ..plan(&[1, 2, 3, 4], None)
    };
    let refused: (&str, &[u8]) = ("RETR 4\r\n", b"-ERR nor this one\r\n");
    let script = refusing(&[refused, ("RETR 7\r\n", GOOD), refused]);
    let (lines, end) = read(plan(), &script, false).await;
    assert!(matches!(end, Ok(End::Whole)), "{end:?}");
    for part in ["11 The", "12 The", "13 The", "14 The"] {
        assert!(lines[1].contains(part), "{lines:?} lack {part}");
    }

    let script = refusing(&[refused, ("RETR 7\r\n", b"-ERR out of order\r\n")]);
    let (lines, end) = read(plan(), &script, true).await;
    assert!(end.unwrap_err().to_string().contains("out of order"));
    assert_eq!(lines, ["announced 4"]);
}

#[tokio::test]
async fn a_server_that_delivers_nothing_of_the_one_from_the_other_end_answers_well() {
    let script = refusing(&[("RETR 4\r\n", b"+OK\r\n.\r\n")]);
    let (lines, end) = read(plan(&[1, 2, 3, 4], None), &script, false).await;
    assert!(matches!(end, Ok(End::Whole)), "{end:?}");
    assert!(
        lines[2].contains("11 The server lists this message and delivers no byte of it."),
        "{lines:?}"
    );
    for part in ["12 The", "13 The", "14 The"] {
        assert!(lines[3].contains(part), "{lines:?} lack {part}");
    }
}

#[tokio::test]
async fn one_from_the_other_end_that_is_too_old_takes_no_number() {
    let since = at(0) - chrono::TimeDelta::days(365);
    // Its header does not tell.
    let mut script: Vec<(&str, &[u8])> =
        ["TOP 1 0\r\n", "TOP 2 0\r\n", "TOP 3 0\r\n", "TOP 4 0\r\n"]
            .map(|top| (top, b"-ERR no TOP\r\n".as_slice()))
            .to_vec();
    script.extend(refusing(&[("RETR 4\r\n", OLD)]));
    let (lines, end) = read(plan(&[1, 2, 3, 4], Some(since)), &script, false).await;
    assert!(matches!(end, Ok(End::Whole)), "{end:?}");
    assert_eq!(lines.last().unwrap(), "looked, there are [11, 12, 13]");
}

#[tokio::test]
async fn what_came_before_the_connection_broke_is_kept_and_the_breach_names_the_message() {
    let script: [(&str, &[u8]); 2] = [
        ("RETR 2\r\n", GOOD),
        ("RETR 1\r\n", b"+OK\r\nSubject: half"),
    ];
    let (lines, end) = read(plan(&[2, 1], None), &script, false).await;
    assert_eq!(breach(end), ("name-1".to_owned(), true));
    assert!(
        lines[1].contains(r#"delivered ["11 name-2 48"], missing []"#),
        "{lines:?}"
    );

    let script: [(&str, &[u8]); 1] = [("RETR 2\r\n", b"nonsense\r\n")];
    let (lines, end) = read(plan(&[2, 1], None), &script, true).await;
    assert_eq!(breach(end), ("name-2".to_owned(), false));
    assert_eq!(lines, ["announced 2"]);
}

#[tokio::test]
async fn one_over_which_a_connection_broke_is_blamed_behind_the_others() {
    let plan = Pop3Plan {
        older: vec![listed(1)],
        trouble: over(&["name-3"]),
        ..plan(&[3, 2], None)
    };
    let script: [(&str, &[u8]); 3] = [
        ("RETR 2\r\n", GOOD),
        ("RETR 1\r\n", GOOD),
        ("QUIT\r\n", b"+OK\r\n"),
    ];
    let (lines, end) = read(plan, &script, true).await;
    assert!(matches!(end, Ok(End::Whole)), "{end:?}");
    let said = lines.join("\n");
    assert!(said.contains("it said nonsense"), "{said}");
    assert!(said.contains("backlog 1 to 0"), "{said}");
}

#[tokio::test]
async fn one_that_breaks_the_connection_whenever_it_is_asked_for_again_is_told_so_without_being_asked()
 {
    let owed = Owed {
        uidl: "name-1".to_owned(),
        uid: 1,
        attempts: 3,
    };
    let again = |trouble| Pop3Plan {
        again: vec![(listed(1), owed.clone())],
        trouble,
        ..plan(&[], None)
    };
    let script: [(&str, &[u8]); 1] = [("RETR 1\r\n", b"nonsense\r\n")];
    let (_, end) = read(again(Trouble::default()), &script, true).await;
    assert_eq!(breach(end), ("name-1".to_owned(), false));
    let (lines, end) = read(again(over(&["name-1"])), &[], false).await;
    assert!(matches!(end, Ok(End::Whole)), "{end:?}");
    assert!(
        lines[0].starts_with("Again(3): delivered [], missing [\"1 The server could not"),
        "{lines:?}"
    );
}

#[tokio::test]
async fn what_is_too_old_is_told_from_its_header_or_when_it_came() {
    let since = at(0) - chrono::TimeDelta::days(365);
    let plan = Pop3Plan {
        older: vec![listed(3), listed(2), listed(1)],
        ..plan(&[], Some(since))
    };
    let script: [(&str, &[u8]); 5] = [
        ("TOP 3 0\r\n", OLD),
        ("TOP 2 0\r\n", GOOD),
        ("TOP 1 0\r\n", b"-ERR no TOP\r\n"),
        ("RETR 2\r\n", GOOD),
        ("RETR 1\r\n", OLD),
    ];
    let (lines, _) = read(plan, &script, false).await;
    assert_eq!(
        lines,
        [
            "too old 1",
            "announced 2",
            "too old 1",
            r#"backlog 3 to 0: delivered ["11 name-2 48"], missing [], old ["name-3", "name-1"], gone []"#,
            "looked, there are [11]",
        ]
    );
}

#[tokio::test]
async fn a_header_over_which_it_breaks_names_its_message_too() {
    let since = at(0) - chrono::TimeDelta::days(365);
    let script: [(&str, &[u8]); 2] = [("TOP 3 0\r\n", OLD), ("TOP 2 0\r\n", b"nonsense\r\n")];
    let (lines, end) = read(plan(&[3, 2, 1], Some(since)), &script, true).await;
    assert_eq!(breach(end), ("name-2".to_owned(), false));
    assert!(lines[1].contains("old [\"name-3\"]"), "{lines:?}");
}

#[tokio::test]
async fn fewer_listed_than_counted_is_told_after_all_that_came() {
    let plan = Pop3Plan {
        counted: Some((5, 1)),
        ..plan(&[1], None)
    };
    let (lines, end) = read(plan, &[("RETR 1\r\n", GOOD)], false).await;
    assert_eq!(lines.len(), 2);
    let told = end.unwrap_err().to_string();
    assert!(told.contains("counts 5 messages and lists 1"), "{told}");
}
