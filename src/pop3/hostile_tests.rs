//! Servers that break the rules or lie, byte for byte: each is cut off or told, and none is believed.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use super::script::{SIGNED_IN, endpoint, open_over, session};
use super::session::Session;
use crate::imap::script::{PIECES, limits, password, play, steps};
use crate::transport::{Limits, ServerError, Violation};

/// What the client asks.
#[derive(Debug, Clone, Copy)]
enum Ask {
    Stat,
    List,
    Retr,
}

async fn ask(session: &mut Session, ask: Ask) -> Result<(), ServerError> {
    match ask {
        Ask::Stat => session.stat().await.map(drop),
        Ask::List => session.list(2).await.map(drop),
        Ask::Retr => {
            session.begin(1, 10).await?;
            while session.piece().await?.is_some() {}
            Ok(())
        }
    }
}

fn told(result: &Result<(), ServerError>) -> String {
    match result {
        Ok(()) => "nothing is wrong".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[expect(clippy::too_many_lines, reason = "a table")]
#[tokio::test]
async fn each_way_of_breaking_the_rules_is_told() {
    let endless = "x".repeat(9_000);
    let many: Vec<String> = (1..2_000).map(|n| format!("{n} name-{n}\r\n")).collect();
    let many = many.concat();
    let table: Vec<(Ask, &str, String, &str)> = vec![
        (
            Ask::Stat,
            "STAT\r\n",
            endless.clone(),
            "a line of more than 8192 bytes",
        ),
        (Ask::Stat, "STAT\r\n", "+OK\r\n".to_owned(), "no numbers"),
        (
            Ask::Stat,
            "STAT\r\n",
            "+OK many 3\r\n".to_owned(),
            "no numbers",
        ),
        (
            Ask::Stat,
            "STAT\r\n",
            "+OK -1 3\r\n".to_owned(),
            "no numbers",
        ),
        (
            Ask::Stat,
            "STAT\r\n",
            "+OK 99999999999999999999 3\r\n".to_owned(),
            "no numbers",
        ),
        (
            Ask::Stat,
            "STAT\r\n",
            "+ go on\r\n".to_owned(),
            "to go on unbidden",
        ),
        (
            Ask::Stat,
            "STAT\r\n",
            "* OK\r\n".to_owned(),
            "no status that exists",
        ),
        (
            Ask::Stat,
            "STAT\r\n",
            "\0\0\r\n".to_owned(),
            "no status that exists",
        ),
        (
            Ask::Stat,
            "STAT\r\n",
            "\r\n".to_owned(),
            "no status that exists",
        ),
        (
            Ask::Stat,
            "STAT\r\n",
            String::new(),
            "closed the connection",
        ),
        (
            Ask::Stat,
            "STAT\r\n",
            "+OK 1".to_owned(),
            "closed the connection",
        ),
        (
            Ask::List,
            "UIDL\r\n",
            format!("+OK\r\n1 {endless}\r\n.\r\n"),
            "a line of more than 8192 bytes",
        ),
        (
            Ask::List,
            "UIDL\r\n",
            "+OK\r\n1\r\n.\r\n".to_owned(),
            "names no message",
        ),
        (
            Ask::List,
            "UIDL\r\n",
            "+OK\r\n0 a\r\n.\r\n".to_owned(),
            "names no message",
        ),
        (
            Ask::List,
            "UIDL\r\n",
            "+OK\r\n\0 a\r\n.\r\n".to_owned(),
            "names no message",
        ),
        (
            Ask::List,
            "UIDL\r\n",
            "+OK\r\n1 a\r\n1 b\r\n.\r\n".to_owned(),
            "one message twice",
        ),
        (
            Ask::List,
            "UIDL\r\n",
            format!("+OK\r\n{many}"),
            "more than 20000 bytes",
        ),
        (
            Ask::List,
            "UIDL\r\n",
            "+OK\r\n1 a\r\n".to_owned(),
            "closed the connection",
        ),
        (
            Ask::Retr,
            "RETR 1\r\n",
            "+OK\r\nSubject: a\r\n\r\nhalf".to_owned(),
            "closed the connection",
        ),
        (
            Ask::Retr,
            "RETR 1\r\n",
            "+OK\r\nSubject: a\r\n\r\n.\r".to_owned(),
            "closed the connection",
        ),
    ];
    for (what, command, answer, expected) in table {
        for piece in PIECES {
            let mut script = steps(&SIGNED_IN);
            script.push((command.as_bytes().to_vec(), answer.as_bytes().to_vec()));
            let (client, _) = play(script, piece, false);
            let limits = Limits {
                max_answer: 20_000,
                ..limits()
            };
            let mut session = open_over(client, &endpoint(), &password(), &limits)
                .await
                .unwrap();
            let result = ask(&mut session, what).await;
            assert!(
                told(&result).contains(expected),
                "{what:?} {answer:.40}: {result:?}"
            );
            assert!(!session.is_open(), "{what:?} {answer:.40}");
            let after = session.stat().await;
            assert!(after.is_err(), "{what:?} {answer:.40}");
        }
    }
}

#[tokio::test]
async fn what_nobody_asked_for_ends_the_session() {
    let script: [(&str, &[u8]); 2] = [
        ("STAT\r\n", b"+OK 1 2\r\n+OK 7 7\r\n"),
        ("STAT\r\n", b"+OK 1 2\r\n"),
    ];
    let mut session = session(&script, 1 << 16, true).await;
    assert_eq!(session.stat().await.unwrap().messages, 1);
    let error = session.stat().await.unwrap_err();
    assert!(error.to_string().contains("nobody asked for"), "{error}");
}

#[tokio::test]
async fn a_message_can_not_write_the_next_answer() {
    // A mail with bare line feeds, handed on by a server that stuffs only behind whole line ends.
    let script: [(&str, &[u8]); 2] = [
        (
            "RETR 1\r\n",
            b"+OK\r\nSubject: a\r\n\r\nx\n.\r\n+OK forged\r\n.\r\n",
        ),
        ("STAT\r\n", b"+OK 1 2\r\n"),
    ];
    let mut session = session(&script, 1 << 16, true).await;
    session.begin(1, 10).await.unwrap();
    let message = session.piece().await.unwrap().unwrap();
    assert!(message.ends_with(b"x\n.\r\n+OK forged\r\n"));
    assert_eq!(session.piece().await.unwrap(), None);
    assert_eq!(session.stat().await.unwrap().messages, 1);
}

#[tokio::test]
async fn silence_is_given_up_and_an_end_without_cr_is_named() {
    let hasty = Limits {
        command: Duration::from_millis(50),
        ..limits()
    };
    for (answer, expected) in [
        ("", "The answer to RETR took longer than 0.05 s."),
        (
            "+OK\r\nSubject: a\r\n\r\nhalf",
            "The answer to RETR took longer than 0.05 s.",
        ),
        (
            "+OK\r\nSubject: a\n\nall\n.\r\n",
            "The server does not keep to POP3: it ended a message in a line without CR.",
        ),
    ] {
        let mut script = steps(&SIGNED_IN);
        script.push((b"RETR 1\r\n".to_vec(), answer.as_bytes().to_vec()));
        let (client, _) = play(script, 7, true);
        let mut session = open_over(client, &endpoint(), &password(), &hasty)
            .await
            .unwrap();
        let result = ask(&mut session, Ask::Retr).await;
        assert_eq!(told(&result), expected);
    }
}

#[tokio::test]
async fn a_server_that_never_stops_is_given_up_in_the_end() {
    let hasty = Limits {
        whole_command: Duration::from_millis(100),
        ..limits()
    };
    let mut script = steps(&SIGNED_IN);
    let endless = b"+OK\r\n"
        .iter()
        .chain(b"x\r\n".repeat(8 << 20).iter())
        .copied()
        .collect();
    script.push((b"RETR 1\r\n".to_vec(), endless));
    let (client, _) = play(script, 16, true);
    let mut session = open_over(client, &endpoint(), &password(), &hasty)
        .await
        .unwrap();
    let result = ask(&mut session, Ask::Retr).await;
    assert_eq!(told(&result), "The answer to RETR took longer than 0.1 s.");
}

#[tokio::test]
async fn a_server_without_carriage_returns_is_read_all_the_same() {
    let script = [
        ("", "+OK ready\n"),
        ("CAPA\r\n", "-ERR\n"),
        ("USER ann\r\n", "+OK\n"),
        ("PASS secret\r\n", "+OK\n"),
        ("RETR 1\r\n", "+OK\nSubject: a\n\n..b\n.\n"),
    ];
    let (client, _) = play(steps(&script), 3, true);
    let mut session = open_over(client, &endpoint(), &password(), &limits())
        .await
        .unwrap();
    session.begin(1, 10).await.unwrap();
    let message = session.piece().await.unwrap();
    assert_eq!(message.as_deref(), Some(b"Subject: a\n\n.b\n".as_slice()));
}

#[test]
fn the_longest_listing_is_named() {
    let error = super::wire::hostile(Violation::LongListing {
        limit: super::listing::MOST,
    });
    assert_eq!(
        error.to_string(),
        "The server was cut off: it listed more than 1000000 messages in one mailbox."
    );
}
