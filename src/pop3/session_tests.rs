#![allow(clippy::unwrap_used)]

use crate::imap::script::PIECES;
use crate::pop3::script::session;
use crate::transport::ServerError;

const MESSAGE: &[u8] = b"+OK 30 octets\r\nSubject: a\r\n\r\n..dot\r\nend\r\n.\r\n";

async fn whole(session: &mut super::Session) -> Result<Vec<u8>, ServerError> {
    let mut all = Vec::new();
    while let Some(piece) = session.piece().await? {
        all.extend(piece);
    }
    Ok(all)
}

#[tokio::test]
async fn a_maildrop_is_counted_listed_and_read_in_pieces_of_any_size() {
    for piece in PIECES {
        let mut session = session(
            &[
                ("STAT\r\n", b"+OK 2 320\r\n"),
                ("UIDL\r\n", b"+OK\r\n1 aa\r\n2 bb\r\n.\r\n"),
                ("LIST\r\n", b"+OK\r\n1 120\r\n2 200\r\n.\r\n"),
                ("TOP 2 0\r\n", b"+OK\r\nSubject: b\r\n\r\n.\r\n"),
                ("RETR 1\r\n", MESSAGE),
                ("RETR 2\r\n", b"-ERR no such message\r\n"),
                ("QUIT\r\n", b"+OK bye\r\n"),
            ],
            piece,
            false,
        )
        .await;
        let counted = session.stat().await.unwrap();
        assert_eq!((counted.messages, counted.bytes), (2, 320));
        let listing = session.list(counted.messages).await.unwrap();
        assert_eq!(listing.named, 2);
        let listed: Vec<_> = listing
            .messages
            .iter()
            .map(|one| (one.number, one.size, one.uidl.as_str()))
            .collect();
        assert_eq!(listed, [(1, 120, "aa"), (2, 200, "bb")]);
        let header = session.header(2).await.unwrap();
        assert_eq!(header.as_deref(), Some(b"Subject: b\r\n\r\n".as_slice()));
        session.begin(1, 120).await.unwrap();
        let message = whole(&mut session).await.unwrap();
        assert_eq!(message, b"Subject: a\r\n\r\n.dot\r\nend\r\n");
        let missing = session.begin(2, 200).await.unwrap_err();
        assert_eq!(
            missing.to_string(),
            "The server answered RETR with -ERR: \"no such message\"."
        );
        assert!(session.is_open());
        session.quit().await;
    }
}

#[tokio::test]
async fn an_empty_maildrop_is_not_asked_what_it_lists() {
    let mut session = session(&[("STAT\r\n", b"+OK 0 0\r\n")], 7, true).await;
    let counted = session.stat().await.unwrap();
    let listing = session.list(counted.messages).await.unwrap();
    assert!(listing.messages.is_empty());
    session.has_names(0).await.unwrap();
}

#[tokio::test]
async fn a_server_without_names_is_told_from_one_that_is_out_of_order() {
    for (answer, without) in [
        (b"-ERR unknown command\r\n".as_slice(), true),
        (b"-ERR [SYS/TEMP] later\r\n".as_slice(), false),
    ] {
        let mut session = session(&[("UIDL\r\n", answer), ("UIDL 1\r\n", answer)], 7, true).await;
        for error in [
            session.list(1).await.unwrap_err(),
            session.has_names(1).await.unwrap_err(),
        ] {
            assert_eq!(
                matches!(error, ServerError::NoUidl { .. }),
                without,
                "{error:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_message_that_is_not_read_to_its_end_leaves_nothing_to_go_on_with() {
    let mut session = session(&[("RETR 1\r\n", MESSAGE)], 7, true).await;
    session.begin(1, 30).await.unwrap();
    assert!(!session.is_open());
    let error = session.stat().await.unwrap_err();
    assert_eq!(error, ServerError::Closed { words: None });
}

#[tokio::test]
async fn a_large_message_comes_in_bounded_pieces() {
    let line = b"0123456789012345678901234567890123456789012345678901234567\r\n";
    let mut answer = b"+OK\r\n".to_vec();
    for _ in 0..50_000 {
        answer.extend_from_slice(line);
    }
    answer.extend_from_slice(b".\r\n");
    let mut session = session(&[("RETR 1\r\n", &answer)], 1 << 16, true).await;
    session.begin(1, 3_000_000).await.unwrap();
    let (mut pieces, mut size) = (0, 0);
    while let Some(piece) = session.piece().await.unwrap() {
        assert!(piece.len() < 300_000);
        size += piece.len();
        pieces += 1;
    }
    assert_eq!(size, 50_000 * line.len());
    assert!(pieces > 10);
    assert!(session.is_open());
}
