//! Opening and closing folders, STATUS, CREATE, DELETE, RENAME, SUBSCRIBE, ENABLE. Names on the wire are modified UTF-7
//! (RFC 3501 §5.1.3).

use std::num::NonZeroU64;

use imap_codec::ResponseCodec;
use imap_codec::encode::Encoder;
use imap_codec::imap_types::command::SelectParameter;
use imap_codec::imap_types::core::Vec1;
use imap_codec::imap_types::extensions::enable::CapabilityEnable;
use imap_codec::imap_types::flag::{Flag, FlagPerm};
use imap_codec::imap_types::mailbox::Mailbox;
use imap_codec::imap_types::response::{Code, Data, Response};
use imap_codec::imap_types::status::{StatusDataItem, StatusDataItemName};

use super::Session;
use super::view::View;
use crate::account::{DELIMITER, canonical_name};
use crate::fault::{Harm, UidNextLie};
use crate::folder::Folder;
use crate::reply::{self, Outcome, code_named, nonzero, number, sequence_number, untagged_ok};
use crate::server::Feature;
use crate::wire::Gone;

/// The decoded name; `None` when it is no modified UTF-7.
pub(super) fn decoded(mailbox: &Mailbox<'_>) -> Option<String> {
    match mailbox {
        Mailbox::Inbox => Some("INBOX".to_owned()),
        Mailbox::Other(other) => encodify::utf7::IMAP
            .decode(other.as_ref())
            .ok()
            .map(|name| canonical_name(&name)),
    }
}

fn misnamed() -> Outcome {
    Outcome::no_with("CANNOT", "The folder name is not modified UTF-7")
}

pub(super) fn missing() -> Outcome {
    Outcome::no_with("NONEXISTENT", "No such folder")
}

impl Session {
    pub(super) async fn open(
        &mut self,
        address: &str,
        mailbox: &Mailbox<'_>,
        parameters: &[SelectParameter],
        read_only: bool,
    ) -> Result<Outcome, Gone> {
        self.view = None;
        let Some(name) = decoded(mailbox) else {
            return Ok(misnamed());
        };
        if parameters
            .iter()
            .any(|parameter| matches!(parameter, SelectParameter::QResync { .. }))
        {
            return Ok(Outcome::bad("QRESYNC is not to be had here"));
        }
        self.condstore |= !parameters.is_empty();
        if self.wire.answer().has(&Harm::NewUidValidity) {
            self.renew_uid_validity(address, &name);
        }
        let opened = {
            let mut state = self.provider.lock();
            match state.folder(address, &name) {
                Ok(folder) if folder.selectable => {
                    let view = View::open(&name, folder, read_only);
                    let told = self.opening(folder, &view);
                    Some((view, told))
                }
                _ => None,
            }
        };
        let Some((view, told)) = opened else {
            return Ok(missing());
        };
        for response in &told {
            self.wire.send(response).await?;
        }
        self.view = Some(view);
        if read_only {
            return Ok(Outcome::ok_with(Code::ReadOnly, "EXAMINE completed"));
        }
        Ok(Outcome::ok_with(Code::ReadWrite, "SELECT completed"))
    }

    fn renew_uid_validity(&self, address: &str, name: &str) {
        self.provider.change(|state| {
            let serial = state.next_serial();
            if let Ok(folder) = state.folder(address, name) {
                let first = folder.uid_next;
                folder.rebuild(serial, serial.into(), first);
            }
        });
    }

