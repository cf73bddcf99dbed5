//! What of a maildrop is kept together: messages by their numbers in the ledger and their lasting names, and how much of
//! the backlog is accounted for with them.

use chrono::{DateTime, Utc};
use entities::ids::FolderId;

use super::super::plan::Stretch;
use super::super::windows::{BATCH_BYTES, BATCH_MESSAGES};
use super::super::{Ahead, Batch, Body, ByUidl, Delivered, Missing, Shrunk, Step};
use super::doubting::Doubted;
use super::fetching::Outcome;
use crate::imap::{Announced, Uid};
use crate::pop3::Listed;
use crate::store::deliveries::uidl::VALIDITY;
use crate::transport::ServerError;

/// A batch in the making.
pub(super) struct Gathered {
    pub(super) batch: Batch,
    pub(super) ahead: Ahead,
    /// How many of the backlog it accounts for.
    pub(super) passed: u32,
    /// Bytes of it in memory.
    bytes: u64,
}

impl Gathered {
    pub(super) fn new(folder: FolderId, ahead: Ahead) -> Self {
        Self {
            batch: Batch::of_maildrop(folder),
            ahead,
            passed: 0,
            bytes: 0,
        }
    }

    /// One that is too old.
    pub(super) fn too_old(&mut self, uidl: String, came: DateTime<Utc>) {
        self.batch.by_uidl.old.push((uidl, came));
        self.pass();
    }

    /// One that is accounted for under the number `uid`.
    pub(super) fn put(&mut self, listed: &Listed, uid: u32, outcome: Outcome) {
        let missing = |size, reason, cure| Missing {
            announced: Announced {
                uid: Uid(uid),
                size,
                internal_date: None,
                server_id: None,
            },
            reason,
            cure,
            doubt: None,
        };
        let missing = match outcome {
            Outcome::Came(body, came) => {
                if let Body::Whole(bytes) = &body {
                    self.bytes += bytes.len() as u64;
                }
                self.batch.delivered.push(Delivered {
                    uid: i64::from(uid),
                    internal_date: came,
                    server_id: None,
                    body,
                });
                None
            }
            Outcome::Old(came) => return self.too_old(listed.uidl.clone(), came),
            Outcome::Refused(error) => Some(missing(listed.size, refused(&error), None)),
            Outcome::TooLarge(size, largest) => {
                let most = largest.bytes;
                let reason =
                    format!("The message has {size} bytes or more, and {most} are let through.");
                Some(missing(size, reason, Some(largest.raise)))
            }
            Outcome::Empty => {
                let reason = "The server lists this message and delivers no byte of it.";
                Some(missing(listed.size, reason.to_owned(), None))
            }
        };
        self.batch.missing.extend(missing);
        let names = &mut self.batch.by_uidl.names;
        names.insert(i64::from(uid), listed.uidl.clone());
        self.pass();
    }

    /// One that is to blame for not having come.
    pub(super) fn blame(&mut self, doubted: Doubted, uid: u32) {
        // What was new is no part of the backlog.
        let passed = self.passed + u32::from(doubted.ahead == Ahead::Backlog);
        self.put(&doubted.listed, uid, Outcome::Refused(doubted.error));
        self.passed = passed;
    }

    fn pass(&mut self) {
        self.passed += u32::from(self.ahead == Ahead::Backlog);
    }

    pub(super) fn is_empty(&self) -> bool {
        let batch = &self.batch;
        batch.delivered.is_empty() && batch.missing.is_empty() && batch.by_uidl.old.is_empty()
    }

    /// Whether it is to be handed on before it grows.
    pub(super) fn is_full(&self) -> bool {
        let count = self.batch.delivered.len() + self.batch.missing.len();
        self.bytes >= BATCH_BYTES || count >= BATCH_MESSAGES
    }

    /// The batch, with what it means for the folder: numbers are given up to `last`, and of the backlog so many messages
    /// were not accounted for before.
    pub(super) fn into_batch(mut self, last: Uid, waiting: u32) -> Batch {
        let backlog = |last| Stretch { first: 1, last };
        let left = waiting.saturating_sub(self.passed);
        self.batch.step = match self.ahead {
            Ahead::New => Step::UpTo(last),
            Ahead::Backlog => Step::Backlog(Shrunk {
                was: backlog(waiting),
                left: (left > 0).then(|| backlog(left)),
                messages: self.passed as usize,
                exists: waiting,
            }),
        };
        self.batch
    }
}

impl Batch {
    /// Nothing yet of a maildrop.
    pub(super) fn of_maildrop(folder: FolderId) -> Self {
        Self {
            folder,
            uid_validity: VALIDITY,
            delivered: Vec::new(),
            missing: Vec::new(),
            gone: Vec::new(),
            step: Step::None,
            highest_modseq: None,
            by_uidl: ByUidl::default(),
            renumbered: false,
        }
    }
}

fn refused(error: &ServerError) -> String {
    format!("The server could not deliver this message. {error}")
}
