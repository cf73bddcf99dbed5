//! FETCH and UID FETCH (RFC 3501 §6.4.5; CHANGEDSINCE: RFC 7162 §3.1.4.1), one message at a time.

use std::collections::BTreeSet;
use std::num::NonZeroU64;

use imap_codec::imap_types::command::FetchModifier;
use imap_codec::imap_types::core::Vec1;
use imap_codec::imap_types::datetime::DateTime;
use imap_codec::imap_types::fetch::{
    Macro, MacroOrMessageDataItemNames, MessageDataItem, MessageDataItemName, Section,
};
use imap_codec::imap_types::response::{Data, Response};
use imap_codec::imap_types::sequence::{Sequence, SequenceSet};

use super::view::View;
use super::{Session, section, sequence};
use crate::fault::Harm;
use crate::folder::Held;
use crate::reply::{Outcome, literal, nonzero, number, sequence_number};
use crate::server::Feature;
use crate::wire::{ExtraItem, Gone};

impl Session {
    pub(super) async fn fetch(
        &mut self,
        address: &str,
        set: &SequenceSet,
        names: MacroOrMessageDataItemNames<'static>,
        by_uid: bool,
        modifiers: &[FetchModifier],
    ) -> Result<Outcome, Gone> {
        let Some(view) = &self.view else {
            return Ok(Outcome::bad("Select a folder first"));
        };
        let Ok(wanted) = Wanted::new(names, by_uid, modifiers) else {
            return Ok(Outcome::no_with(
                "CANNOT",
                "Only whole messages, headers and text are served here",
            ));
        };
        let extra = self.wire.extra_item();
        let extra_offered = match extra {
            None => true,
            Some(ExtraItem::GmailId) => self.offers(Feature::Gmail),
            Some(ExtraItem::EmailId) => self.offers(Feature::ObjectId),
        };
        if !extra_offered {
            return Ok(Outcome::bad("No such item"));
        }
        if !by_uid && sequence::exceeds(view, set) {
            return Ok(Outcome::bad("No such sequence number"));
        }
        let hidden = if wanted.bodies() {
            self.wire.answer().hidden_bodies()
        } else {
            BTreeSet::new()
        };
        let by_range = by_uid
            && !set
                .0
                .as_ref()
                .iter()
                .all(|part| matches!(part, Sequence::Single(_)));
        let interleave = self.wire.answer().has(&Harm::Interleave);
        for (place, uid) in sequence::named(view, set, by_uid) {
            if hidden.contains(&uid) || self.wire.answer().withholds(uid, by_range) {
                continue;
            }
            if wanted.bodies() {
                if let Some(text) = self.wire.answer().refused_body(uid) {
                    return Ok(Outcome::no(&text));
                }
                if let Some(bytes) = self.wire.answer().mangled_body(uid) {
                    self.wire.send_raw(&bytes).await?;
                    continue;
                }
                if self.wire.answer().has(&Harm::DropAtBody(uid)) {
                    return Err(Gone);
                }
            } else if let Some(text) = self.wire.answer().refused_announcement(uid) {
                return Ok(Outcome::no(&text));
            } else if let Some(bytes) = self.wire.answer().mangled_announcement(uid) {
                self.wire.send_raw(&bytes).await?;
                continue;
            }
            let Some(items) = self.fetched(address, uid, &wanted) else {
                continue;
            };
            let response = Response::Data(Data::Fetch {
                seq: sequence_number(place),
                items,
            });
            match extra.and_then(|item| self.extra(address, uid, item)) {
                Some(extra) => self.wire.send_fetch_with(&response, &extra).await?,
                None => self.wire.send(&response).await?,
            }
            if interleave {
                self.tell_another(place).await?;
            }
        }
        Ok(Outcome::ok("FETCH completed"))
    }

    /// The items of one message; `None` when it is gone or unchanged.
    fn fetched(
        &mut self,
        address: &str,
        uid: u32,
        wanted: &Wanted,
    ) -> Option<Vec1<MessageDataItem<'static>>> {
        let view = self.view.as_mut()?;
        let mut state = self.provider.lock();
        let folder = state.folder(address, &view.folder).ok()?;
        let mut newly_seen = false;
        if wanted.sets_seen() && !view.read_only {
            let mut flags = folder.get(uid)?.flags.clone();
            newly_seen = flags.insert("\\Seen".to_owned());
            folder.set_flags(uid, flags);
        }
        let held = folder.get(uid)?.clone();
        // The rendering of a large message must not hold up the other sessions.
        drop(state);
        if wanted
            .changed_since
            .is_some_and(|since| held.modseq <= since)
        {
            return None;
        }
        let mut items: Vec<_> = wanted
            .names
            .iter()
            .filter_map(|name| item(name, &held, view))
            .collect();
        if newly_seen && !wanted.names.contains(&MessageDataItemName::Flags) {
            items.push(view.flags(&held));
        }
        if newly_seen || wanted.names.contains(&MessageDataItemName::Flags) {
            view.told(uid, held.modseq);
        }
        Vec1::try_from(items).ok()
    }

    /// An item that the encoder has no name for.
    fn extra(&self, address: &str, uid: u32, item: ExtraItem) -> Option<String> {
        let folder = &self.view.as_ref()?.folder;
        let mut state = self.provider.lock();
        let held = state.folder(address, folder).ok()?.get(uid)?;
        let lie = self.wire.answer().server_id();
        let id = lie.unwrap_or_else(|| held.server_id());
        Some(match item {
            ExtraItem::GmailId => format!("X-GM-MSGID {id} "),
            ExtraItem::EmailId => format!("EMAILID (M{id:x}) "),
        })
    }

    /// FETCH responses of another message that nobody asked for, without and with UID.
    async fn tell_another(&mut self, place: usize) -> Result<(), Gone> {
        let Some(view) = &self.view else {
            return Ok(());
        };
        let other = (place + 1) % view.len().max(1);
        let uid = view.places().nth(other).map_or(1, |(_, uid)| uid);
        let bare = Vec1::from(MessageDataItem::Flags(Vec::new()));
        let named = Vec1::try_from(vec![
            MessageDataItem::Uid(nonzero(uid)),
            MessageDataItem::Flags(Vec::new()),
        ]);
        for items in [Ok(bare), named].into_iter().flatten() {
            let seq = sequence_number(other);
            self.wire
                .send(&Response::Data(Data::Fetch { seq, items }))
                .await?;
        }
        Ok(())
    }
}

