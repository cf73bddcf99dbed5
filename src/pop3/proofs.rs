//! What holds whatever a POP3 server sends, in whatever pieces it comes: for fuzzing, and for the seeds and findings that
//! are kept of it in `fuzz/seeds/maildrop`. Built for tests and for fuzzing only.

use std::collections::HashSet;

use super::session::Session;
use super::sign_in::sign_in;
use super::wire::Wire;
use crate::transport::proofs::{Play, is_bounded, limits, run};
use crate::transport::{Protocol, ServerError, greet};

/// Runs a session against the bytes behind the first two, which choose how it signs in, what it asks first, and in what
/// pieces the bytes come: no call hangs or panics, hands out more than was said, or goes on after what can't be trusted.
///
/// # Panics
/// When something does not hold.
pub fn maildrop(input: &[u8]) {
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
    let stream = Box::new(play.stream());
    if !play.signs_in() {
        return Ok(Session::new(Wire::new(stream, limits())));
    }
    let (endpoint, login) = (play.endpoint(Protocol::Pop3), play.login());
    let mut wire: Wire = greet(stream, &endpoint, &limits()).await?;
    sign_in(&mut wire, &endpoint, &login).await?;
    Ok(Session::new(wire))
}

/// All calls, beginning with the one that `course` names.
async fn converse(mut session: Session, course: u8, said: usize) {
    for call in 0..5 {
        match (call + course % 5) % 5 {
            0 => drop(session.stat().await.inspect_err(is_bounded)),
            1 => list(&mut session, said).await,
            2 => drop(session.has_names(1).await.inspect_err(is_bounded)),
            3 => header(&mut session, said).await,
            _ => message(&mut session, said).await,
        }
    }
    let open = session.is_open();
    let again = session.stat().await;
    assert!(open || again.is_err(), "what is over stays over");
    session.quit().await;
}

async fn list(session: &mut Session, said: usize) {
    let Ok(listing) = session.list(3).await.inspect_err(is_bounded) else {
        return;
    };
    let names: HashSet<&str> = listing
        .messages
        .iter()
        .map(|message| &*message.uidl)
        .collect();
    assert_eq!(names.len(), listing.messages.len(), "a name stands twice");
    assert!(
        listing
            .messages
            .is_sorted_by(|one, next| one.number < next.number)
    );
    assert!(listing.messages.len() as u64 <= listing.named);
    assert!(listing.named <= said as u64);
}

async fn header(session: &mut Session, said: usize) {
    if let Ok(Some(header)) = session.header(1).await.inspect_err(is_bounded) {
        assert!(header.len() <= 2 * said, "more came than was said");
    }
}

async fn message(session: &mut Session, said: usize) {
    if session.begin(2, 50).await.inspect_err(is_bounded).is_err() {
        return;
    }
    let mut came = 0;
    // A bare LF becomes CRLF, so a byte may become two.
    while let Ok(Some(piece)) = session.piece().await.inspect_err(is_bounded) {
        assert!(!piece.is_empty(), "an empty piece says nothing");
        came += piece.len();
        assert!(came <= 2 * said, "more came than was said");
    }
}

#[cfg(test)]
#[path = "proofs_tests.rs"]
mod tests;
