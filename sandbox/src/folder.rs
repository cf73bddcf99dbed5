//! One folder (an IMAP mailbox): its messages, UIDs, flags and modification sequence. It never knows sessions or bytes
//! on the wire. RFC 3501 §2.3.1, RFC 7162 §3.1.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};

/// One message as the provider holds it.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) uid: u32,
    pub(crate) raw: Arc<[u8]>,
    pub(crate) internal_date: DateTime<FixedOffset>,
    /// System flags and keywords as they are written on the wire, `\Seen`.
    pub(crate) flags: BTreeSet<String>,
    /// True until a session selects the folder.
    pub(crate) recent: bool,
    pub(crate) modseq: u64,
}

/// A folder's state. A new `incarnation` tells open sessions that all they knew is void.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) uid_validity: u32,
    pub(crate) uid_next: u32,
    pub(crate) modseq: u64,
    pub(crate) incarnation: u64,
    pub(crate) selectable: bool,
    pub(crate) special_use: Option<&'static str>,
    pub(crate) subscribed: bool,
    pub(crate) messages: Vec<Held>,
}

impl Held {
    /// What the server calls the message in every folder: equal bytes have equal ids, as RFC 8474 §5.1 allows.
    pub(crate) fn server_id(&self) -> u64 {
        // FNV-1a; the highest bit stays free, as in Gmail's ids.
        let hash = self
            .raw
            .iter()
            .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
                (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
            });
        hash >> 1
    }
}

impl Folder {
    pub(crate) fn new(uid_validity: u32, incarnation: u64, selectable: bool) -> Self {
        Self {
            uid_validity,
            uid_next: 1,
            modseq: 1,
            incarnation,
            selectable,
            special_use: None,
            subscribed: true,
            messages: Vec::new(),
        }
    }

    /// Adds a message at the end and returns its UID.
    pub(crate) fn add(
        &mut self,
        raw: Arc<[u8]>,
        internal_date: DateTime<FixedOffset>,
        flags: BTreeSet<String>,
    ) -> u32 {
        let uid = self.uid_next;
        self.uid_next = self.uid_next.saturating_add(1);
        self.modseq += 1;
        self.messages.push(Held {
            uid,
            raw,
            internal_date,
            flags,
            recent: true,
            modseq: self.modseq,
        });
        uid
    }

    pub(crate) fn get(&self, uid: u32) -> Option<&Held> {
        let place = self
            .messages
            .binary_search_by_key(&uid, |held| held.uid)
            .ok()?;
        self.messages.get(place)
    }

    pub(crate) fn get_mut(&mut self, uid: u32) -> Option<&mut Held> {
        let place = self
            .messages
            .binary_search_by_key(&uid, |held| held.uid)
            .ok()?;
        self.messages.get_mut(place)
    }

    /// Sets a message's flags; a change counts up the folder's modification sequence.
    pub(crate) fn set_flags(&mut self, uid: u32, flags: BTreeSet<String>) {
        let next = self.modseq + 1;
        let Some(held) = self.get_mut(uid) else {
            return;
        };
        if held.flags != flags {
            held.flags = flags;
            held.modseq = next;
            self.modseq = next;
        }
    }

    /// Removes a message; false when it was not there.
    pub(crate) fn remove(&mut self, uid: u32) -> bool {
        let before = self.messages.len();
        self.messages.retain(|held| held.uid != uid);
        let removed = self.messages.len() < before;
        if removed {
            self.modseq += 1;
        }
        removed
    }

    /// Gives the folder another UIDVALIDITY and all its messages new UIDs, as after a rebuilt index.
    pub(crate) fn rebuild(&mut self, uid_validity: u32, incarnation: u64, first_uid: u32) {
        self.uid_validity = uid_validity;
        self.incarnation = incarnation;
        self.uid_next = first_uid;
        for held in &mut self.messages {
            held.uid = self.uid_next;
            self.uid_next = self.uid_next.saturating_add(1);
        }
    }

    pub(crate) fn has_flag(&self, flag: &str) -> usize {
        self.messages
            .iter()
            .filter(|held| held.flags.contains(flag))
            .count()
    }
}
