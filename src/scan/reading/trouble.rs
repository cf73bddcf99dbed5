//! What connections broke over: a server that stumbles over one message must not keep the others from coming.
//!
//! What broke a connection is asked for in smaller parts over the next one, until one UID is left; that one is named
//! as missing. Trouble that may be the network's counts only where it comes back at the same place, and a server that
//! answers nothing at all is no message's fault.

use std::collections::HashMap;

use entities::ids::FolderId;
use serde::{Deserialize, Serialize};

use super::found::Doubt;
use super::plan::Stretch;
use super::windows::Cuts;
use crate::imap::{ServerError, Uid};

/// After so many broken connections in one scan the rest is left for the next one.
const MOST: usize = 12;
/// So many single messages in a row, with nothing else having come, are the server's trouble and not theirs.
const MOST_DOUBTFUL: usize = 3;
/// A part that broke a connection is asked for in so many: few enough commands, and few connections until one is left.
const PARTS: usize = 8;

/// A connection that broke over an answer about messages.
#[derive(Debug)]
pub(in crate::scan) struct Breach {
    /// Their folder.
    pub folder: FolderId,
    /// What was asked for.
    pub asked: Asked,
    /// Whether the ledger knew that something is wrong with it.
    pub again: bool,
    /// Whether the connection had brought something of the kind before.
    pub proven: bool,
    /// How it broke.
    pub error: ServerError,
}

/// What was asked for when a connection broke.
#[derive(Debug)]
pub(in crate::scan) enum Asked {
    /// What is there.
    Announcement(Stretch),
    /// These messages, ascending.
    Messages(Vec<Uid>),
    /// The message that POP3 knows by this name.
    Named(String),
}

impl Asked {
    /// The UIDs around it; nothing where it has none.
    fn stretch(&self) -> Option<Stretch> {
        match self {
            Self::Announcement(stretch) => Some(*stretch),
            Self::Messages(uids) => Some(Stretch {
                first: uids.first()?.0,
                last: uids.last()?.0,
            }),
            Self::Named(_) => None,
        }
    }

    /// Where to cut it into parts, its two ends included.
    fn cuts(&self) -> Vec<u32> {
        let Some(stretch) = self.stretch() else {
            return Vec::new();
        };
        let mut cuts = vec![stretch.first];
        cuts.extend(stretch.last.checked_add(1));
        match self {
            Self::Messages(uids) => {
                let part = uids.len().div_ceil(PARTS).max(1);
                cuts.extend(uids.iter().step_by(part).map(|uid| uid.0));
            }
            Self::Announcement(_) | Self::Named(_) => {
                let part = (stretch.span() as usize).div_ceil(PARTS).max(1);
                cuts.extend((stretch.first..=stretch.last).step_by(part));
            }
        }
        cuts
    }
}

/// So many names are remembered of a folder; earlier ones are found out again.
const MOST_NAMED: usize = 64;

/// A message that broke a connection when it was asked for alone.
#[derive(Debug, Clone)]
struct Broken {
    announcing: bool,
    error: ServerError,
    doubt: Option<Doubt>,
}

/// Where connections broke in one folder; kept from scan to scan.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Narrowed {
    /// The first and the last UID asked for when a connection broke last.
    stumble: Option<(u32, u32)>,
    /// The names of what was asked for when connections broke, over POP3: the latest last.
    names: Vec<String>,
    /// UIDs before which an answer ends.
    cuts: Cuts,
}

impl Narrowed {
    /// Remembers that a connection broke over this; says whether one did so there before.
    fn stumble_over(&mut self, asked: &Asked) -> bool {
        if let Asked::Named(name) = asked {
            let known = self.names.contains(name);
            if !known {
                self.names.push(name.clone());
                let forgotten = self.names.len().saturating_sub(MOST_NAMED);
                self.names.drain(..forgotten);
            }
            return known;
        }
        let Some(stretch) = asked.stretch() else {
            return false;
        };
        let before = self.stumble.map(|(first, last)| Stretch { first, last });
        // The parts of a place belong to it.
        if before.is_none_or(|before| before.with(Some(stretch)) != before) {
            self.stumble = Some((stretch.first, stretch.last));
        }
        before.is_some_and(|before| before.overlaps(stretch))
    }
}

/// What the connections of one scan broke over, and those of earlier ones.
#[derive(Debug, Clone, Default)]
pub(in crate::scan) struct Trouble {
    narrowed: HashMap<FolderId, Narrowed>,
    broken: HashMap<(FolderId, Uid), Broken>,
    /// The same by name, for POP3.
    broken_by_name: HashMap<(FolderId, String), ServerError>,
    breaches: usize,
    doubtful: usize,
}

