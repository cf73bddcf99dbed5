#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::imap::script::{endpoint, limits, open_over, password, play, signed_in, steps};
use crate::imap::session::Session;

const NUMBERED: &str = "M4 FETCH 2:3 (UID RFC822.SIZE INTERNALDATE)\r\n";
const NEWEST: &str = "M4 FETCH * (UID)\r\n";

async fn answering(command: &str, answer: &str) -> Session {
    let (client, _) = play(signed_in(&[(command, answer.as_bytes())]), 1 << 16, true);
    open_over(client, endpoint(), password(), limits())
        .await
        .unwrap()
}

/// A session with a server that can do this as well.
async fn able(capability: &str, command: &str, answer: &str) -> Session {
    let told = format!("* CAPABILITY IMAP4rev1 {capability}\r\n");
    let steps = steps(&[
        ("", "* OK ready\r\n"),
        ("M1 CAPABILITY\r\n", &format!("{told}M1 OK done\r\n")),
        ("M2 LOGIN \"ann\" \"secret\"\r\n", "M2 OK welcome\r\n"),
        ("M3 CAPABILITY\r\n", &format!("{told}M3 OK done\r\n")),
        (command, answer),
    ]);
    let (client, _) = play(steps, 1 << 16, true);
    open_over(client, endpoint(), password(), limits())
        .await
        .unwrap()
}

fn uids_of(announced: &[Announced]) -> Vec<u32> {
    announced.iter().map(|one| one.uid.0).collect()
}

#[tokio::test]
async fn by_number_only_what_was_asked_for_counts() {
    let answer = "* 4 FETCH (UID 40 RFC822.SIZE 1)\r\n* 3 FETCH (UID 30 RFC822.SIZE 7)\r\n\
        * 2 FETCH (FLAGS ())\r\n* 2 FETCH (UID 20 RFC822.SIZE 5)\r\nM4 OK done\r\n";
    let session = answering(NUMBERED, answer).await;
    let announced = session.announce_numbered(2..=3).await.unwrap();
    assert_eq!(uids_of(&announced), [20, 30]);
}

#[tokio::test]
async fn the_last_message_says_how_many_there_are() {
    let session = answering(NEWEST, "* 3 FETCH (UID 17)\r\nM4 OK done\r\n").await;
    assert_eq!(session.newest().await, Ok(Some((3, Uid(17)))));
    for empty in [
        "M4 BAD No such sequence number\r\n",
        "M4 NO empty\r\n",
        "M4 OK done\r\n",
    ] {
        let session = answering(NEWEST, empty).await;
        assert_eq!(session.newest().await, Ok(None), "{empty}");
        assert!(session.is_open());
    }
}

#[tokio::test]
async fn gmail_and_objectid_say_what_they_call_a_message_everywhere() {
    let session = able(
        "X-GM-EXT-1 OBJECTID",
        "M4 UID FETCH 1:9 (UID RFC822.SIZE INTERNALDATE X-GM-MSGID)\r\n",
        "* 1 FETCH (X-GM-MSGID 1278455344230334865 UID 3 RFC822.SIZE 9)\r\nM4 OK done\r\n",
    )
    .await;
    let announced = session.announce(Uid(1), Uid(9)).await.unwrap();
    let id = ServerId::new("1278455344230334865");
    assert_eq!(announced.first().map(|one| one.server_id.clone()), Some(id));

    let session = able(
        "OBJECTID",
        "M4 UID FETCH 1:9 (UID RFC822.SIZE INTERNALDATE EMAILID)\r\n",
        "* 1 FETCH (UID 3 EMAILID (M6d99ac3275bb4e))\r\nM4 OK done\r\n",
    )
    .await;
    let announced = session.announce(Uid(1), Uid(9)).await.unwrap();
    let id = ServerId::new("M6d99ac3275bb4e");
    assert_eq!(announced.first().map(|one| one.server_id.clone()), Some(id));
}

#[tokio::test]
async fn telling_fields_are_fetched_as_they_are() {
    let command = "M4 UID FETCH 1:2 (UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID FROM DATE SUBJECT CONTENT-TYPE)])\r\n";
    let answer = "* 1 FETCH (UID 1 BODY[HEADER.FIELDS (MESSAGE-ID FROM DATE SUBJECT CONTENT-TYPE)] {17}\r\nSubject: (hi)\r\n\r\n)\r\n\
        * 2 FETCH (UID 2 BODY[HEADER.FIELDS (\"MESSAGE-ID\" \"FROM\")] \"\")\r\n* 2 FETCH (UID 2 BODY[] {1}\r\nx)\r\nM4 OK done\r\n";
    let session = answering(command, answer).await;
    let fetched = session
        .fetch_telling_fields(&[Uid(1), Uid(2)])
        .await
        .unwrap();
    let bytes: Vec<&[u8]> = fetched.iter().map(|one| one.bytes.as_slice()).collect();
    assert_eq!(bytes, [&b"Subject: (hi)\r\n\r\n"[..], b""]);
}

#[tokio::test]
async fn uidnext_may_be_had_from_status_or_not_at_all() {
    let status = "M4 STATUS \"INBOX\" (UIDNEXT)\r\n";
    for (answer, next) in [
        ("* STATUS inbox (UIDNEXT 8)\r\nM4 OK done\r\n", Some(Uid(8))),
        ("* STATUS \"INBOX\" (UIDNEXT 0)\r\nM4 OK done\r\n", None),
        ("* STATUS \"INBOX\" ()\r\nM4 OK done\r\n", None),
        ("M4 BAD what?\r\n", None),
    ] {
        let session = answering(status, answer).await;
        assert_eq!(session.uid_next("inbox").await, Ok(next), "{answer}");
    }
}
