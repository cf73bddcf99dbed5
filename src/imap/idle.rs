//! Waits for news of one folder (IDLE, RFC 2177) over our own command loop.
//!
//! Before each IDLE the folder is opened anew and compared with what this session saw of it last, so that nothing slips
//! through between two of them and every end of waiting is followed by a look. IDLE is said anew soon after the first and
//! then after a fixed time, however much a server talks meanwhile; a renewal that stays without answer is a dead connection. Whoever stops waiting has the
//! IDLE ended properly, and the session can be used further.

use std::time::Duration;

use imap_proto::{MailboxDatum, Response};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::command::Command;
use super::examine::Examined;
use super::refusal::{Failure, Refusal};
use super::session::{Connection, open_folder};
use super::wire::{Event, Patience, Wire};
use crate::transport::ServerError;
use crate::transport::Waiting;

/// Why waiting ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Woken {
    /// A message came, or one may have.
    Arrival,
    /// Messages were removed.
    Removal,
    /// The folder's messages have other UIDs than before.
    Renumbered,
    /// It was asked to end.
    Stopped,
    /// The server does not do IDLE here: it does not offer it, or declined it with these words.
    NotOffered {
        /// The server's words, if it said any.
        words: Option<String>,
    },
}

/// How one IDLE ended.
enum Ended {
    News(Woken),
    Due,
}

/// Waits in `folder`, with one IDLE after the other, until there is news or `stop` is cancelled.
pub(crate) async fn wait(
    connection: &mut Connection,
    folder: String,
    times: Waiting,
    stop: CancellationToken,
) -> Result<Woken, ServerError> {
    if !connection.wire.has("IDLE") {
        return Ok(Woken::NotOffered { words: None });
    }
    let mut spell = times.settling.min(times.renewal);
    loop {
        if stop.is_cancelled() {
            return Ok(Woken::Stopped);
        }
        let before = connection.seen.get(&folder).copied();
        let now = open_folder(connection, folder.clone()).await?;
        if let Some(news) = before.and_then(|before| difference(&before, &now)) {
            return Ok(news);
        }
        // A session that waits is one of thousands.
        connection.seen.retain(|name, _| *name == folder);
        connection.seen.shrink_to_fit();
        match idle(&mut connection.wire, now.exists, (spell, times), &stop).await {
            Ok(Ended::News(news)) => return Ok(news),
            Ok(Ended::Due) => spell = times.renewal,
            Err(Failure::Refused(refusal)) => return declined(refusal),
            Err(Failure::Broken(error)) => return Err(error),
        }
    }
}

/// Flags are nobody's news here, so HIGHESTMODSEQ is not compared.
fn difference(before: &Examined, now: &Examined) -> Option<Woken> {
    if before.uid_validity != now.uid_validity {
        return Some(Woken::Renumbered);
    }
    let came = now.uid_next > before.uid_next || now.exists > before.exists;
    if came {
        return Some(Woken::Arrival);
    }
    (now.exists < before.exists).then_some(Woken::Removal)
}

/// A server that wants fewer commands has said nothing about IDLE.
fn declined(refusal: Refusal) -> Result<Woken, ServerError> {
    let words = refusal.said.words.clone();
    match refusal.in_general() {
        error @ (ServerError::Throttled { .. }
        | ServerError::OverQuota { .. }
        | ServerError::Unavailable { .. }
        | ServerError::TooManyConnections { .. }) => Err(error),
        _ => Ok(Woken::NotOffered { words: Some(words) }),
    }
}

/// One IDLE from its command to its tagged answer; without news it is over after `spell`.
async fn idle(
    wire: &mut Wire,
    exists: u32,
    (spell, times): (Duration, Waiting),
    stop: &CancellationToken,
) -> Result<Ended, Failure> {
    let tag = wire.begin("IDLE", Command::new("IDLE")).await?;
    let outcome = converse(wire, &tag, exists, (spell, times), stop).await;
    wire.end(&outcome);
    outcome
}

