#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::fmt::Debug;
use std::time::Duration;

use futures_util::FutureExt as _;

use super::script::{PIECES, endpoint, limits, open_over, password, play, session, signed_in};
use super::*;

type Judge = fn(&ServerError) -> bool;

const EXAMINE: &str = "M4 EXAMINE \"INBOX\"\r\n";
const ANNOUNCE: &str = "M4 UID FETCH 1:9 (UID RFC822.SIZE INTERNALDATE)\r\n";
const FETCH: &str = "M4 UID FETCH 1:2 (UID BODY.PEEK[])\r\n";
const PIECE: &str = "M4 UID FETCH 7 (UID BODY.PEEK[]<10.5>)\r\n";
const LIST: &str = "M4 LIST \"\" \"*\"\r\n";

async fn every_call(
    command: &str,
    answer: &[u8],
    piece: usize,
    stay: bool,
) -> Result<String, ServerError> {
    fn shown(result: Result<impl Debug, ServerError>) -> Result<String, ServerError> {
        result.map(|value| format!("{value:?}"))
    }
    let (client, _) = play(signed_in(&[(command, answer)]), piece, stay);
    let session = open_over(client, endpoint(), password(), limits())
        .await
        .unwrap();
    match command {
        EXAMINE => shown(session.examine("inbox").await),
        ANNOUNCE => shown(session.announce(Uid(0), Uid(9)).await),
        FETCH => shown(session.fetch(&[Uid(2), Uid(1)]).await),
        PIECE => shown(session.fetch_piece(Uid(7), 10, 5).await),
        LIST => shown(session.folders().await),
        other => panic!("no such command: {other}"),
    }
}

