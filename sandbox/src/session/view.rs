//! What one session believes about its open folder: which message has which sequence number. It differs from the
//! folder itself until the session has been told (RFC 3501 §5.2, §7.4.1).

use std::collections::BTreeSet;

use imap_codec::imap_types::IntoStatic;
use imap_codec::imap_types::core::Vec1;
use imap_codec::imap_types::fetch::MessageDataItem;
use imap_codec::imap_types::flag::{Flag, FlagFetch};
use imap_codec::imap_types::response::Data;

use crate::folder::{Folder, Held};
use crate::reply::{nonzero, number, sequence_number};

/// A message as the session knows it: its place in the list is its sequence number.
#[derive(Clone, Copy, Debug)]
struct Known {
    uid: u32,
    /// The modification sequence of the flags that were told last.
    modseq: u64,
}

#[derive(Debug)]
pub(crate) struct View {
    pub(crate) folder: String,
    pub(crate) read_only: bool,
    incarnation: u64,
    known: Vec<Known>,
    recent: BTreeSet<u32>,
}

impl View {
    /// Opens a folder. SELECT takes \Recent for itself, EXAMINE leaves it (RFC 3501 §6.3.2).
    pub(crate) fn open(name: &str, folder: &mut Folder, read_only: bool) -> Self {
        let known = folder
            .messages
            .iter()
            .map(|held| Known {
                uid: held.uid,
                modseq: held.modseq,
            })
            .collect();
        let mut view = Self {
            folder: name.to_owned(),
            read_only,
            incarnation: folder.incarnation,
            known,
            recent: BTreeSet::new(),
        };
        view.claim_recent(folder);
        view
    }

    fn claim_recent(&mut self, folder: &mut Folder) {
        for held in folder.messages.iter_mut().filter(|held| held.recent) {
            self.recent.insert(held.uid);
            held.recent = self.read_only;
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.known.len()
    }

    pub(crate) fn recent(&self) -> u32 {
        number(self.recent.len())
    }

    pub(crate) fn last_uid(&self) -> u32 {
        self.known.last().map_or(0, |known| known.uid)
    }

    /// Place (from 0) and UID of all known messages.
    pub(crate) fn places(&self) -> impl Iterator<Item = (usize, u32)> {
        self.known
            .iter()
            .enumerate()
            .map(|(place, known)| (place, known.uid))
    }

    /// The flags of a message as FETCH tells them, \Recent included.
    pub(crate) fn flags(&self, held: &Held) -> MessageDataItem<'static> {
        let flags = held
            .flags
            .iter()
            .filter_map(|flag| parse_flag(flag))
            .map(FlagFetch::Flag);
        let recent = self.recent.contains(&held.uid).then_some(FlagFetch::Recent);
        MessageDataItem::Flags(flags.chain(recent).collect())
    }

    /// The session has just been told this message's flags.
    pub(crate) fn told(&mut self, held_uid: u32, modseq: u64) {
        if let Some(known) = self.known.iter_mut().find(|known| known.uid == held_uid) {
            known.modseq = modseq;
        }
    }

    /// What to tell now; `None` when the folder is not the one that was opened any more.
    pub(crate) fn changes(
        &mut self,
        folder: &mut Folder,
        may_expunge: bool,
    ) -> Option<Vec<Data<'static>>> {
        if folder.incarnation != self.incarnation {
            return None;
        }
        let mut told = Vec::new();
        if may_expunge {
            told.extend(self.expunged(folder));
        }
        told.extend(self.changed_flags(folder));
        let last = self.last_uid();
        let news = folder.messages.iter().filter(|held| held.uid > last);
        let news: Vec<Known> = news
            .map(|held| Known {
                uid: held.uid,
                modseq: held.modseq,
            })
            .collect();
        if !news.is_empty() {
            self.known.extend(news);
            self.claim_recent(folder);
            told.push(Data::Exists(number(self.known.len())));
            told.push(Data::Recent(self.recent()));
        }
        Some(told)
    }

    fn expunged(&mut self, folder: &Folder) -> Vec<Data<'static>> {
        let mut told = Vec::new();
        let mut kept = Vec::with_capacity(self.known.len());
        for known in self.known.drain(..) {
            if folder.get(known.uid).is_some() {
                kept.push(known);
            } else {
                self.recent.remove(&known.uid);
                told.push(Data::Expunge(sequence_number(kept.len())));
            }
        }
        self.known = kept;
        told
    }

    fn changed_flags(&mut self, folder: &Folder) -> Vec<Data<'static>> {
        let mut changed = Vec::new();
        for (place, known) in self.known.iter().enumerate() {
            if let Some(held) = folder
                .get(known.uid)
                .filter(|held| held.modseq > known.modseq)
            {
                changed.push((place, held));
            }
        }
        let mut told = Vec::new();
        for (place, held) in &changed {
            let items = vec![MessageDataItem::Uid(nonzero(held.uid)), self.flags(held)];
            if let Ok(items) = Vec1::try_from(items) {
                told.push(Data::Fetch {
                    seq: sequence_number(*place),
                    items,
                });
            }
        }
        for (_, held) in changed {
            self.told(held.uid, held.modseq);
        }
        told
    }
}

/// A flag from its stored form.
pub(crate) fn parse_flag(flag: &str) -> Option<Flag<'static>> {
    Flag::try_from(flag).ok().map(IntoStatic::into_static)
}
