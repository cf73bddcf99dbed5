#![allow(clippy::unwrap_used, clippy::panic)]

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::super::script::{PIECES, endpoint, limits, open_over, password, play, session, steps};
use super::super::session::Session;
use super::*;
use crate::imap::Uid;

/// As long as a test can wait, in the order of the real ones.
const TIMES: Waiting = Waiting {
    renewal: Duration::from_millis(60),
    settling: Duration::from_millis(20),
    parting: Duration::from_millis(300),
    crowd: Duration::from_millis(30),
};
/// Nothing is due before the test is over.
const LONG: Waiting = Waiting {
    renewal: Duration::from_mins(9),
    settling: Duration::from_mins(9),
    parting: Duration::from_mins(9),
    crowd: Duration::from_mins(9),
};
const CAPABLE: [(&str, &str); 4] = [
    ("", "* OK ready\r\n"),
    (
        "M1 CAPABILITY\r\n",
        "* CAPABILITY IMAP4rev1 IDLE\r\nM1 OK done\r\n",
    ),
    ("M2 LOGIN \"ann\" \"secret\"\r\n", "M2 OK welcome\r\n"),
    (
        "M3 CAPABILITY\r\n",
        "* CAPABILITY IMAP4rev1 IDLE\r\nM3 OK done\r\n",
    ),
];

/// A folder of three messages, opened under this tag.
fn opened(tag: u32) -> (String, String) {
    opened_with(tag, 3)
}

fn opened_with(tag: u32, exists: u32) -> (String, String) {
    (
        format!("M{tag} EXAMINE \"INBOX\"\r\n"),
        format!(
            "* {exists} EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT {}] ok\r\nM{tag} OK done\r\n",
            exists + 1
        ),
    )
}

fn idling(tag: u32, then: &str) -> (String, String) {
    (format!("M{tag} IDLE\r\n"), format!("+ idling\r\n{then}"))
}

fn done(tag: u32) -> (String, String) {
    ("DONE\r\n".to_owned(), format!("M{tag} OK done\r\n"))
}

async fn waiting(after: &[(String, String)], piece: usize, stay: bool) -> Session {
    let mut all = steps(&CAPABLE);
    all.extend(steps(
        &after
            .iter()
            .map(|(expected, answer)| (expected.as_str(), answer.as_str()))
            .collect::<Vec<_>>(),
    ));
    let (client, _) = play(all, piece, stay);
    open_over(client, endpoint(), password(), limits())
        .await
        .unwrap()
}

async fn wait(session: &Session) -> Result<Woken, ServerError> {
    let never = CancellationToken::new();
    session.wait("INBOX", LONG, &never).await
}

async fn wait_briefly(session: &Session) -> Result<Woken, ServerError> {
    let never = CancellationToken::new();
    session.wait("INBOX", TIMES, &never).await
}

#[tokio::test]
async fn an_arrival_is_told_at_once_in_whatever_pieces_it_comes() {
    for piece in PIECES {
        for said in [
            "* 4 EXISTS\r\n",
            "* OK Still here\r\n* 1 RECENT\r\n* 4 EXISTS\r\n",
            "* 2 FETCH (FLAGS (\\Seen))\r\n* 4 EXISTS\r\n",
            "* 1 EXPUNGE\r\n* 3 EXISTS\r\n",
            "* VANISHED 1:2\r\n* 2 EXISTS\r\n",
        ] {
            let session = waiting(&[opened(4), idling(5, said), done(5)], piece, true).await;
            assert_eq!(wait(&session).await, Ok(Woken::Arrival), "{said}");
            assert!(session.is_open());
        }
    }
}

#[tokio::test]
async fn what_is_no_news_is_waited_through_and_removals_are_told_together() {
    let chatter = "* OK Still here\r\n* 3 EXISTS\r\n* 0 RECENT\r\n* 2 FETCH (FLAGS (\\Seen))\r\n";
    let session = waiting(
        &[
            opened(4),
            idling(5, chatter),
            done(5),
            opened(6),
            idling(7, chatter),
            done(7),
            opened(8),
            idling(9, "* 1 EXPUNGE\r\n* 1 EXPUNGE\r\n"),
            done(9),
        ],
        1 << 16,
        true,
    )
    .await;
    let began = Instant::now();
    assert_eq!(wait_briefly(&session).await, Ok(Woken::Removal));
    assert!(began.elapsed() >= TIMES.settling + TIMES.renewal + TIMES.crowd);
}

#[tokio::test]
async fn idle_is_said_anew_after_its_time_however_much_the_server_talks() {
    let mut script = vec![opened(4), idling(5, ""), done(5)];
    for (renewals, least) in [TIMES.settling, TIMES.settling + TIMES.renewal]
        .into_iter()
        .enumerate()
    {
        let tag = 6 + 2 * u32::try_from(renewals).unwrap();
        // What came between two of them shows at the look that comes with each.
        let mut whole = script.clone();
        whole.push(opened_with(tag, 4));
        let session = waiting(&whole, 1 << 16, true).await;
        let began = Instant::now();
        assert_eq!(wait_briefly(&session).await, Ok(Woken::Arrival));
        assert!(began.elapsed() >= least);
        script.extend([opened(tag), idling(tag + 1, ""), done(tag + 1)]);
    }
}

