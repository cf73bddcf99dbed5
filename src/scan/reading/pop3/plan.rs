//! What is to be read of a maildrop, and in which order.

use chrono::{DateTime, Utc};
use entities::ids::FolderId;

use super::super::Largest;
use super::super::trouble::Trouble;
use crate::pop3::Listed;
use crate::store::deliveries::uidl::Owed;
use crate::store::deliveries::vanished::Present;

/// What is to be read of a maildrop.
#[derive(Debug)]
pub(in crate::scan) struct Pop3Plan {
    /// The folder's row.
    pub folder: FolderId,
    /// What came since the last look, in the order in which it is to be read.
    pub new: Vec<Listed>,
    /// Asked for in vain before, and still listed.
    pub again: Vec<(Listed, Owed)>,
    /// Asked for in vain before, and no longer listed.
    pub gone: Vec<Owed>,
    /// The numbers in the ledger of all that is listed and has one.
    pub present: Present,
    /// One that was read before and is not large: where nothing else is left to ask for, it tells whether the server is
    /// well.
    pub known: Option<Listed>,
    /// Whether messages may be known from when the mailbox was read over IMAP.
    pub renumbered: bool,
    /// The backlog, in the order in which it is to be read.
    pub older: Vec<Listed>,
    /// The highest number that a delivery of this folder has.
    pub last_uid: u32,
    /// Mail that came before this moment is not read.
    pub since: Option<DateTime<Utc>>,
    /// The most messages to read.
    pub limit: Option<usize>,
    /// Larger messages are named and not read.
    pub largest: Largest,
    /// When to leave older mail for the next scan.
    pub leave_backlog_at: Option<DateTime<Utc>>,
    /// What broke connections before.
    pub trouble: Trouble,
    /// How many the server counts, where it lists fewer.
    pub counted: Option<(u64, u64)>,
}