    fn opening(&self, folder: &Folder, view: &View) -> Vec<Response<'static>> {
        let system = [
            Flag::Answered,
            Flag::Flagged,
            Flag::Deleted,
            Flag::Seen,
            Flag::Draft,
        ];
        let settable = system
            .iter()
            .cloned()
            .map(FlagPerm::Flag)
            .chain([FlagPerm::Asterisk]);
        let permanent = if view.read_only {
            Vec::new()
        } else {
            settable.collect()
        };
        let exists = self
            .wire
            .answer()
            .exists()
            .unwrap_or_else(|| number(view.len()));
        let mut told = vec![
            Response::Data(Data::Flags(system.to_vec())),
            Response::Data(Data::Exists(exists)),
            Response::Data(Data::Recent(view.recent())),
        ];
        if let Some(first) = folder
            .messages
            .iter()
            .position(|held| !held.flags.contains("\\Seen"))
        {
            told.push(untagged_ok(
                Some(Code::Unseen(sequence_number(first))),
                "First unseen message",
            ));
        }
        told.push(untagged_ok(
            Some(Code::PermanentFlags(permanent)),
            "Flags that are kept",
        ));
        told.push(untagged_ok(
            Some(Code::UidValidity(nonzero(folder.uid_validity))),
            "UIDs are valid",
        ));
        let next = match self.wire.answer().uid_next() {
            None => Some(Code::UidNext(nonzero(folder.uid_next))),
            Some(UidNextLie::Zero) => Some(code_named("UIDNEXT 0")),
            Some(UidNextLie::Absent) => None,
            Some(UidNextLie::Says(number)) => Some(Code::UidNext(nonzero(number))),
        };
        told.extend(next.map(|code| untagged_ok(Some(code), "Next UID")));
        if self.offers(Feature::CondStore) {
            told.push(untagged_ok(
                Some(Code::HighestModSeq(self.highest_modseq(folder))),
                "Highest modification sequence",
            ));
        }
        told
    }

    fn highest_modseq(&self, folder: &Folder) -> NonZeroU64 {
        let modseq = NonZeroU64::new(folder.modseq).unwrap_or(NonZeroU64::MIN);
        self.wire.answer().highest_modseq().unwrap_or(modseq)
    }

    pub(super) async fn status(
        &mut self,
        address: &str,
        mailbox: &Mailbox<'_>,
        wanted: &[StatusDataItemName],
    ) -> Result<Outcome, Gone> {
        let Some(name) = decoded(mailbox) else {
            return Ok(misnamed());
        };
        let items: Option<Vec<StatusDataItem>> = {
            let mut state = self.provider.lock();
            let folder = state
                .folder(address, &name)
                .ok()
                .filter(|folder| folder.selectable);
            folder.map(|folder| {
                wanted
                    .iter()
                    .filter_map(|item| self.status_item(folder, item))
                    .collect()
            })
        };
        let Some(items) = items else {
            return Ok(missing());
        };
        let response = Response::Data(Data::Status {
            mailbox: reply::mailbox(&name),
            items: items.into(),
        });
        if self.wire.answer().uid_next() == Some(UidNextLie::Zero)
            && wanted.contains(&StatusDataItemName::UidNext)
        {
            // imap-codec has no zero here; the lie is told in raw bytes.
            let line = String::from_utf8_lossy(&ResponseCodec::default().encode(&response).dump())
                .replacen(" (", " (UIDNEXT 0 ", 1);
            self.wire.send_raw(line.as_bytes()).await?;
        } else {
            self.wire.send(&response).await?;
        }
        Ok(Outcome::ok("STATUS completed"))
    }

    fn status_item(&self, folder: &Folder, item: &StatusDataItemName) -> Option<StatusDataItem> {
        let count = folder.messages.len();
        Some(match item {
            StatusDataItemName::Messages => StatusDataItem::Messages(
                self.wire.answer().exists().unwrap_or_else(|| number(count)),
            ),
            StatusDataItemName::Recent => StatusDataItem::Recent(number(
                folder.messages.iter().filter(|held| held.recent).count(),
            )),
            StatusDataItemName::UidNext if self.wire.answer().uid_next().is_some() => {
                match self.wire.answer().uid_next() {
                    Some(UidNextLie::Says(number)) => StatusDataItem::UidNext(nonzero(number)),
                    _ => return None,
                }
            }
            StatusDataItemName::UidNext => StatusDataItem::UidNext(nonzero(folder.uid_next)),
            StatusDataItemName::UidValidity => {
                StatusDataItem::UidValidity(nonzero(folder.uid_validity))
            }
            StatusDataItemName::Unseen => {
                StatusDataItem::Unseen(number(count - folder.has_flag("\\Seen")))
            }
            StatusDataItemName::Deleted => {
                StatusDataItem::Deleted(number(folder.has_flag("\\Deleted")))
            }
            StatusDataItemName::HighestModSeq => {
                StatusDataItem::HighestModSeq(self.highest_modseq(folder).get())
            }
            StatusDataItemName::DeletedStorage => return None,
        })
    }

    pub(super) fn create(&mut self, address: &str, mailbox: &Mailbox<'_>) -> Outcome {
        let Some(name) = decoded(mailbox) else {
            return misnamed();
        };
        let name = name.trim_end_matches(DELIMITER);
        if name.is_empty() {
            return Outcome::no_with("CANNOT", "A folder needs a name");
        }
        self.provider.change(|state| {
            if state
                .folder(address, name)
                .is_ok_and(|folder| folder.selectable)
            {
                return Outcome::no_with("ALREADYEXISTS", "The folder exists");
            }
            match state.create_folder(address, name) {
                Ok(()) => Outcome::ok("CREATE completed"),
                Err(_) => Outcome::no("CREATE failed"),
            }
        })
    }

    pub(super) fn delete(&mut self, address: &str, mailbox: &Mailbox<'_>) -> Outcome {
        let Some(name) = decoded(mailbox) else {
            return misnamed();
        };
        if name == "INBOX" {
            return Outcome::no_with("CANNOT", "INBOX stays");
        }
        if self.view.as_ref().is_some_and(|view| view.folder == name) {
            self.view = None;
        }
        self.provider.change(|state| {
            let Ok(account) = state.account(address) else {
                return missing();
            };
            let parent = account.has_children(&name);
            match account.folders.get_mut(&name) {
                None => missing(),
                Some(folder) if parent && !folder.selectable => {
                    Outcome::no_with("HASCHILDREN", "There are folders below")
                }
                Some(folder) if parent => {
                    folder.selectable = false;
                    folder.messages.clear();
                    Outcome::ok("DELETE completed")
                }
                Some(_) => {
                    account.folders.remove(&name);
                    Outcome::ok("DELETE completed")
                }
            }
        })
    }

    pub(super) fn rename(
        &mut self,
        address: &str,
        from: &Mailbox<'_>,
        to: &Mailbox<'_>,
    ) -> Outcome {
        let (Some(from), Some(to)) = (decoded(from), decoded(to)) else {
            return misnamed();
        };
        if from == "INBOX" {
            return Outcome::no_with("CANNOT", "INBOX keeps its name");
        }
        self.provider.change(|state| {
            let Ok(account) = state.account(address) else {
                return missing();
            };
            if account.folders.contains_key(&to) {
                return Outcome::no_with("ALREADYEXISTS", "The folder exists");
            }
            let below = format!("{from}{DELIMITER}");
            let moved: Vec<String> = account
                .folders
                .keys()
                .filter(|name| **name == from || name.starts_with(&below))
                .cloned()
                .collect();
            if moved.is_empty() {
                return missing();
            }
            for name in moved {
                if let Some(folder) = account.folders.remove(&name) {
                    account.folders.insert(name.replacen(&from, &to, 1), folder);
                }
            }
            Outcome::ok("RENAME completed")
        })
    }

    pub(super) fn subscribe(
        &mut self,
        address: &str,
        mailbox: &Mailbox<'_>,
        subscribed: bool,
    ) -> Outcome {
        let Some(name) = decoded(mailbox) else {
            return misnamed();
        };
        match self.provider.lock().folder(address, &name) {
            Ok(folder) => {
                folder.subscribed = subscribed;
                Outcome::ok("Subscription changed")
            }
            Err(_) => missing(),
        }
    }

    /// CLOSE removes what is marked \Deleted, silently, unless the folder was only examined (RFC 3501 §6.4.2).
    pub(super) fn close(&mut self, address: &str) -> Outcome {
        if let Some(view) = self.view.take().filter(|view| !view.read_only) {
            self.provider.change(|state| {
                if let Ok(folder) = state.folder(address, &view.folder) {
                    let deleted = folder
                        .messages
                        .iter()
                        .filter(|held| held.flags.contains("\\Deleted"));
                    let deleted: Vec<u32> = deleted.map(|held| held.uid).collect();
                    for uid in deleted {
                        folder.remove(uid);
                    }
                }
            });
        }
        Outcome::ok("CLOSE completed")
    }

    pub(super) async fn enable(
        &mut self,
        wanted: &Vec1<CapabilityEnable<'_>>,
    ) -> Result<Outcome, Gone> {
        let condstore = self.offers(Feature::CondStore)
            && wanted.as_ref().contains(&CapabilityEnable::CondStore);
        self.condstore |= condstore;
        let capabilities = if condstore {
            vec![CapabilityEnable::CondStore]
        } else {
            Vec::new()
        };
        self.wire
            .send(&Response::Data(Data::Enabled { capabilities }))
            .await?;
        Ok(Outcome::ok("ENABLE completed"))
    }
}
