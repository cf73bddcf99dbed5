//! Whom to blame for what does not come: a message, or a server that is out of order.
//!
//! What is refused before anything has come waits until something has. When several were refused, one from the other end is
//! asked for, lest a few bad messages stand before all others.

use super::super::trouble::{Asked, Breach, may_be_the_message};
use super::super::{Ahead, Found, ReadError};
use super::Round;
use super::fetching::{Failed, Outcome};
use super::gathering::Gathered;
use super::plan::Pop3Plan;
use crate::pop3::Listed;
use crate::transport::ServerError;

/// After so many refused, with none delivered, one from the other end tells whether they or the server are in trouble.
const MOST_REFUSED: usize = 3;

/// A message that did not come, perhaps for what the server is in and not for what it is.
pub(super) struct Doubted {
    pub(super) listed: Listed,
    pub(super) error: ServerError,
    pub(super) ahead: Ahead,
}

/// A message that tells whether the server is well.
pub(super) struct Probe {
    listed: Listed,
    /// Where its turn would be; nothing for one that was read before.
    ahead: Option<Ahead>,
}

impl Pop3Plan {
    /// The one whose turn is last, and one that was read before.
    pub(super) fn probes(&self) -> Vec<Probe> {
        let (folder, trouble) = (self.folder, &self.trouble);
        let may_come = |listed: &&Listed| {
            listed.size <= self.largest.bytes && !trouble.is_suspect(folder, &listed.uidl)
        };
        let last = |part: &[Listed], ahead| {
            let listed = part.iter().rev().find(may_come)?.clone();
            Some(Probe {
                listed,
                ahead: Some(ahead),
            })
        };
        let last = last(&self.older, Ahead::Backlog).or_else(|| last(&self.new, Ahead::New));
        let known = self.known.iter().filter(may_come).map(|listed| Probe {
            listed: listed.clone(),
            ahead: None,
        });
        last.into_iter().chain(known).collect()
    }
}

impl Round {
    /// Those over which no connection broke in this scan; the others are blamed without being asked for once more.
    pub(super) async fn without_broken(
        &mut self,
        messages: Vec<Listed>,
        ahead: Ahead,
    ) -> Result<Vec<Listed>, ReadError> {
        let (plan, before) = (&self.plan, self.doubted.len());
        let mut whole = Vec::with_capacity(messages.len());
        for listed in messages {
            match plan.trouble.over_name(plan.folder, &listed.uidl) {
                None => whole.push(listed),
                Some(error) => self.doubted.push(Doubted {
                    error: error.clone(),
                    listed,
                    ahead,
                }),
            }
        }
        let broken = self.doubted.len() - before;
        if broken > 0 {
            self.say(Found::Announced(broken)).await?;
        }
        Ok(whole)
    }

    /// Has a message wait that was refused before anything came; after several, finds out whom that is to be blamed on.
    pub(super) async fn doubt(
        &mut self,
        listed: Listed,
        error: ServerError,
        gathered: &mut Gathered,
    ) -> Result<(), ReadError> {
        self.refused += 1;
        self.doubted.push(Doubted {
            listed,
            error: error.clone(),
            ahead: gathered.ahead,
        });
        if self.refused >= MOST_REFUSED {
            self.probe(error).await?;
            self.blame(gathered);
        }
        Ok(())
    }

    /// Asks for one from the other end, and then for one that was read before. If one comes, the server is well and those
    /// that it refused are to blame; else it is out of order, as `error` says.
    async fn probe(&mut self, error: ServerError) -> Result<(), ReadError> {
        for Probe { listed, ahead } in std::mem::take(&mut self.probes) {
            let tried = |doubted: &Doubted| doubted.listed.uidl == listed.uidl;
            if self.doubted.iter().any(tried) {
                continue;
            }
            let outcome = match self.fetch(&listed, self.plan.since).await {
                Ok(outcome) => outcome,
                Err(failed) => return Err(self.broken(&listed, false, failed)),
            };
            if let Outcome::Refused(_) = outcome {
                continue;
            }
            // It answers well, though it be with nothing or with too much.
            self.proven = true;
            return match ahead {
                Some(ahead) => self.keep_early(listed, ahead, outcome).await,
                None => Ok(()),
            };
        }
        Err(error.into())
    }

    /// Keeps what was asked for before its turn.
    async fn keep_early(
        &mut self,
        listed: Listed,
        ahead: Ahead,
        outcome: Outcome,
    ) -> Result<(), ReadError> {
        self.came_early = Some(listed.uidl.clone());
        let mut gathered = Gathered::new(self.plan.folder, ahead);
        if let Outcome::Old(came) = outcome {
            self.say(Found::TooOld(1)).await?;
            gathered.too_old(listed.uidl, came);
        } else {
            self.left = self.left.saturating_sub(1);
            self.say(Found::Announced(1)).await?;
            let uid = self.next_uid();
            gathered.put(&listed, uid, outcome);
        }
        self.hand_on(&mut gathered).await
    }

    /// How reading ends over what came of one message.
    pub(super) fn broken(&self, listed: &Listed, again: bool, failed: Failed) -> ReadError {
        match failed {
            Failed::Server(error) if may_be_the_message(&error) => {
                ReadError::Breach(Box::new(Breach {
                    folder: self.plan.folder,
                    asked: Asked::Named(listed.uidl.clone()),
                    again,
                    proven: self.proven,
                    error,
                }))
            }
            Failed::Server(error) => error.into(),
            Failed::Blobs(error) => error.into(),
        }
    }

    /// Gathers those in doubt: something has come, so it is they.
    pub(super) fn blame(&mut self, gathered: &mut Gathered) {
        for doubted in std::mem::take(&mut self.doubted) {
            let uid = self.next_uid();
            gathered.blame(doubted, uid);
        }
    }

    /// At the end one or two are blamed though nothing else came.
    pub(super) async fn settle_doubts(&mut self) -> Result<(), ReadError> {
        let older = |doubted: &Doubted| doubted.ahead == Ahead::Backlog;
        let ahead = if self.doubted.iter().any(older) {
            Ahead::Backlog
        } else {
            Ahead::New
        };
        let mut gathered = Gathered::new(self.plan.folder, ahead);
        self.blame(&mut gathered);
        self.hand_on(&mut gathered).await
    }
}
