//! Changes messages on their server as rules asked: their flags, and the folder they lie in.
//!
//! Each change is written down before it is tried, over the session that read the mail and in the order of the rules. What
//! a server declines is tried again and then waits for a person; nothing but the end of the session ends the scan.

use chrono::{DateTime, Utc};
use entities::ids::ServerChangeId;
use entities::server_changes::Change;

use super::failure::{Failure, TRIES};
use super::progress::Progress;
use super::{Counts, ScanError};
use crate::clock::Clock;
use crate::imap::{Flagging, Selected, ServerError, Session, Uid, Wanted};
use crate::store::server_changes::{self, Due};
use crate::store::{Store, messages};

/// Changes that are looked up at once.
const AT_ONCE: u64 = 200;
/// Changes of one scan at most; the rest follows with the next one.
const MOST: u64 = 2_000;

/// Over one session.
pub(super) struct Changing<'a> {
    pub(super) store: &'a Store,
    pub(super) clock: &'a dyn Clock,
    pub(super) progress: Progress<'a>,
    pub(super) session: &'a Session,
}

/// Why changes were not made.
enum Failed {
    /// The server, or the folder, does not do it.
    Declined { why: String, cure: String },
    /// The way to the server broke, or it wants to be left alone.
    Server(ServerError),
    /// The database.
    Scan(ScanError),
}