#[tokio::test]
async fn news_from_before_the_waiting_is_told_without_idle() {
    let session = waiting(&[opened(4), opened_with(5, 4)], 1 << 16, true).await;
    session.examine("INBOX").await.unwrap();
    assert_eq!(wait(&session).await, Ok(Woken::Arrival));
    let session = waiting(&[opened(4), opened_with(5, 2)], 1 << 16, true).await;
    session.examine("INBOX").await.unwrap();
    assert_eq!(wait(&session).await, Ok(Woken::Removal));
}

#[tokio::test]
async fn a_renewal_without_an_answer_is_a_dead_connection() {
    let session = waiting(&[opened(4), idling(5, "")], 1 << 16, true).await;
    let began = Instant::now();
    let error = wait_briefly(&session).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "The answer to DONE took longer than 0.3 s."
    );
    assert!(began.elapsed() >= TIMES.settling + TIMES.parting);
    assert!(!session.is_open());
}

#[tokio::test]
async fn a_goodbye_or_the_end_of_the_stream_ends_the_session() {
    for (said, words) in [
        (
            "* BYE Idle for too long\r\n",
            Some("Idle for too long".to_owned()),
        ),
        ("", None),
        ("* OK Still here\r\n", None),
    ] {
        let session = waiting(&[opened(4), idling(5, said)], 1, false).await;
        assert_eq!(wait(&session).await, Err(ServerError::Closed { words }));
        assert!(!session.is_open());
    }
}

#[tokio::test]
async fn a_server_that_does_not_do_idle_is_told_apart_from_one_that_is_busy() {
    let other = session(&[], 1 << 16).await;
    assert_eq!(wait(&other).await, Ok(Woken::NotOffered { words: None }));
    for (said, words) in [
        ("M5 NO Not today\r\n", "Not today"),
        ("M5 BAD Unknown command\r\n", "Unknown command"),
        ("M5 BAD\r\n", "no reason given"),
    ] {
        let refusing = ("M5 IDLE\r\n".to_owned(), said.to_owned());
        let session = waiting(&[opened(4), refusing], 1, true).await;
        let words = Some(words.to_owned());
        assert_eq!(
            wait(&session).await,
            Ok(Woken::NotOffered { words }),
            "{said}"
        );
        assert!(session.is_open(), "{said}");
    }
    let throttled = (
        "M5 IDLE\r\n".to_owned(),
        "M5 BAD Request is throttled. Suggested Backoff Time: 5000 milliseconds\r\n".to_owned(),
    );
    let session = waiting(&[opened(4), throttled], 1, true).await;
    assert!(matches!(
        wait(&session).await,
        Err(ServerError::Throttled { .. })
    ));
}

#[tokio::test]
async fn nonsense_while_waiting_ends_the_session() {
    for said in [
        "M5 OK done already\r\n",
        "M4 OK stale\r\n",
        "+ again\r\n",
        "* NONSENSE here\r\n",
    ] {
        let session = waiting(&[opened(4), idling(5, said)], 1, true).await;
        let error = wait(&session).await.unwrap_err();
        assert!(
            matches!(error, ServerError::Protocol { .. }),
            "{said}: {error:?}"
        );
        assert!(!session.is_open());
    }
}

#[tokio::test]
async fn whoever_stops_waiting_finds_the_session_ready_for_the_next_command() {
    let fetch = (
        "M6 UID FETCH 1:9 (UID RFC822.SIZE INTERNALDATE)\r\n".to_owned(),
        "M6 OK done\r\n".to_owned(),
    );
    let script = [opened(4), idling(5, ""), done(5), fetch];

    let session = waiting(&script, 1, true).await;
    let stop = CancellationToken::new();
    let (woken, ()) = tokio::join!(session.wait("INBOX", LONG, &stop), async {
        tokio::task::yield_now().await;
        stop.cancel();
    });
    // Asked for before it began, or after.
    assert_eq!(woken, Ok(Woken::Stopped));

    // One that is dropped is ended for whoever comes next.
    let session = waiting(&script, 1, true).await;
    let never = CancellationToken::new();
    {
        let waiting = session.wait("INBOX", LONG, &never);
        tokio::pin!(waiting);
        for _ in 0..500 {
            tokio::select! {
                biased;
                _ = &mut waiting => panic!("nothing came"),
                () = tokio::task::yield_now() => {}
            }
        }
    }
    assert_eq!(session.announce(Uid(1), Uid(9)).await, Ok(Vec::new()));
}

#[tokio::test]
async fn an_endless_talker_is_cut_off() {
    let mut limits = limits();
    limits.max_answer = 1_000;
    let mut all = steps(&CAPABLE);
    let (examine, answer) = opened(4);
    all.extend(steps(&[(examine.as_str(), answer.as_str())]));
    let chatter = "* OK Still here, and still here, and here\r\n".repeat(100);
    let (idle, talk) = idling(5, &chatter);
    all.extend(steps(&[(idle.as_str(), talk.as_str())]));
    let (client, _) = play(all, 1 << 16, true);
    let session = open_over(client, endpoint(), password(), limits)
        .await
        .unwrap();
    assert!(matches!(
        wait(&session).await,
        Err(ServerError::Hostile { .. })
    ));
}
