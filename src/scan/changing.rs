//! Changes messages on their server as rules asked: their flags, and the folder they lie in.
//!
//! Each change is written down before it is tried, over the session that read the mail and in the order of the rules. What
//! a server declines is tried again and then waits for a person; nothing but the end of the session ends the scan.

mod identity;
mod returning;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entities::ids::ServerChangeId;
use entities::server_changes::Change;

use super::failure::{Failure, TRIES};
use super::progress::Progress;
use super::{Counts, ScanError};
use crate::clock::Clock;
use crate::imap::{Flagging, Selected, ServerError, Session, Uid};
use crate::store::Store;
use crate::store::server_changes::{self, Due};

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
    /// Makes the changes that are due; says whether there were any, or such as wait.
    pub(super) async fn run(&self) -> Result<bool, ScanError> {
        let scanner = self.progress.job.scanner.id;
        if !server_changes::any_waiting(self.store, scanner).await? {
            return Ok(false);
        }
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
        Ok(true)
    }

    /// Makes one change of several messages of a folder, and writes down what came of it.
    async fn change(&self, alike: &[Due]) -> Result<(), ScanError> {
        let begun = self.clock.now();
        let (broken, alike): (Vec<Due>, Vec<Due>) =
            alike.iter().cloned().partition(|due| due.attempts >= TRIES);
        self.put_off(&broken, BROKE_OFF, LOOK_AT_IT, begun).await?;
        if alike.is_empty() {
            return Ok(());
        }
        let (alike, ids) = (alike.as_slice(), ids_of(&alike));
        let tx = self.store.begin().await?;
        server_changes::begin(&tx, &ids, begun).await?;
        self.progress.commit(tx, Counts::default(), begun).await?;

        let outcome = self.on_server(alike).await;
        let now = self.clock.now();
        match outcome {
            Ok(missing) => {
                let (away, made): (Vec<Due>, Vec<Due>) = alike
                    .iter()
                    .cloned()
                    .partition(|due| missing.contains(&due.id));
                let counts = Counts {
                    changed: made.len() as u64,
                    ..Counts::default()
                };
                let tx = self.store.begin().await?;
                server_changes::done(&tx, &ids_of(&made), now).await?;
                self.progress.commit(tx, counts, now).await?;
                self.put_off(&away, NUMBERED_ANEW, MAY_BE_GONE, now).await
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
        if alike.is_empty() {
            return Ok(());
        }
        let tx = self.store.begin().await?;
        for due in alike {
            let failure = Failure::after(due.attempts, why, cure, now);
            server_changes::failed(&tx, due.id, &failure.error, failure.next_try_at).await?;
        }
        self.progress.commit(tx, Counts::default(), now).await?;
        Ok(())
    }

    /// Gives those that are not found where they were.
    async fn on_server(&self, alike: &[Due]) -> Result<HashSet<ServerChangeId>, Failed> {
        let Some(first) = alike.first() else {
            return Ok(HashSet::new());
        };
        let change = first.change;
        if matches!(change, Change::Move | Change::MoveBack) && first.argument == first.folder {
            return Ok(HashSet::new());
        }
        if change == Change::MoveBack {
            self.bring_back(alike, first).await?;
            return Ok(HashSet::new());
        }
        let selected = self.open(&first.folder).await?;
        let (found, missing) = self.places(alike, &selected).await?;
        let uids: Vec<Uid> = found.iter().map(|(_, uid)| *uid).collect();
        match change {
            Change::Flag => self.flag(&uids, first, &selected, Flagging::Set).await?,
            Change::Unflag => self.flag(&uids, first, &selected, Flagging::Unset).await?,
            Change::Move | Change::MoveBack => self.relocate(&found, &uids, first).await?,
        }
        Ok(missing)
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

    /// Where the messages lie now, and those of which nobody knows.
    async fn places<'d>(
        &self,
        alike: &'d [Due],
        selected: &Selected,
    ) -> Result<(Vec<(&'d Due, Uid)>, HashSet<ServerChangeId>), Failed> {
        let validity = i64::from(selected.uid_validity.0);
        let (mut found, mut missing) = (Vec::with_capacity(alike.len()), HashSet::new());
        for due in alike {
            let uid = match due.message_id {
                _ if due.uid_validity == validity => Some(due.uid),
                Some(message) => {
                    let now =
                        server_changes::renumbered(self.store, due.folder_id, message, validity);
                    now.await.map_err(|error| Failed::Scan(error.into()))?
                }
                None => None,
            };
            match uid.and_then(|uid| u32::try_from(uid).ok()) {
                Some(uid) => found.push((due, Uid(uid))),
                None => drop(missing.insert(due.id)),
            }
        }
        Ok((found, missing))
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

    async fn relocate(
        &self,
        found: &[(&Due, Uid)],
        uids: &[Uid],
        asked: &Due,
    ) -> Result<(), Failed> {
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
        // Here a move is a copy and then a removal, and an earlier try may have broken off in between.
        for (due, uid) in found {
            let copied = due.begun && self.is_copied(due).await?;
            self.open(&due.folder).await?;
            if copied {
                let removed = self.session.remove_copied(&[*uid]).await;
                removed.map_err(|error| Failed::of(error, LOOK_FOR_IT))?;
            } else {
                self.transfer(&[*uid], due).await?;
            }
        }
        Ok(())
    }

    async fn transfer(&self, uids: &[Uid], asked: &Due) -> Result<(), Failed> {
        let moved = self.session.move_to(uids, &asked.argument).await;
        moved.map_err(|error| Failed::of(error, LOOK_FOR_IT))
    }
}

/// Why a change is given up of which nobody ever heard what came.
const BROKE_OFF: &str = "Each time that this was tried the connection or this program broke off.";
/// Why a change is put off of a message that is not found.
const NUMBERED_ANEW: &str =
    "The server has numbered the folder's messages anew, and this one is not found.";
/// What a person can do about that.
const MAY_BE_GONE: &str = "It may be gone.";
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

fn ids_of(changes: &[Due]) -> Vec<ServerChangeId> {
    changes.iter().map(|due| due.id).collect()
}

/// Whether two changes can be made by one command.
fn are_alike(one: &Due, other: &Due) -> bool {
    one.folder_id == other.folder_id
        && one.uid_validity == other.uid_validity
        && one.change == other.change
        && one.argument == other.argument
}
