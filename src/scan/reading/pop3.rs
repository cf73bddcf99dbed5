//! Reads a POP3 maildrop, ahead of what is done with the messages, in a task of its own: what is new first, then what it
//! owes, then older mail.
//!
//! Each message is asked for alone, so a breach names the one message that it is about. Whom to blame for what does not
//! come is found out by the way (`doubting`). Asks the database nothing; what there is to read, the plan says.

mod doubting;
mod fetching;
mod gathering;
mod owed;
mod plan;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;

use super::looking::Swept;
use super::{Ahead, End, Found, Looked, ReadError};
use crate::blobs::BlobStore;
use crate::clock::Clock;
use crate::imap::Uid;
use crate::message;
use crate::pop3::{Listed, Session};
use crate::store::deliveries::uidl::VALIDITY;
use crate::store::folders::looks::Look;
use crate::transport::{Protocol, ServerError, Violation};
use doubting::{Doubted, Probe};
use fetching::Outcome;
use gathering::Gathered;
pub(in crate::scan) use plan::Pop3Plan;

/// So many are looked at for their age before those that are young enough are read.
const WINDOW: usize = 200;

/// Reads message after message; says everything through `found`.
pub(in crate::scan) struct Pop3Reader {
    /// The signed-in connection.
    pub session: Session,
    /// Large messages.
    pub files: BlobStore,
    /// Tells this scan's unfinished files from others'.
    pub scan_name: String,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// When to leave for a session with a new access token.
    pub leave_at: Option<DateTime<Utc>>,
    /// Who is told.
    pub found: mpsc::Sender<Found>,
}

/// One connection's way through the maildrop.
struct Round {
    reader: Pop3Reader,
    /// Its lists are taken as they are read.
    plan: Pop3Plan,
    /// The number given last.
    uid: u32,
    /// How many messages may still be read.
    left: usize,
    /// How many of the backlog are not accounted for.
    waiting: u32,
    /// Not delivered, and perhaps not for what they are.
    doubted: Vec<Doubted>,
    /// How many the server declined.
    refused: usize,
    /// What may be asked for out of turn, to tell whether the server is well.
    probes: Vec<Probe>,
    /// What came before its turn.
    came_early: Option<String>,
    /// Whether a message came over this connection.
    proven: bool,
    /// Whether the limit left something for the next scan.
    cut_short: bool,
}

impl Pop3Reader {
    /// Reads what `plan` names and gives the session back.
    pub(in crate::scan) async fn read(self, plan: Pop3Plan) -> Result<(End, Session), ReadError> {
        let mut round = Round {
            reader: self,
            uid: plan.last_uid,
            left: plan.limit.unwrap_or(usize::MAX),
            waiting: u32::try_from(plan.older.len()).unwrap_or(u32::MAX),
            probes: plan.probes(),
            plan,
            doubted: Vec::new(),
            refused: 0,
            came_early: None,
            proven: false,
            cut_short: false,
        };
        let end = round.read().await?;
        let session = round.reader.session;
        match round.plan.counted {
            None => Ok((end, session)),
            Some((counted, listed)) => {
                session.quit().await;
                let what = format!("it counts {counted} messages and lists {listed}");
                Err(ServerError::broke(Protocol::Pop3, what).into())
            }
        }
    }
}

impl Round {
    async fn read(&mut self) -> Result<End, ReadError> {
        self.give_up_gone().await?;
        let new = std::mem::take(&mut self.plan.new);
        self.read_all(new, Ahead::New).await?;
        for (listed, owed) in std::mem::take(&mut self.plan.again) {
            self.ask_again(&listed, &owed).await?;
        }
        let older = std::mem::take(&mut self.plan.older);
        let end = self.read_all(older, Ahead::Backlog).await?;
        self.settle_doubts().await?;
        if end == End::Whole && !self.cut_short && self.plan.counted.is_none() {
            self.look().await?;
        }
        Ok(end)
    }

    /// Says that all that is listed is in the ledger, so what is not listed is there no longer.
    async fn look(&mut self) -> Result<(), ReadError> {
        let present = std::mem::take(&mut self.plan.present);
        let exists = i64::try_from(present.count()).unwrap_or(i64::MAX);
        let look = Look {
            uid_validity: VALIDITY,
            exists,
            uid_next: None,
            highest_modseq: None,
            sweep_owed: false,
            swept_at: None,
            renewals: 0,
        };
        let last = Uid(self.uid);
        self.say(Found::Looked(Looked {
            folder: self.plan.folder,
            look,
            swept: Some(Swept { present, last }),
            renewed: self.plan.renumbered,
        }))
        .await
    }

