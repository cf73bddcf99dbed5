//! Servers that let no more connections in: how they say so, and whose connections they count. Whoever keeps some open only
//! to wait for news can give them up then. In memory: what this process keeps open no other can give up.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use entities::ids::MailboxId;
use entities::{mail_servers, mailboxes};

use super::Access;
use crate::transport::{ServerError, Step};

/// A door that was shut without a word so often in a row, with nobody let in meanwhile, is shut for want of room.
const SILENCES: u32 = 3;

/// Whose connections a server finds too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crowded {
    /// All that come from here.
    Host,
    /// Those of one login.
    Account,
}

/// What servers that let nobody in said last.
#[derive(Debug, Default)]
pub(super) struct Crowds(Mutex<Met>);

#[derive(Debug, Default)]
struct Met {
    /// How often in a row a host, its name in lower case, shut the door without a word.
    silences: HashMap<String, u32>,
    /// Mailboxes whose last try met a crowd.
    crowded: HashMap<MailboxId, Crowded>,
}

/// How a server shows that there is no room.
#[derive(Debug, PartialEq, Eq)]
enum Sign {
    Said(Crowded),
    /// It may as well be out of order.
    Silence,
}

impl Crowds {
    fn learn(&self, mailbox: MailboxId, host: &str, error: Option<&ServerError>) {
        let (mut met, host) = (self.met(), host.to_lowercase());
        let crowded = match error.map(sign) {
            None => {
                met.silences.remove(&host);
                None
            }
            Some(Some(Sign::Said(crowded))) => Some(crowded),
            Some(Some(Sign::Silence)) => {
                let silences = met.silences.entry(host).or_default();
                *silences = silences.saturating_add(1);
                (*silences >= SILENCES).then_some(Crowded::Host)
            }
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
        self.shared.crowds.learn(mailbox.id, &server.host, error);
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
