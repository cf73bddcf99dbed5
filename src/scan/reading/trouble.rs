//! Messages over which a connection broke: a server that stumbles over one must not keep the others from coming.
//!
//! What broke a connection in company is fetched alone over the next one; what broke it alone is named as missing.

use std::collections::{HashMap, HashSet};

use entities::ids::FolderId;

use crate::imap::{ImapError, Uid};

/// After so many broken connections in one scan the server itself is taken to be out of order.
const MOST: usize = 3;

/// A connection that broke while messages were being delivered.
#[derive(Debug)]
pub(in crate::scan) struct Breach {
    /// Their folder.
    pub folder: FolderId,
    /// What was asked for.
    pub uids: Vec<Uid>,
    /// How it broke.
    pub error: ImapError,
}

/// What the connections of one scan broke over.
#[derive(Debug, Clone, Default)]
pub(in crate::scan) struct Trouble {
    alone: HashSet<(FolderId, Uid)>,
    broken: HashMap<(FolderId, Uid), ImapError>,
    breaches: usize,
}

impl Trouble {
    /// Remembers what a connection broke over; gives the error back when another connection would not help.
    pub(in crate::scan) fn learn(&mut self, breach: Breach) -> Result<(), ImapError> {
        let Breach {
            folder,
            uids,
            error,
        } = breach;
        self.breaches += 1;
        if self.breaches > MOST {
            return Err(error);
        }
        match uids.as_slice() {
            [uid] => {
                self.broken.insert((folder, *uid), error);
            }
            _ => self.alone.extend(uids.into_iter().map(|uid| (folder, uid))),
        }
        Ok(())
    }

    /// Whether this message is to be fetched and kept by itself.
    pub(super) fn is_alone(&self, folder: FolderId, uid: Uid) -> bool {
        self.alone.contains(&(folder, uid)) || self.broken.contains_key(&(folder, uid))
    }

    /// How the connection broke that fetched this message alone.
    pub(super) fn of(&self, folder: FolderId, uid: Uid) -> Option<&ImapError> {
        self.broken.get(&(folder, uid))
    }
}

/// Whether an error may come from what a message looks like on the wire, rather than from the network.
pub(super) fn may_be_the_message(error: &ImapError) -> bool {
    matches!(
        error,
        ImapError::Protocol { .. } | ImapError::Hostile { .. } | ImapError::Crashed
    )
}