#[tokio::test]
async fn a_short_answer_is_never_taken_for_success() {
    let partial = [
        (EXAMINE, "* 5 EXISTS\r\n* OK [UIDVALIDITY 3] ok\r\n"),
        (
            ANNOUNCE,
            "* 1 FETCH (UID 1 RFC822.SIZE 10 INTERNALDATE \"01-Jan-2026 00:00:00 +0000\")\r\n",
        ),
        (FETCH, "* 1 FETCH (UID 1 BODY[] {5}\r\nhello)\r\n"),
        (PIECE, "* 7 FETCH (UID 7 BODY[]<10> {5}\r\nhello)\r\n"),
        (LIST, "* LIST () \"/\" INBOX\r\n"),
    ];
    for (command, begun) in partial {
        for piece in PIECES {
            for begun in ["", begun] {
                let ends: [(&str, Judge); 9] = [
                    ("", |error| *error == ServerError::Closed { words: None }),
                    ("* BYE Session expired\r\n", |error| {
                        *error
                            == ServerError::SessionExpired {
                                words: "Session expired".to_owned(),
                            }
                    }),
                    ("* 1 FET", |error| {
                        *error == ServerError::Closed { words: None }
                    }),
                    ("M4 NO [UNAVAILABLE] later\r\n", |error| {
                        matches!(error, ServerError::Unavailable { .. })
                    }),
                    (
                        "M4 BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds\r\n",
                        |error| error.retry_after() == Some(Duration::from_millis(92_415)),
                    ),
                    (
                        "M4 NO [SERVERBUG] Server error\r\n",
                        |error| matches!(error, ServerError::ServerSaid { code: Some(code), .. } if code == "SERVERBUG"),
                    ),
                    ("M3 OK done\r\n", |error| {
                        matches!(error, ServerError::Protocol { .. })
                    }),
                    ("this is not IMAP\r\n", |error| {
                        matches!(error, ServerError::Protocol { .. })
                    }),
                    ("+ go ahead\r\n", |error| {
                        matches!(error, ServerError::Protocol { .. })
                    }),
                ];
                for (end, is_right) in ends {
                    let answer = format!("{begun}{end}");
                    let error = every_call(command, answer.as_bytes(), piece, false)
                        .await
                        .unwrap_err();
                    assert!(
                        is_right(&error),
                        "{command:?} {answer:?} in pieces of {piece}: {error:?}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn a_message_cut_off_in_the_middle_is_an_error() {
    for piece in PIECES {
        for answer in [
            "* 1 FETCH (UID 1 BODY[] {50}\r\nhello",
            "* 1 FETCH (UID 1 BODY[] {5}\r\nhello",
        ] {
            let error = every_call(FETCH, answer.as_bytes(), piece, false)
                .await
                .unwrap_err();
            assert_eq!(error, ServerError::Closed { words: None });
        }
    }
}

#[tokio::test]
async fn lines_that_nobody_asked_for_change_nothing() {
    let noise = "* 9 EXISTS\r\n* 0 RECENT\r\n* 3 EXPUNGE\r\n* 2 FETCH (FLAGS (\\Seen))\r\n\
                 * 4 FETCH (UID 44 BODY[] {3}\r\nno!)\r\n* OK Still here\r\n* NO [ALERT] 98% of quota\r\n\
                 * FLAGS (\\Seen)\r\n* CAPABILITY IMAP4rev1\r\n* VANISHED 3\r\n* ID (\"name\" \"x\")\r\n* ID NIL\r\n";
    for piece in PIECES {
        let answer = format!(
            "{noise}* 2 FETCH (FLAGS () BODY[] {{2}}\r\n)) UID 2)\r\n{noise}* 1 FETCH (UID 1 BODY[] \"a\\\"b\\\\\")\r\n\
             * 1 FETCH (UID 1 BODY[] {{5}}\r\ntwice)\r\n{noise}M4 OK done\r\n"
        );
        let session = session(&[(FETCH, answer.as_bytes())], piece).await;
        let fetched = session.fetch(&[Uid(1), Uid(2), Uid(1)]).await.unwrap();
        let fetched: Vec<_> = fetched
            .iter()
            .map(|message| (message.uid.0, message.bytes.as_slice()))
            .collect();
        assert_eq!(fetched, [(2, &b"))"[..]), (1, b"a\"b\\")]);
        assert_eq!(session.warnings(), ["[ALERT] 98% of quota"]);
    }
}

#[tokio::test]
async fn what_is_announced_is_sorted_once_each_and_inside_the_window() {
    let answer = "* 3 FETCH (UID 8 RFC822.SIZE 30 INTERNALDATE \" 1-Jan-2026 00:00:00 +0100\" FLAGS (\\Seen))\r\n\
                  * 9 FETCH (UID 12 RFC822.SIZE 30 INTERNALDATE \"01-Jan-2026 00:00:00 +0000\")\r\n\
                  * 4 FETCH (FLAGS (\\Seen) RFC822.SIZE 1)\r\n\
                  * 1 FETCH (UID 2 INTERNALDATE NIL RFC822.SIZE 4294967296)\r\n\
                  * 1 FETCH (UID 2 FLAGS ())\r\n\
                  * 2 FETCH (RFC822.SIZE 20 INTERNALDATE \"yesterday\" UID 5)\r\n\
                  * 3 FETCH (UID 8 FLAGS ())\r\n\
                  M4 OK done\r\n";
    for piece in PIECES {
        let session = session(&[(ANNOUNCE, answer.as_bytes())], piece).await;
        let found = session.announce(Uid(1), Uid(9)).await.unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|message| {
                (
                    message.uid.0,
                    message.size,
                    message.internal_date.map(|date| date.to_string()),
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                (2, 0, None),
                (5, 20, None),
                (8, 30, Some("2025-12-31 23:00:00 UTC".to_owned()))
            ],
            "a size or date that makes no sense is unknown, the message is not lost"
        );
    }
}

#[tokio::test]
async fn an_empty_window_asks_nothing() {
    let session = session(&[], 64).await;
    assert_eq!(session.announce(Uid(10), Uid(9)).await, Ok(Vec::new()));
    assert_eq!(session.fetch(&[]).await, Ok(Vec::new()));
}

#[tokio::test]
async fn many_uids_go_in_several_commands_and_none_is_over_eight_thousand_bytes() {
    let uids: Vec<Uid> = (1..=2_000).map(|number| Uid(number * 2_000_000)).collect();
    let sets = uid::sets(&uids, 7_900);
    assert!(sets.len() > 1);
    let commands: Vec<_> = sets
        .iter()
        .enumerate()
        .map(|(index, set)| {
            let first = set.split(',').next().unwrap();
            let tag = index + 4;
            let command = format!("M{tag} UID FETCH {set} (UID BODY.PEEK[])\r\n");
            assert!(command.len() <= 8_000);
            (
                command,
                format!("* 1 FETCH (UID {first} BODY[] {{2}}\r\nhi)\r\nM{tag} OK done\r\n"),
            )
        })
        .collect();
    let steps: Vec<_> = commands
        .iter()
        .map(|(command, answer)| (command.as_str(), answer.as_bytes()))
        .collect();
    let session = session(&steps, 1 << 16).await;
    assert_eq!(session.fetch(&uids).await.unwrap().len(), sets.len());
}

#[tokio::test]
async fn a_piece_is_taken_only_where_it_was_asked_for() {
    for (answer, piece) in [
        (
            "* 1 FETCH (UID 7 BODY[]<10> {3}\r\nabc)\r\n",
            Some(&b"abc"[..]),
        ),
        ("* 1 FETCH (UID 7 BODY[]<10> \"\")\r\n", Some(b"")),
        ("* 1 FETCH (UID 7 BODY[]<10> NIL)\r\n", None),
        ("* 1 FETCH (UID 7 BODY[]<11> {3}\r\nabc)\r\n", None),
        ("* 1 FETCH (UID 8 BODY[]<10> {3}\r\nabc)\r\n", None),
        ("* 1 FETCH (BODY[]<10> {3}\r\nabc)\r\n", None),
        ("", None),
    ] {
        let answer = format!("{answer}M4 OK done\r\n");
        let session = session(&[(PIECE, answer.as_bytes())], 5).await;
        assert_eq!(
            session.fetch_piece(Uid(7), 10, 5).await.unwrap().as_deref(),
            piece,
            "{answer}"
        );
    }
}

#[tokio::test]
async fn more_than_the_piece_asked_for_is_cut_off() {
    let error = every_call(
        PIECE,
        b"* 1 FETCH (UID 7 BODY[]<10> {6}\r\nabcdef)\r\nM4 OK done\r\n",
        5,
        true,
    )
    .await
    .unwrap_err();
    assert_eq!(
        error,
        ServerError::Hostile {
            what: Violation::BigLiteral {
                announced: 6,
                limit: 5
            }
        }
    );
}

#[tokio::test]
async fn hostile_answers_are_cut_off_before_they_cost_anything() {
    let deep = format!("* 1 FETCH (UID 1 BODYSTRUCTURE {}\r\n", "(".repeat(5_000));
    let quoted = format!(
        "* 1 FETCH (UID 1 X \"{}\" BODYSTRUCTURE ())\r\n",
        "(".repeat(100)
    );
    let long = format!("* OK {}\r\n", "x".repeat(9_000));
    let endless = "y".repeat(9_000);
    let cases: [(&str, Violation); 9] = [
        (
            "* 1 FETCH (UID 1 BODY[] {536800000}\r\n",
            Violation::BigLiteral {
                announced: 536_800_000,
                limit: 32 << 20,
            },
        ),
        (
            "* 1 FETCH (UID 1 BODY[] {99999999999999999999999}\r\n",
            Violation::BigLiteral {
                announced: u64::MAX,
                limit: 32 << 20,
            },
        ),
        (&deep, Violation::DeepNesting { limit: 64 }),
        (&quoted, Violation::DeepNesting { limit: 64 }),
        (&long, Violation::LongLine { limit: 8 << 10 }),
        (&endless, Violation::LongLine { limit: 8 << 10 }),
        (
            "* 1 FETCH (UID 1 X a{500}\r\n) BODYSTRUCTURE (((\r\n",
            Violation::StrayLiteral,
        ),
        (
            "* 1 FETCH (UID 1 X y\r\nfoo BODYSTRUCTURE (((\r\n",
            Violation::Unfinished,
        ),
        ("* OK done\nM4 OK done\r\n", Violation::LineEnd),
    ];
    for (answer, what) in cases {
        for piece in PIECES {
            let error = every_call(FETCH, answer.as_bytes(), piece, true)
                .await
                .unwrap_err();
            assert_eq!(error, ServerError::Hostile { what }, "in pieces of {piece}");
        }
    }
}

#[tokio::test]
async fn a_flood_of_small_messages_is_cut_off_too() {
    let answer = "* 1 FETCH (UID 77 BODY[] {5}\r\nhello)\r\n".repeat(1_000);
    let (client, _) = play(signed_in(&[(FETCH, answer.as_bytes())]), 1 << 16, true);
    let tight = Limits {
        max_answer: 10_000,
        ..limits()
    };
    let session = open_over(client, endpoint(), password(), tight)
        .await
        .unwrap();
    let error = session.fetch(&[Uid(1), Uid(2)]).await.unwrap_err();
    assert_eq!(
        error,
        ServerError::Hostile {
            what: Violation::LongAnswer { limit: 10_000 }
        }
    );
}

#[tokio::test]
async fn a_panic_in_the_parser_ends_the_session_and_nothing_else() {
    let crash = b"* METADATA \"INBOX\" (/shared/comment {2}\r\n\xff\xff)\r\nM4 OK done\r\n";
    let session = session(&[(FETCH, crash)], 64).await;
    assert_eq!(
        session.fetch(&[Uid(1), Uid(2)]).await,
        Err(ServerError::Crashed)
    );
    assert_eq!(
        session.folders().await,
        Err(ServerError::Crashed),
        "the session stays dead and says why"
    );
}

#[tokio::test]
async fn a_panic_while_signing_in_is_an_error_too() {
    let crash = b"* METADATA \"INBOX\" (/shared/comment {2}\r\n\xff\xff)\r\n".to_vec();
    let (client, _) = play(vec![(Vec::new(), crash)], 64, true);
    assert_eq!(
        open_over(client, endpoint(), password(), limits())
            .await
            .unwrap_err(),
        ServerError::Crashed
    );
}

#[tokio::test]
async fn a_caller_that_stops_waiting_leaves_the_next_answer_in_its_place() {
    let session = session(
        &[
            (
                FETCH,
                b"* 1 FETCH (UID 1 BODY[] {5}\r\nfirst)\r\nM4 OK done\r\n",
            ),
            (
                "M5 UID FETCH 2 (UID BODY.PEEK[])\r\n",
                b"* 2 FETCH (UID 2 BODY[] {6}\r\nsecond)\r\nM5 OK done\r\n",
            ),
        ],
        1,
    )
    .await;
    assert!(session.fetch(&[Uid(1), Uid(2)]).now_or_never().is_none());
    assert_eq!(session.fetch(&[Uid(2)]).await.unwrap()[0].bytes, b"second");
}

#[tokio::test]
async fn calls_made_at_once_are_answered_in_order() {
    let session = session(
        &[
            (
                "M4 UID FETCH 1 (UID BODY.PEEK[])\r\n",
                b"* 1 FETCH (UID 1 BODY[] {1}\r\na)\r\nM4 OK done\r\n",
            ),
            (
                "M5 UID FETCH 2 (UID BODY.PEEK[])\r\n",
                b"* 2 FETCH (UID 2 BODY[] {1}\r\nb)\r\nM5 OK done\r\n",
            ),
        ],
        3,
    )
    .await;
    let (first, second) = tokio::join!(session.fetch(&[Uid(1)]), session.fetch(&[Uid(2)]));
    assert_eq!(
        (first.unwrap()[0].bytes[0], second.unwrap()[0].bytes[0]),
        (b'a', b'b')
    );
}

#[tokio::test]
async fn a_no_leaves_the_session_usable_and_anything_worse_does_not() {
    let session = session(
        &[
            (EXAMINE, b"M4 NO [UNAVAILABLE] busy\r\n"),
            (
                "M5 EXAMINE \"INBOX\"\r\n",
                b"* OK [UIDVALIDITY 4294967295] ok\r\nM5 OK [READ-ONLY] done\r\n",
            ),
            ("M6 UID FETCH 1 (UID BODY.PEEK[])\r\n", b"garbage\r\n"),
        ],
        7,
    )
    .await;
    assert_eq!(
        session.examine("INBOX").await,
        Err(ServerError::Unavailable {
            words: "[UNAVAILABLE] busy".to_owned()
        })
    );
    let examined = session.examine("INBOX").await.unwrap();
    assert_eq!(examined.uid_validity, UidValidity(u32::MAX));
    assert!(session.is_open());
    let error = session.fetch(&[Uid(1)]).await.unwrap_err();
    assert!(!session.is_open());
    assert_eq!(session.examine("INBOX").await, Err(error));
}

#[tokio::test]
async fn a_goodbye_ends_the_session_whatever_its_words() {
    let session = session(
        &[(EXAMINE, b"* BYE Request is throttled\r\nM4 OK done\r\n")],
        64,
    )
    .await;
    let error = session.examine("INBOX").await.unwrap_err();
    assert!(matches!(error, ServerError::Throttled { .. }));
    assert!(!session.is_open());
    assert_eq!(session.folders().await, Err(error));
}

#[tokio::test]
async fn silence_and_dripping_are_timeouts() {
    let hasty = Limits {
        command: Duration::from_millis(30),
        whole_command: Duration::from_millis(150),
        ..limits()
    };
    let (client, _) = play(
        signed_in(&[(FETCH, b"* 1 FETCH (UID 1 BODY[] {5}\r\nhel")]),
        64,
        true,
    );
    let session = open_over(client, endpoint(), password(), hasty.clone())
        .await
        .unwrap();
    let error = session.fetch(&[Uid(1), Uid(2)]).await.unwrap_err();
    assert_eq!(
        error,
        ServerError::Timeout {
            step: Step::Command("UID FETCH"),
            after: hasty.command
        }
    );

    let drip = "* 1 EXISTS\r\n".repeat(2_000_000);
    let (client, _) = play(signed_in(&[(FETCH, drip.as_bytes())]), 1, true);
    let session = open_over(client, endpoint(), password(), hasty.clone())
        .await
        .unwrap();
    let error = session.fetch(&[Uid(1), Uid(2)]).await.unwrap_err();
    assert_eq!(
        error,
        ServerError::Timeout {
            step: Step::Command("UID FETCH"),
            after: hasty.whole_command
        }
    );
}

#[tokio::test]
async fn a_server_that_drips_inside_a_literal_is_waited_for_as_long_as_it_gets_on() {
    let body = vec![b'x'; 40_000];
    let answer = [
        b"* 1 FETCH (UID 1 BODY[] {40000}\r\n",
        body.as_slice(),
        b")\r\nM4 OK done\r\n",
    ]
    .concat();
    let session = session(&[("M4 UID FETCH 1 (UID BODY.PEEK[])\r\n", &answer)], 1).await;
    assert_eq!(session.fetch(&[Uid(1)]).await.unwrap()[0].bytes, body);
}

#[tokio::test]
async fn goodbye_is_said_and_not_waited_for_long() {
    let (client, heard) = play(
        signed_in(&[("M4 LOGOUT\r\n", b"* BYE bye\r\nM4 OK done\r\n")]),
        64,
        true,
    );
    let session = open_over(client, endpoint(), password(), limits())
        .await
        .unwrap();
    session.logout().await;
    assert_eq!(heard.lock().unwrap().last().unwrap(), "M4 LOGOUT\r\n");
}

#[tokio::test]
async fn mail_never_gets_into_an_error() {
    let answer = b"* 1 FETCH (UID 1 BODY[] {6}\r\nsecretRUBBISH\r\n";
    for piece in PIECES {
        let error = every_call(FETCH, answer, piece, true).await.unwrap_err();
        let shown = format!("{error} {error:?} {}", error.remedy());
        assert!(
            !shown.contains("secret") && !shown.contains("RUBBISH"),
            "{shown}"
        );
    }
    assert!(
        !format!(
            "{:?}",
            Fetched {
                uid: Uid(1),
                bytes: b"secret".to_vec()
            }
        )
        .contains("115")
    );
}