impl Trouble {
    /// Takes up what earlier scans remembered of a folder, unless this one knows more.
    pub(in crate::scan) fn recall(&mut self, folder: FolderId, narrowed: &serde_json::Value) {
        if let Ok(narrowed) = Narrowed::deserialize(narrowed) {
            self.narrowed.entry(folder).or_insert(narrowed);
        }
    }

    /// What is to be remembered of a folder.
    pub(in crate::scan) fn narrowed(&self, folder: FolderId) -> Option<serde_json::Value> {
        serde_json::to_value(self.narrowed.get(&folder)?).ok()
    }

    /// The folders of which something is remembered.
    pub(in crate::scan) fn folders(&self) -> impl Iterator<Item = FolderId> {
        self.narrowed.keys().copied()
    }

    /// Remembers what a connection broke over; gives the error back when another connection would not help now.
    pub(in crate::scan) fn learn(&mut self, breach: Breach) -> Result<(), ServerError> {
        let Breach {
            folder,
            asked,
            again,
            proven,
            error,
        } = breach;
        let narrowed = self.narrowed.entry(folder).or_default();
        let at_the_same_place = narrowed.stumble_over(&asked);
        if may_be_the_network(&error) && !at_the_same_place && !again {
            return Err(error);
        }
        narrowed.cuts.extend(asked.cuts());
        self.breaches += 1;
        let stretch = asked.stretch();
        if let Asked::Named(name) = asked {
            self.doubtful += usize::from(!proven);
            self.broken_by_name.insert((folder, name), error.clone());
        } else if let Some(uid) = stretch.and_then(Stretch::single) {
            let announcing = matches!(asked, Asked::Announcement(_));
            let doubt = match announcing {
                _ if proven || again => None,
                true => Some(Doubt::Announcement(error.clone())),
                false => Some(Doubt::Delivery),
            };
            self.doubtful += usize::from(!proven);
            let broken = Broken {
                announcing,
                error: error.clone(),
                doubt,
            };
            self.broken.insert((folder, uid), broken);
        }
        if self.breaches >= MOST || self.doubtful >= MOST_DOUBTFUL {
            return Err(error);
        }
        Ok(())
    }

    /// Something came: the server is well.
    pub(in crate::scan) fn is_well(&mut self) {
        self.doubtful = 0;
    }

    /// UIDs before which an answer of this folder ends.
    pub(super) fn cuts(&self, folder: FolderId) -> Cuts {
        self.narrowed
            .get(&folder)
            .map(|narrowed| narrowed.cuts.clone())
            .unwrap_or_default()
    }

    /// How the connection broke that asked for the announcement of this UID alone, and whether that may not be its
    /// message's fault.
    pub(super) fn unannounced(
        &self,
        folder: FolderId,
        uid: Uid,
    ) -> Option<(&ServerError, Option<Doubt>)> {
        self.of(folder, uid, true)
    }

    /// The same of its delivery.
    pub(super) fn undelivered(
        &self,
        folder: FolderId,
        uid: Uid,
    ) -> Option<(&ServerError, Option<Doubt>)> {
        self.of(folder, uid, false)
    }

    /// How the connection broke that asked for the message of this name, over POP3.
    pub(super) fn over_name(&self, folder: FolderId, name: &str) -> Option<&ServerError> {
        self.broken_by_name.get(&(folder, name.to_owned()))
    }

    /// Whether a connection broke over the message of this name before, over POP3.
    pub(in crate::scan) fn is_suspect(&self, folder: FolderId, name: &str) -> bool {
        let narrowed = self.narrowed.get(&folder);
        narrowed.is_some_and(|narrowed| narrowed.names.iter().any(|it| it == name))
    }

    fn of(
        &self,
        folder: FolderId,
        uid: Uid,
        announcing: bool,
    ) -> Option<(&ServerError, Option<Doubt>)> {
        let broken = self.broken.get(&(folder, uid))?;
        (broken.announcing == announcing).then(|| (&broken.error, broken.doubt.clone()))
    }
}

/// Whether an error that ended a connection may come from what was asked for.
pub(super) fn may_be_the_message(error: &ServerError) -> bool {
    may_be_the_network(error)
        || matches!(
            error,
            ServerError::Protocol { .. } | ServerError::Hostile { .. } | ServerError::Crashed
        )
}

/// Whether it may as well come from anything on the way.
fn may_be_the_network(error: &ServerError) -> bool {
    matches!(
        error,
        ServerError::Closed { .. } | ServerError::Timeout { .. }
    )
}

#[cfg(test)]
#[path = "trouble_tests.rs"]
mod tests;
