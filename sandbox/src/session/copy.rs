//! COPY and MOVE (RFC 3501 §6.4.7, RFC 6851); the new UIDs are told by COPYUID (RFC 4315).

use imap_codec::imap_types::core::Vec1;
use imap_codec::imap_types::extensions::uidplus::{UidElement, UidSet};
use imap_codec::imap_types::mailbox::Mailbox;
use imap_codec::imap_types::response::Code;
use imap_codec::imap_types::sequence::SequenceSet;

use super::{Session, folders, sequence};
use crate::reply::{Outcome, nonzero};
use crate::server::Feature;

impl Session {
    pub(super) fn copy(
        &mut self,
        address: &str,
        set: &SequenceSet,
        mailbox: &Mailbox<'_>,
        by_uid: bool,
        remove: bool,
    ) -> Outcome {
        let Some(view) = &self.view else {
            return Outcome::bad("Select a folder first");
        };
        if remove && view.read_only {
            return Outcome::no("The folder is open read-only");
        }
        if !by_uid && sequence::exceeds(view, set) {
            return Outcome::bad("No such sequence number");
        }
        let Some(target) = folders::decoded(mailbox) else {
            return folders::missing();
        };
        let named = sequence::named(view, set, by_uid);
        let uid_plus = self.offers(Feature::UidPlus);
        self.provider.change(|state| {
            if !state
                .folder(address, &target)
                .is_ok_and(|folder| folder.selectable)
            {
                return Outcome::no_with("TRYCREATE", "No such folder");
            }
            let Ok(source) = state.folder(address, &view.folder) else {
                return folders::missing();
            };
            let copied: Vec<_> = named
                .iter()
                .filter_map(|(_, uid)| source.get(*uid).cloned())
                .collect();
            let old: Vec<u32> = copied.iter().map(|held| held.uid).collect();
            let Ok(folder) = state.folder(address, &target) else {
                return folders::missing();
            };
            let new: Vec<u32> = copied
                .into_iter()
                .map(|held| folder.add(held.raw, held.internal_date, held.flags))
                .collect();
            let uid_validity = nonzero(folder.uid_validity);
            if remove && let Ok(source) = state.folder(address, &view.folder) {
                for uid in &old {
                    source.remove(*uid);
                }
            }
            match (uid_set(&old), uid_set(&new)) {
                (Some(source), Some(destination)) if uid_plus => Outcome::ok_with(
                    Code::CopyUid {
                        uid_validity,
                        source,
                        destination,
                    },
                    "COPY completed",
                ),
                _ => Outcome::ok("COPY completed"),
            }
        })
    }
}

fn uid_set(uids: &[u32]) -> Option<UidSet> {
    let elements: Vec<UidElement> = uids
        .iter()
        .map(|uid| UidElement::Single(nonzero(*uid)))
        .collect();
    Vec1::try_from(elements).ok().map(UidSet)
}
