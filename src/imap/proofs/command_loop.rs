//! A session with a server that says anything: no call hangs or panics outside the session's task, takes what was not
//! asked for, or holds more than its limits.

use std::collections::HashSet;

use super::super::notes::MOST_WARNINGS;
use super::super::session::Session;
use super::super::sign_in::sign_in;
use super::super::uid::Uid;
use super::super::wire::Wire;
use crate::transport::proofs::{LONGEST_ERROR, Play, is_bounded, limits, run};
use crate::transport::{Protocol, ServerError, greet};

/// Asked for, and so the most that may come.
const FETCHED: [Uid; 4] = [Uid(1), Uid(2), Uid(3), Uid(7)];
const PIECE: u32 = 100;

/// Runs a session against the bytes behind the first two, which choose how much of it is run and in what pieces the
/// bytes come.
///
/// # Panics
/// When something does not hold.
pub fn command_loop(input: &[u8]) {
    let Some(play) = Play::of(input) else {
        return;
    };
    run(async {
        if let Ok(session) = open(&play).await.inspect_err(is_bounded) {
            converse(session, play.course, play.said.len()).await;
        }
    });
}

/// With a greeting and a way to sign in, or right behind both.
async fn open(play: &Play<'_>) -> Result<Session, ServerError> {
    let (stream, signs_in) = (play.stream(), play.signs_in());
    let (endpoint, login) = (play.endpoint(Protocol::Imap), play.login());
    Session::start(async move {
        if !signs_in {
            return Ok(Wire::new(Box::new(stream), limits()));
        }
        let mut wire: Wire = greet(Box::new(stream), &endpoint, &limits()).await?;
        sign_in(&mut wire, &endpoint, &login).await?;
        Ok(wire)
    })
    .await
}

/// All calls, beginning with the one that `course` names.
async fn converse(session: Session, course: u8, said: usize) {
    assert!(session.capabilities().len() <= said);
    for call in 0..5 {
        match (call + course % 5) % 5 {
            0 => drop(session.folders().await.inspect_err(is_bounded)),
            1 => drop(session.examine("Größe").await.inspect_err(is_bounded)),
            2 => announce(&session, said).await,
            3 => fetch(&session, said).await,
            _ => fetch_piece(&session, said).await,
        }
        let warnings = session.warnings();
        assert!(warnings.len() <= MOST_WARNINGS);
        assert!(warnings.iter().all(|words| words.len() <= LONGEST_ERROR));
    }
    let open = session.is_open();
    let again = session.examine("INBOX").await;
    assert!(open || again.is_err(), "what is over stays over");
    session.logout().await;
}

async fn announce(session: &Session, said: usize) {
    let (first, last) = (Uid(2), Uid(1_000));
    let Ok(announced) = session.announce(first, last).await.inspect_err(is_bounded) else {
        return;
    };
    assert!(
        announced
            .iter()
            .is_sorted_by(|one, next| one.uid < next.uid)
    );
    assert!(
        announced
            .iter()
            .all(|message| (first..=last).contains(&message.uid))
    );
    assert!(announced.len() <= said);
}

async fn fetch(session: &Session, said: usize) {
    let Ok(fetched) = session.fetch(&FETCHED).await.inspect_err(is_bounded) else {
        return;
    };
    let uids: HashSet<Uid> = fetched.iter().map(|message| message.uid).collect();
    assert_eq!(uids.len(), fetched.len(), "a message came twice");
    assert!(uids.iter().all(|uid| FETCHED.contains(uid)));
    let bytes: usize = fetched.iter().map(|message| message.bytes.len()).sum();
    assert!(bytes <= said, "more came than was said");
}

async fn fetch_piece(session: &Session, said: usize) {
    let piece = session.fetch_piece(Uid(7), 10, PIECE).await;
    if let Ok(Some(piece)) = piece.inspect_err(is_bounded) {
        assert!(piece.len() <= said && piece.len() <= PIECE as usize);
    }
}
