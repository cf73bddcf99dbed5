#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::imap::script::{endpoint, limits, open_over, password, play, session, steps};
use crate::imap::session::Session;

const SELECT: &str = "M4 SELECT \"INBOX\"\r\n";

/// A session with a server that can do this and then follows these steps.
async fn able(capabilities: &str, after: &[(&str, &str)]) -> Session {
    let told = format!("* CAPABILITY IMAP4rev1 {capabilities}\r\n");
    let (first, second) = (
        format!("{told}M1 OK done\r\n"),
        format!("{told}M3 OK done\r\n"),
    );
    let mut all = vec![
        ("", "* OK ready\r\n"),
        ("M1 CAPABILITY\r\n", first.as_str()),
        ("M2 LOGIN \"ann\" \"secret\"\r\n", "M2 OK welcome\r\n"),
        ("M3 CAPABILITY\r\n", second.as_str()),
    ];
    all.extend(after);
    let (client, _) = play(steps(&all), 1 << 16, true);
    open_over(client, endpoint(), password(), limits())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_selected_folder_says_what_it_keeps() {
    let answer = "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n\
        * OK [PERMANENTFLAGS (\\Seen \\Flagged $Work \\*)] ok\r\nM4 OK [READ-WRITE] done\r\n";
    let opened = session(&[(SELECT, answer.as_bytes())], 7).await;
    let selected = opened.select("INBOX").await.unwrap();
    assert_eq!(selected.uid_validity, UidValidity(7));
    assert!(!selected.read_only);
    assert!(selected.keeps("\\seen") && selected.keeps("$Work") && selected.keeps("New"));
    assert!(!selected.keeps("\\Answered"));

    let answer =
        "* OK [UIDVALIDITY 7] ok\r\n* OK [PERMANENTFLAGS ()] no\r\nM4 OK [READ-ONLY] done\r\n";
    let opened = session(&[(SELECT, answer.as_bytes())], 7).await;
    let selected = opened.select("INBOX").await.unwrap();
    assert!(selected.read_only && !selected.keeps("New"));

    let answer = "* OK [UIDVALIDITY 7] ok\r\nM4 OK done\r\n";
    let opened = session(&[(SELECT, answer.as_bytes())], 7).await;
    assert!(opened.select("INBOX").await.unwrap().keeps("\\Answered"));
}

#[tokio::test]
async fn flags_are_set_and_taken_away_in_silence() {
    let steps: [(&str, &[u8]); 2] = [
        (
            "M4 UID STORE 2:3 +FLAGS.SILENT (\\Seen $Work)\r\n",
            b"* 2 FETCH (FLAGS (\\Seen))\r\nM4 OK done\r\n",
        ),
        (
            "M5 UID STORE 3 -FLAGS.SILENT (\\Seen)\r\n",
            b"M5 NO [NOPERM] not yours\r\n",
        ),
    ];
    let session = session(&steps, 7).await;
    let flags = ["\\Seen".to_owned(), "$Work".to_owned()];
    let both = [Uid(3), Uid(2)];
    session
        .store_flags(&both, Flagging::Set, &flags)
        .await
        .unwrap();
    let seen = ["\\Seen".to_owned()];
    let refused = session.store_flags(&[Uid(3)], Flagging::Unset, &seen).await;
    assert!(refused.is_err() && session.is_open());
}

#[tokio::test]
async fn a_move_is_one_command_where_the_server_has_it_and_removes_only_its_own_copies_elsewhere() {
    let moving = able(
        "MOVE UIDPLUS",
        &[(
            "M4 UID MOVE 2:3 \"Done\"\r\n",
            "* OK [COPYUID 7 2:3 11:12] moved\r\n* 2 EXPUNGE\r\n* 2 EXPUNGE\r\nM4 OK done\r\n",
        )],
    )
    .await;
    assert!(moving.can_move() && moving.moves_at_once());
    moving.move_to(&[Uid(2), Uid(3)], "Done").await.unwrap();

    let copying = able(
        "UIDPLUS",
        &[
            (
                "M4 UID COPY 2 \"Done\"\r\n",
                "M4 OK [COPYUID 7 2 11] done\r\n",
            ),
            (
                "M5 UID STORE 2 +FLAGS.SILENT (\\Deleted)\r\n",
                "M5 OK done\r\n",
            ),
            ("M6 UID EXPUNGE 2\r\n", "* 2 EXPUNGE\r\nM6 OK done\r\n"),
        ],
    )
    .await;
    assert!(copying.can_move() && !copying.moves_at_once());
    copying.move_to(&[Uid(2)], "Done").await.unwrap();

    let neither = session(&[], 7).await;
    assert!(!neither.can_move());
}

#[tokio::test]
async fn a_move_to_a_folder_that_is_not_there_says_which() {
    let session = able(
        "MOVE",
        &[(
            "M4 UID MOVE 2 \"Done\"\r\n",
            "M4 NO [TRYCREATE] Mailbox doesn't exist\r\n",
        )],
    )
    .await;
    let error = session.move_to(&[Uid(2)], "Done").await.unwrap_err();
    assert!(matches!(error, ServerError::NoSuchFolder { name, .. } if name == "Done"));
    assert!(session.is_open());
}