impl Changing<'_> {
    /// Makes the changes that are due.
    pub(super) async fn run(&self) -> Result<(), ScanError> {
        let scanner = self.progress.job.scanner.id;
        let mut left = MOST;
        while left > 0 {
            let limit = AT_ONCE.min(left);
            let due = server_changes::due(self.store, scanner, self.clock.now(), limit).await?;
            if due.is_empty() {
                break;
            }
            left = left.saturating_sub(due.len() as u64);
            for alike in due.chunk_by(are_alike) {
                if self.progress.job.stop.is_cancelled() {
                    return Err(ScanError::Stopped);
                }
                self.change(alike).await?;
            }
        }
        Ok(())
    }

    /// Makes one change of several messages of a folder, and writes down what came of it.
    async fn change(&self, alike: &[Due]) -> Result<(), ScanError> {
        let ids: Vec<ServerChangeId> = alike.iter().map(|due| due.id).collect();
        let begun = self.clock.now();
        if alike.iter().any(|due| due.attempts >= TRIES) {
            return self.put_off(alike, BROKE_OFF, LOOK_AT_IT, begun).await;
        }
        let tx = self.store.begin().await?;
        server_changes::begin(&tx, &ids).await?;
        self.progress.commit(tx, Counts::default(), begun).await?;

        let outcome = self.on_server(alike).await;
        let now = self.clock.now();
        match outcome {
            Ok(()) => {
                let counts = Counts {
                    changed: ids.len() as u64,
                    ..Counts::default()
                };
                let tx = self.store.begin().await?;
                server_changes::done(&tx, &ids, now).await?;
                self.progress.commit(tx, counts, now).await?;
                Ok(())
            }
            Err(Failed::Declined { why, cure }) => self.put_off(alike, &why, &cure, now).await,
            Err(Failed::Server(error)) => Err(error.into()),
            Err(Failed::Scan(error)) => Err(error),
        }
    }

    async fn put_off(
        &self,
        alike: &[Due],
        why: &str,
        cure: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ScanError> {
        let tx = self.store.begin().await?;
        for due in alike {
            let failure = Failure::after(due.attempts, why, cure, now);
            server_changes::failed(&tx, due.id, &failure.error, failure.next_try_at).await?;
        }
        self.progress.commit(tx, Counts::default(), now).await?;
        Ok(())
    }

    async fn on_server(&self, alike: &[Due]) -> Result<(), Failed> {
        let Some(first) = alike.first() else {
            return Ok(());
        };
        let change = first.change;
        if change == Change::Move && first.argument == first.folder {
            return Ok(());
        }
        if change == Change::MoveBack {
            return self.bring_back(alike, first).await;
        }
        let selected = self.open(&first.folder).await?;
        let uids = self.uids(alike, &selected).await?;
        let flagging = match change {
            Change::Flag => Flagging::Set,
            Change::Unflag => Flagging::Unset,
            Change::Move | Change::MoveBack => return self.relocate(alike, &uids, first).await,
        };
        self.flag(&uids, first, &selected, flagging).await
    }

    async fn open(&self, folder: &str) -> Result<Selected, Failed> {
        let selected = self.session.select(folder).await;
        let selected = selected.map_err(|error| Failed::of(error, LOOK_FOR_IT))?;
        if selected.read_only {
            return Err(Failed::Declined {
                why: format!("With this login the folder \"{folder}\" can only be read."),
                cure: "Give the login the right to change messages there, or take the action out of the rule."
                    .to_owned(),
            });
        }
        Ok(selected)
    }

    /// Where the messages lie now.
    async fn uids(&self, alike: &[Due], selected: &Selected) -> Result<Vec<Uid>, Failed> {
        let validity = i64::from(selected.uid_validity.0);
        let mut uids = Vec::with_capacity(alike.len());
        for due in alike {
            let uid = match due.message_id {
                _ if due.uid_validity == validity => Some(due.uid),
                Some(message) => {
                    let found =
                        server_changes::renumbered(self.store, due.folder_id, message, validity);
                    found.await.map_err(|error| Failed::Scan(error.into()))?
                }
                None => None,
            };
            let Some(uid) = uid.and_then(|uid| u32::try_from(uid).ok()) else {
                return Err(Failed::Declined {
                    why: format!(
                        "The server has numbered the messages of \"{}\" anew.",
                        due.folder
                    ),
                    cure: "The message may be gone.".to_owned(),
                });
            };
            uids.push(Uid(uid));
        }
        Ok(uids)
    }

    async fn flag(
        &self,
        uids: &[Uid],
        asked: &Due,
        selected: &Selected,
        flagging: Flagging,
    ) -> Result<(), Failed> {
        let flags: Vec<String> = asked
            .argument
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        if let Some(flag) = flags.iter().find(|flag| !selected.keeps(flag)) {
            return Err(Failed::Declined {
                why: format!("The folder \"{}\" keeps no flag {flag}.", asked.folder),
                cure: "Take the flag out of the rule.".to_owned(),
            });
        }
        let stored = self.session.store_flags(uids, flagging, &flags).await;
        stored.map_err(|error| Failed::of(error, "Take the flag out of the rule."))
    }

    async fn relocate(&self, alike: &[Due], uids: &[Uid], asked: &Due) -> Result<(), Failed> {
        if !self.session.can_move() {
            return Err(Failed::Declined {
                why: "The server can't move messages: it has neither MOVE (RFC 6851) nor UIDPLUS (RFC 4315)."
                    .to_owned(),
                cure: "Take `move` out of the rule, or set a flag instead.".to_owned(),
            });
        }
        if self.session.moves_at_once() {
            return self.transfer(uids, asked).await;
        }
        // Here a copy may be there already, where an earlier try broke off before the message itself was removed.
        for (due, uid) in alike.iter().zip(uids) {
            if due.attempts > 0 && self.is_copied(due).await? {
                self.open(&due.folder).await?;
                let removed = self.session.remove_copied(&[*uid]).await;
                removed.map_err(|error| Failed::of(error, LOOK_FOR_IT))?;
            } else {
                self.open(&due.folder).await?;
                self.transfer(&[*uid], due).await?;
            }
        }
        Ok(())
    }

    async fn transfer(&self, uids: &[Uid], asked: &Due) -> Result<(), Failed> {
        let moved = self.session.move_to(uids, &asked.argument).await;
        moved.map_err(|error| Failed::of(error, LOOK_FOR_IT))
    }

    /// Moves messages back from the folder to which a rule moved them, as far as they are still there.
    async fn bring_back(&self, alike: &[Due], asked: &Due) -> Result<(), Failed> {
        self.open(&asked.argument).await?;
        let mut uids = Vec::with_capacity(alike.len());
        for due in alike {
            // An older copy may have been there before.
            uids.extend(self.found(due).await?.pop());
        }
        if uids.is_empty() {
            return Ok(());
        }
        let moved = self.session.move_to(&uids, &asked.folder).await;
        moved.map_err(|error| Failed::of(error, LOOK_FOR_IT))
    }

    /// Whether the folder that a message is to be moved to has it.
    async fn is_copied(&self, due: &Due) -> Result<bool, Failed> {
        let there = self.session.examine(&due.argument).await;
        there.map_err(|error| Failed::of(error, LOOK_FOR_IT))?;
        Ok(!self.found(due).await?.is_empty())
    }

    /// Where a message is in the folder that is open; one without Message-ID is not found.
    async fn found(&self, due: &Due) -> Result<Vec<Uid>, Failed> {
        let Some(message) = due.message_id else {
            return Ok(Vec::new());
        };
        let stored = messages::by_id(self.store, message).await;
        let stored = stored.map_err(|error| Failed::Scan(error.into()))?;
        let Some(message_id) = stored.and_then(|stored| stored.rfc_message_id) else {
            return Ok(Vec::new());
        };
        let wanted = Wanted {
            message_id: Some(message_id),
            ..Wanted::default()
        };
        let found = self.session.search(&wanted, Uid(1), Uid(u32::MAX)).await;
        found.map_err(|error| Failed::of(error, LOOK_FOR_IT))
    }
}

/// Why a change is given up of which nobody ever heard what came.
const BROKE_OFF: &str = "Each time that this was tried the connection or this program broke off.";
/// What a person can do about it.
const LOOK_AT_IT: &str = "Look at the message with another mail program.";
/// What a person can do about a folder that is not there or not open to us.
const LOOK_FOR_IT: &str = "Make the folder in the mailbox, or name another one in the rule; `mailroom folders` lists them.";

impl Failed {
    /// What was declined, as far as the server goes on working with us.
    fn of(error: ServerError, cure: &str) -> Self {
        match error {
            ServerError::NoSuchFolder { .. }
            | ServerError::FolderForbidden { .. }
            | ServerError::NoUidValidity { .. }
            | ServerError::BadSetting { .. }
            | ServerError::ServerSaid { .. } => Self::Declined {
                why: error.to_string(),
                cure: cure.to_owned(),
            },
            error => Self::Server(error),
        }
    }
}

/// Whether two changes can be made by one command.
fn are_alike(one: &Due, other: &Due) -> bool {
    one.folder_id == other.folder_id
        && one.uid_validity == other.uid_validity
        && one.change == other.change
        && one.argument == other.argument
}
