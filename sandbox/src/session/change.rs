//! STORE, EXPUNGE and APPEND (RFC 3501 §6.4.6, §6.4.3, §6.3.11; UNCHANGEDSINCE: RFC 7162 §3.1.3; UIDPLUS: RFC 4315).

use std::collections::BTreeSet;

use imap_codec::imap_types::command::StoreModifier;
use imap_codec::imap_types::core::Vec1;
use imap_codec::imap_types::datetime::DateTime;
use imap_codec::imap_types::extensions::binary::LiteralOrLiteral8;
use imap_codec::imap_types::fetch::MessageDataItem;
use imap_codec::imap_types::flag::{Flag, StoreResponse, StoreType};
use imap_codec::imap_types::mailbox::Mailbox;
use imap_codec::imap_types::response::{Code, Data, Response};
use imap_codec::imap_types::sequence::SequenceSet;

use super::{Session, folders, sequence};
use crate::reply::{Outcome, nonzero, number, sequence_number};
use crate::server::Feature;
use crate::wire::Gone;

/// What STORE does to flags.
pub(super) struct Change<'a> {
    pub(super) kind: StoreType,
    pub(super) response: StoreResponse,
    pub(super) flags: &'a [Flag<'a>],
    pub(super) modifiers: &'a [StoreModifier],
}

/// What became of one message under STORE.
enum Stored {
    /// Its flags now, and their modification sequence.
    Flags(Box<MessageDataItem<'static>>, u64),
    /// It changed after UNCHANGEDSINCE.
    Refused,
    /// It is not there any more.
    Gone,
}

impl Session {
    pub(super) async fn store(
        &mut self,
        address: &str,
        set: &SequenceSet,
        change: &Change<'_>,
        by_uid: bool,
    ) -> Result<Outcome, Gone> {
        let Some(view) = &self.view else {
            return Ok(Outcome::bad("Select a folder first"));
        };
        if view.read_only {
            return Ok(Outcome::no("The folder is open read-only"));
        }
        if !by_uid && sequence::exceeds(view, set) {
            return Ok(Outcome::bad("No such sequence number"));
        }
        let mut refused = Vec::new();
        for (place, uid) in sequence::named(view, set, by_uid) {
            let (flags, modseq) = match self.store_one(address, uid, change) {
                Stored::Flags(flags, modseq) => (*flags, modseq),
                Stored::Refused => {
                    refused.push(if by_uid {
                        nonzero(uid)
                    } else {
                        sequence_number(place)
                    });
                    continue;
                }
                Stored::Gone => continue,
            };
            if let Some(view) = &mut self.view {
                view.told(uid, modseq);
            }
            if change.response == StoreResponse::Answer {
                let items = if by_uid {
                    vec![MessageDataItem::Uid(nonzero(uid)), flags]
                } else {
                    vec![flags]
                };
                let items = Vec1::try_from(items).map_err(|_| Gone)?;
                self.wire
                    .send(&Response::Data(Data::Fetch {
                        seq: sequence_number(place),
                        items,
                    }))
                    .await?;
            }
        }
        Ok(match SequenceSet::try_from(refused) {
            Ok(refused) => Outcome::ok_with(
                Code::Modified(refused),
                "Some messages have changed meanwhile",
            ),
            Err(_) => Outcome::ok("STORE completed"),
        })
    }

    fn store_one(&self, address: &str, uid: u32, change: &Change<'_>) -> Stored {
        let Some(view) = &self.view else {
            return Stored::Gone;
        };
        let unchanged_since = change
            .modifiers
            .iter()
            .map(|StoreModifier::UnchangedSince(modseq)| *modseq)
            .min();
        self.provider.change(|state| {
            let Ok(folder) = state.folder(address, &view.folder) else {
                return Stored::Gone;
            };
            let Some(held) = folder.get(uid) else {
                return Stored::Gone;
            };
            if unchanged_since.is_some_and(|since| held.modseq > since) {
                return Stored::Refused;
            }
            let given: BTreeSet<String> = change.flags.iter().map(ToString::to_string).collect();
            let flags = match change.kind {
                StoreType::Replace => given,
                StoreType::Add => held.flags.union(&given).cloned().collect(),
                StoreType::Remove => held.flags.difference(&given).cloned().collect(),
            };
            folder.set_flags(uid, flags);
            folder.get(uid).map_or(Stored::Gone, |held| {
                Stored::Flags(Box::new(view.flags(held)), held.modseq)
            })
        })
    }

    /// Removes what is marked \Deleted, all or only the UIDs named; the answers come from the view.
    pub(super) fn expunge(&mut self, address: &str, only: Option<&SequenceSet>) -> Outcome {
        let Some(view) = self.view.as_ref() else {
            return Outcome::bad("Select a folder first");
        };
        if view.read_only {
            return Outcome::no("The folder is open read-only");
        }
        let last_uid = view.last_uid();
        self.provider.change(|state| {
            let Ok(folder) = state.folder(address, &view.folder) else {
                return folders::missing();
            };
            let meant = |uid: u32| only.is_none_or(|set| sequence::contains(set, uid, last_uid));
            let deleted = folder
                .messages
                .iter()
                .filter(|held| held.flags.contains("\\Deleted") && meant(held.uid));
            let deleted: Vec<u32> = deleted.map(|held| held.uid).collect();
            for uid in deleted {
                folder.remove(uid);
            }
            Outcome::ok("EXPUNGE completed")
        })
    }

    pub(super) fn append(
        &mut self,
        address: &str,
        mailbox: &Mailbox<'_>,
        flags: &[Flag<'_>],
        date: Option<&DateTime>,
        message: LiteralOrLiteral8<'static>,
    ) -> Outcome {
        let Some(name) = folders::decoded(mailbox) else {
            return folders::missing();
        };
        let raw = match message {
            LiteralOrLiteral8::Literal(literal) => literal.into_inner().into_owned(),
            LiteralOrLiteral8::Literal8(literal) => literal.data.into_owned(),
        };
        let uid_plus = self.offers(Feature::UidPlus);
        self.provider.change(|state| {
            let date = date.map_or_else(|| state.now().fixed_offset(), |date| *date.as_ref());
            let Some(folder) = state
                .folder(address, &name)
                .ok()
                .filter(|folder| folder.selectable)
            else {
                return Outcome::no_with("TRYCREATE", "No such folder");
            };
            if number(raw.len()) == u32::MAX {
                return Outcome::no_with("TOOBIG", "The message is too large");
            }
            let uid = folder.add(
                raw.into(),
                date,
                flags.iter().map(ToString::to_string).collect(),
            );
            let code = Code::AppendUid {
                uid_validity: nonzero(folder.uid_validity),
                uid: nonzero(uid),
            };
            if uid_plus {
                Outcome::ok_with(code, "APPEND completed")
            } else {
                Outcome::ok("APPEND completed")
            }
        })
    }
}
