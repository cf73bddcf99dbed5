//! Servers that let no more connections in: how they say so, and whose connections they count. Whoever keeps some open only
//! to wait for news can give them up then. In memory: what this process keeps open no other can give up.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use entities::ids::MailboxId;
use entities::{mail_servers, mailboxes};

use super::Access;
use crate::transport::{ServerError, Step};

/// A door that was shut without a word so often in a row, with nobody spoken to meanwhile, may be shut for want of room.
const SILENCES: u32 = 3;
/// For so long that is believed. If nobody was let in by then, the room that was made was of no help.
const BELIEVED: TimeDelta = TimeDelta::seconds(30);

/// Whose connections a server finds too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crowded {
    /// All that come from here.
    Host,
    /// All that come from here through one port, which was shut without a word.
    Port,
    /// Those of one login.
    Account,
}

/// What servers that let nobody in said last.
#[derive(Debug, Default)]
pub(super) struct Crowds(Mutex<Met>);

#[derive(Debug, Default)]
struct Met {
    /// Hosts, their names in lower case, and ports that shut the door without a word.
    doors: HashMap<(String, i32), Door>,
    /// Mailboxes that were let in once.
    let_in: HashSet<MailboxId>,
    /// Since when the silence that each mailbox meets is believed, until it is let in.
    believed: HashMap<MailboxId, DateTime<Utc>>,
    /// Mailboxes whose last try met a crowd.
    crowded: HashMap<MailboxId, Crowded>,
}

/// A door that was shut without a word, and nobody spoken to since.
#[derive(Debug, Default)]
struct Door {
    silences: u32,
    /// Before whom.
    mailboxes: HashSet<MailboxId>,
    believed: Option<DateTime<Utc>>,
}

/// How a server shows that there is no room.
#[derive(Debug, PartialEq, Eq)]
enum Sign {
    Said(Crowded),
    /// It may as well be out of order.
    Silence,
}

impl Crowds {
    fn learn(
        &self,
        mailbox: MailboxId,
        server: &mail_servers::Model,
        error: Option<&ServerError>,
        now: DateTime<Utc>,
    ) {
        let mut met = self.met();
        let door = (server.host.to_lowercase(), server.port);
        let sign = error.map(sign);
        if sign != Some(Some(Sign::Silence)) {
            met.doors.remove(&door);
        }
        let crowded = match sign {
            None => {
                met.let_in.insert(mailbox);
                met.believed.remove(&mailbox);
                None
            }
            Some(Some(Sign::Said(crowded))) => Some(crowded),
            Some(Some(Sign::Silence)) => met.believe(mailbox, door, now).then_some(Crowded::Port),
            Some(None) => None,
        };
        match crowded {
            Some(crowded) => met.crowded.insert(mailbox, crowded),
            None => met.crowded.remove(&mailbox),
        };
    }

    fn met(&self) -> MutexGuard<'_, Met> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Met {
    /// Whether a door that is shut without a word is shut for want of room. One mailbox that was never let in says nothing of
    /// the door, and silence that goes on although room was made has another reason.
    fn believe(&mut self, mailbox: MailboxId, door: (String, i32), now: DateTime<Utc>) -> bool {
        let door = self.doors.entry(door).or_default();
        door.silences = door.silences.saturating_add(1);
        door.mailboxes.insert(mailbox);
        let of_the_door = door.mailboxes.len() > 1 || self.let_in.contains(&mailbox);
        if door.silences < SILENCES || !of_the_door {
            return false;
        }
        let since = *door.believed.get_or_insert(now);
        let own = *self.believed.entry(mailbox).or_insert(now);
        now < since.min(own) + BELIEVED
    }
}

fn sign(error: &ServerError) -> Option<Sign> {
    match error {
        ServerError::TooManyConnections { words } => Some(Sign::Said(whose(words))),
        ServerError::Throttled { wait: None, words }
        | ServerError::Unavailable { words }
        | ServerError::ServerSaid { words, .. }
        | ServerError::Closed { words: Some(words) }
            if speak_of_room(words) =>
        {
            Some(Sign::Said(whose(words)))
        }
        ServerError::Closed { words: None }
        | ServerError::TlsFailed { .. }
        | ServerError::Timeout {
            step: Step::Handshake | Step::Greeting,
            ..
        } => Some(Sign::Silence),
        _ => None,
    }
}

/// Whether words are about how many connections there are, not about how fast they come.
fn speak_of_room(words: &str) -> bool {
    let words = words.to_lowercase();
    let any = |phrases: &[&str]| phrases.iter().any(|phrase| words.contains(phrase));
    any(&["connection", "session", "client"])
        && any(&[
            "too many",
            "limit",
            "maximum",
            "exceed",
            "simultaneous",
            "concurrent",
        ])
        && !any(&["rate", "throttle"])
}

/// Gmail counts "simultaneous connections" of an account, Dovecot those "from user+IP"; who names nobody counts all.
fn whose(words: &str) -> Crowded {
    let words = words.to_lowercase();
    let of_account = ["user", "account", "mailbox", "simultaneous"];
    if of_account.iter().any(|phrase| words.contains(phrase)) {
        Crowded::Account
    } else {
        Crowded::Host
    }
}

impl Access {
    /// Notes whether a mailbox was let in, and where not, whether that was for want of room.
    pub(super) fn learn_crowd<T>(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
        came: &Result<T, ServerError>,
    ) {
        let error = came.as_ref().err();
        let now = self.clock.now();
        self.shared.crowds.learn(mailbox.id, server, error, now);
    }

    /// Whether the last try of a mailbox met a server that lets no more connections in. Told once.
    #[must_use]
    pub fn crowded(&self, mailbox: MailboxId) -> Option<Crowded> {
        self.shared.crowds.met().crowded.remove(&mailbox)
    }
}

#[cfg(test)]
#[path = "crowd_tests.rs"]
mod tests;