async fn converse(
    wire: &mut Wire,
    tag: &str,
    exists: u32,
    (spell, times): (Duration, Waiting),
    stop: &CancellationToken,
) -> Result<Ended, Failure> {
    let mut ear = Ear::new(exists);
    let before = wire.guard().received();
    let entering = Patience::of("IDLE", wire.limits.command, wire.limits.command);
    loop {
        match wire.next(&entering, &mut |it, _| ear.hear(it)).await? {
            Event::GoOn(_) => break,
            Event::Done { tag: theirs, .. } if theirs != tag => {
                return Err(foreign().into());
            }
            Event::Done { status, said, .. } => {
                wire.done("IDLE", status, said)?;
                return Err(ServerError::protocol("it ended IDLE before it began").into());
            }
            Event::Status { status, said } => wire.note(status, said)?,
            Event::Data => {}
        }
    }
    wire.rest();
    let heard = listen(wire, &mut ear, before, (spell, times), stop).await;
    wire.rouse();
    let heard = heard?;
    part(wire, tag, &mut ear, times.parting).await?;
    // What came with the goodbye counts as well.
    Ok(match (ear.news(), heard) {
        (Some(news), _) => Ended::News(news),
        (None, ended) => ended,
    })
}

/// Until there is news, the time is over or somebody wants the session back.
async fn listen(
    wire: &mut Wire,
    ear: &mut Ear,
    before: u64,
    (spell, times): (Duration, Waiting),
    stop: &CancellationToken,
) -> Result<Ended, ServerError> {
    let until = Instant::now() + spell;
    // Longer than the wait itself: what the server says in between prolongs nothing.
    let patience = Patience::of("IDLE", spell * 2, spell * 2);
    let mut leave_at = until;
    loop {
        let mut heard = |it: &Response<'_>, _| ear.hear(it);
        let event = tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(Ended::News(Woken::Stopped)),
            event = wire.next(&patience, &mut heard) => event?,
            () = sleep_until(leave_at) => return Ok(Ended::Due),
        };
        match event {
            Event::Data => {}
            Event::Status { status, said } => wire.note(status, said)?,
            Event::GoOn(_) => return Err(ServerError::protocol("it asked IDLE to go on twice")),
            Event::Done { .. } => {
                return Err(ServerError::protocol("it ended IDLE by itself"));
            }
        }
        wire.bound_answer(before)?;
        match ear.news() {
            Some(Woken::Removal) => leave_at = leave_at.min(Instant::now() + times.crowd),
            Some(news) => return Ok(Ended::News(news)),
            None => {}
        }
    }
}

/// Says DONE and hears the server out.
async fn part(
    wire: &mut Wire,
    tag: &str,
    ear: &mut Ear,
    parting: Duration,
) -> Result<(), ServerError> {
    let patience = Patience::of("DONE", parting, parting);
    wire.send(&patience, &[b"DONE\r\n"]).await?;
    let before = wire.guard().received();
    loop {
        match wire.next(&patience, &mut |it, _| ear.hear(it)).await? {
            Event::Data => {}
            Event::Status { status, said } => wire.note(status, said)?,
            Event::GoOn(_) => return Err(ServerError::protocol("it asked DONE to go on")),
            Event::Done { tag: theirs, .. } if theirs == tag => return Ok(()),
            Event::Done { .. } => return Err(foreign()),
        }
        wire.bound_answer(before)?;
    }
}

fn foreign() -> ServerError {
    ServerError::protocol("it answered a command that was not sent")
}

/// What was heard of a folder while waiting in it.
struct Ear {
    exists: u32,
    came: bool,
    went: bool,
}

impl Ear {
    fn new(exists: u32) -> Self {
        Self {
            exists,
            came: false,
            went: false,
        }
    }

    /// An EXISTS may tell the same number again, or a smaller one after removals; only a larger one is a message.
    fn hear(&mut self, response: &Response<'_>) {
        match response {
            Response::MailboxData(MailboxDatum::Exists(now)) => {
                self.came |= *now > self.exists;
                self.went |= *now < self.exists;
                self.exists = *now;
            }
            Response::Expunge(_) => self.remove(1),
            Response::Vanished { earlier, uids } if !*earlier => {
                for range in uids {
                    let count = range.end().saturating_sub(*range.start());
                    self.remove(count.saturating_add(1));
                }
            }
            _ => {}
        }
    }

    fn remove(&mut self, count: u32) {
        self.exists = self.exists.saturating_sub(count);
        self.went = true;
    }

    fn news(&self) -> Option<Woken> {
        if self.came {
            Some(Woken::Arrival)
        } else {
            self.went.then_some(Woken::Removal)
        }
    }
}

#[cfg(test)]
#[path = "idle_tests.rs"]
mod tests;