    async fn read_all(&mut self, messages: Vec<Listed>, ahead: Ahead) -> Result<End, ReadError> {
        let messages = self.without_broken(messages, ahead).await?;
        let mut messages = messages.into_iter().peekable();
        while self.left > 0 && messages.peek().is_some() {
            let window = messages.by_ref().take(WINDOW).collect();
            let mut gathered = Gathered::new(self.plan.folder, ahead);
            let read = self.read_window(window, &mut gathered).await;
            // Whatever came is whole, and need not come again.
            self.hand_on(&mut gathered).await?;
            let late = !read? || self.is_late(ahead) && messages.peek().is_some();
            if late {
                return Ok(End::BacklogLeft);
            }
        }
        self.cut_short |= messages.peek().is_some();
        Ok(End::Whole)
    }

    /// Says whether it came to the end of the window.
    async fn read_window(
        &mut self,
        window: Vec<Listed>,
        gathered: &mut Gathered,
    ) -> Result<bool, ReadError> {
        let mut young = self.by_age(window, gathered).await?;
        self.cut_short |= young.len() > self.left;
        young.truncate(self.left);
        if !young.is_empty() {
            self.say(Found::Announced(young.len())).await?;
        }
        let mut young = young.into_iter().peekable();
        while let Some(listed) = young.next() {
            if self.came_early.as_ref() == Some(&listed.uidl) {
                continue;
            }
            self.read_one(listed, gathered).await?;
            if gathered.is_full() {
                self.hand_on(gathered).await?;
            }
            let now = self.reader.clock.now();
            if self.reader.leave_at.is_some_and(|at| now >= at) {
                return Err(ReadError::TokenEnds);
            }
            if self.is_late(gathered.ahead) && young.peek().is_some() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Those young enough as far as can be told before they are read; the others are gathered by their names.
    async fn by_age(
        &mut self,
        window: Vec<Listed>,
        gathered: &mut Gathered,
    ) -> Result<Vec<Listed>, ReadError> {
        let Some(since) = self.plan.since else {
            return Ok(window);
        };
        let (mut young, mut old) = (Vec::new(), 0);
        let mut ended = Ok(());
        for listed in window {
            match self.reader.session.header(listed.number).await {
                Ok(header) => match header.as_deref().and_then(message::came_at) {
                    Some(came) if came < since => {
                        gathered.too_old(listed.uidl, came);
                        old += 1;
                    }
                    _ => young.push(listed),
                },
                Err(error) => {
                    ended = Err(self.broken(&listed, false, error.into()));
                    break;
                }
            }
        }
        if old > 0 {
            self.say(Found::TooOld(old)).await?;
        }
        ended.map(|()| young)
    }

    async fn read_one(&mut self, listed: Listed, gathered: &mut Gathered) -> Result<(), ReadError> {
        let outcome = match self.fetch(&listed, self.plan.since).await {
            Ok(outcome) => outcome,
            Err(failed) => return Err(self.broken(&listed, false, failed)),
        };
        match outcome {
            Outcome::Old(came) => {
                gathered.too_old(listed.uidl, came);
                self.say(Found::TooOld(1)).await?;
            }
            Outcome::Refused(error) if !self.proven => {
                self.left = self.left.saturating_sub(1);
                self.doubt(listed, error, gathered).await?;
            }
            outcome => {
                self.left = self.left.saturating_sub(1);
                let uid = self.next_uid();
                gathered.put(&listed, uid, outcome);
                if self.proven {
                    self.blame(gathered);
                }
            }
        }
        self.goes_on()
    }

    /// Unless the rest of a message that is too large stands before the next answer.
    fn goes_on(&self) -> Result<(), ReadError> {
        if self.reader.session.is_open() {
            return Ok(());
        }
        let limit = self.plan.largest.bytes;
        let what = Violation::LongAnswer { limit };
        Err(ReadError::Spent(ServerError::Hostile { what }))
    }

    /// Says what was gathered, if anything was, and begins anew.
    async fn hand_on(&mut self, gathered: &mut Gathered) -> Result<(), ReadError> {
        let anew = Gathered::new(self.plan.folder, gathered.ahead);
        let full = std::mem::replace(gathered, anew);
        if full.is_empty() {
            return Ok(());
        }
        let was = self.waiting;
        self.waiting = was.saturating_sub(full.passed);
        let mut batch = full.into_batch(Uid(self.uid), was);
        batch.renumbered = self.plan.renumbered;
        self.say(Found::Batch(batch)).await
    }

    fn is_late(&self, ahead: Ahead) -> bool {
        let now = self.reader.clock.now();
        ahead == Ahead::Backlog && self.plan.leave_backlog_at.is_some_and(|at| now >= at)
    }

    fn next_uid(&mut self) -> u32 {
        self.uid = self.uid.saturating_add(1);
        self.plan.present.push(i64::from(self.uid));
        self.uid
    }

    async fn say(&mut self, found: Found) -> Result<(), ReadError> {
        let said = self.reader.found.send(found).await;
        said.map_err(|_| ReadError::Stopped)
    }
}

#[cfg(test)]
#[path = "pop3_tests.rs"]
mod tests;
