//! What an audit found in one folder.

use std::fmt;

use entities::deliveries::DeliveryState;
use entities::ids::MessageId;
use serde::{Serialize, Serializer};

use crate::store::deliveries::audited::Known;

/// What an audit found in one folder. What is on the server is known, missing, not read yet or too old.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FolderAudit {
    /// Its name, decoded.
    pub folder: String,
    /// Why it could not be looked at, with what is to be done.
    pub error: Option<String>,
    /// UIDVALIDITY of the server; nothing over POP3.
    pub uid_validity: Option<u32>,
    /// How many messages the server said that there are.
    pub exists: u64,
    /// How many it listed.
    pub on_server: u64,
    /// Of those, how many the ledger has.
    pub known: u64,
    /// How many it should have and has not, or takes for removed.
    pub missing: u64,
    /// How many are new since the last scan, or wait in the backlog.
    pub to_read: u64,
    /// How many are older than the start date and not in the ledger.
    pub too_old: u64,
    /// Messages with a copy in this folder that acted more than once.
    pub doubled: u64,
    /// Of those known, how many wait to be decided.
    pub waiting: u64,
    /// Of those known, how many failed and are tried again.
    pub failed: u64,
    /// Of those known, how many wait for a person.
    pub held: u64,
    /// Of those known, how many a person discarded.
    pub discarded: u64,
    /// In the ledger, read, and no longer on the server.
    pub removed: u64,
    /// In the ledger as removed before they were read.
    pub gone: u64,
    /// Which the ledger should have and has not.
    pub missing_uids: Uids,
    /// Which it takes for removed; they count as missing.
    pub taken_for_gone: Uids,
    /// Which messages acted more than once.
    pub doubled_messages: Vec<MessageId>,
}

impl FolderAudit {
    /// One that could not be looked at.
    pub(super) fn unopened(name: &str, error: String) -> Self {
        Self {
            folder: name.to_owned(),
            error: Some(error),
            ..Self::default()
        }
    }

    pub(super) fn name(&mut self, name: &str) {
        name.clone_into(&mut self.folder);
    }

    /// Counts what the ledger and the server have.
    pub(super) fn knows(&mut self, known: Known) {
        self.known += 1;
        match known.state {
            DeliveryState::Pending => self.waiting += 1,
            DeliveryState::Failed => self.failed += 1,
            DeliveryState::Held => self.held += 1,
            DeliveryState::Discarded => self.discarded += 1,
            DeliveryState::Done | DeliveryState::Ignored | DeliveryState::Gone => {}
        }
    }

    /// Counts what the ledger has and the server has not.
    pub(super) fn removed(&mut self, known: Known) {
        match known.state {
            DeliveryState::Gone => self.gone += 1,
            _ => self.removed += 1,
        }
    }

    /// Whether it could be compared and nothing is missing or doubled.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.error.is_none() && self.missing == 0 && self.doubled == 0
    }
}

/// UIDs, ascending; shown as a sequence set (`4,7:9`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uids(Vec<(u32, u32)>);

impl Uids {
    /// Adds one that is larger than all before.
    pub(super) fn push(&mut self, uid: u32) {
        match self.0.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(uid) => *last = uid,
            _ => self.0.push((uid, uid)),
        }
    }

    /// The smallest and the largest.
    #[must_use]
    pub fn hull(&self) -> Option<(u32, u32)> {
        Some((self.0.first()?.0, self.0.last()?.1))
    }
}

impl fmt::Display for Uids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (first, last)) in self.0.iter().enumerate() {
            let comma = if number == 0 { "" } else { "," };
            write!(f, "{comma}{first}")?;
            if last > first {
                write!(f, ":{last}")?;
            }
        }
        Ok(())
    }
}

impl Serialize for Uids {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