/// What a FETCH asks for.
struct Wanted {
    names: Vec<MessageDataItemName<'static>>,
    changed_since: Option<u64>,
}

/// It asks for something that is not served.
struct NotServed;

impl Wanted {
    fn new(
        names: MacroOrMessageDataItemNames<'static>,
        by_uid: bool,
        modifiers: &[FetchModifier],
    ) -> Result<Self, NotServed> {
        let mut names = match names {
            MacroOrMessageDataItemNames::MessageDataItemNames(names) => names,
            MacroOrMessageDataItemNames::Macro(Macro::Fast) => {
                vec![
                    MessageDataItemName::Flags,
                    MessageDataItemName::InternalDate,
                    MessageDataItemName::Rfc822Size,
                ]
            }
            MacroOrMessageDataItemNames::Macro(_) => return Err(NotServed),
        };
        if by_uid && !names.contains(&MessageDataItemName::Uid) {
            names.insert(0, MessageDataItemName::Uid);
        }
        let mut changed_since = None;
        for modifier in modifiers {
            match modifier {
                FetchModifier::ChangedSince(modseq) => changed_since = Some(modseq.get()),
                FetchModifier::Vanished => return Err(NotServed),
            }
        }
        if changed_since.is_some() && !names.contains(&MessageDataItemName::ModSeq) {
            names.push(MessageDataItemName::ModSeq);
        }
        if names.is_empty() || !names.iter().all(served) {
            return Err(NotServed);
        }
        Ok(Self {
            names,
            changed_since,
        })
    }

    fn bodies(&self) -> bool {
        self.names.iter().any(|name| {
            matches!(
                name,
                MessageDataItemName::BodyExt { .. }
                    | MessageDataItemName::Rfc822
                    | MessageDataItemName::Rfc822Header
                    | MessageDataItemName::Rfc822Text
            )
        })
    }

    fn sets_seen(&self) -> bool {
        self.names.iter().any(|name| {
            matches!(
                name,
                MessageDataItemName::BodyExt { peek: false, .. }
                    | MessageDataItemName::Rfc822
                    | MessageDataItemName::Rfc822Text
            )
        })
    }
}

fn served(name: &MessageDataItemName<'_>) -> bool {
    match name {
        MessageDataItemName::BodyExt { section, .. } => {
            section::bytes(b"", section.as_ref()).is_some()
        }
        MessageDataItemName::Body
        | MessageDataItemName::BodyStructure
        | MessageDataItemName::Envelope
        | MessageDataItemName::Binary { .. }
        | MessageDataItemName::BinarySize { .. } => false,
        _ => true,
    }
}

fn item(
    name: &MessageDataItemName<'static>,
    held: &Held,
    view: &View,
) -> Option<MessageDataItem<'static>> {
    let piece = |section: Option<Section<'static>>| section::bytes(&held.raw, section.as_ref());
    Some(match name {
        MessageDataItemName::Uid => MessageDataItem::Uid(nonzero(held.uid)),
        MessageDataItemName::Flags => view.flags(held),
        MessageDataItemName::InternalDate => {
            MessageDataItem::InternalDate(DateTime::try_from(held.internal_date).ok()?)
        }
        MessageDataItemName::Rfc822Size => MessageDataItem::Rfc822Size(number(held.raw.len())),
        MessageDataItemName::ModSeq => MessageDataItem::ModSeq(NonZeroU64::new(held.modseq)?),
        MessageDataItemName::Rfc822 => MessageDataItem::Rfc822(literal(&held.raw)),
        MessageDataItemName::Rfc822Header => {
            MessageDataItem::Rfc822Header(literal(&piece(Some(Section::Header(None)))?))
        }
        MessageDataItemName::Rfc822Text => {
            MessageDataItem::Rfc822Text(literal(&piece(Some(Section::Text(None)))?))
        }
        MessageDataItemName::BodyExt {
            section, partial, ..
        } => {
            let mut bytes = piece(section.clone())?;
            if let Some((start, length)) = partial {
                bytes = section::partial(bytes, *start, length.get());
            }
            MessageDataItem::BodyExt {
                section: section.clone(),
                origin: partial.map(|(start, _)| start),
                data: literal(&bytes),
            }
        }
        _ => return None,
    })
}
