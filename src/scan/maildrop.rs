//! What of a POP3 maildrop there is to read: what it lists, beside the ledger.
//!
//! POP3 has no cursor: the ledger knows messages by their lasting names, and the last one of which it knows anything stands
//! where new mail begins. The ledger is asked in pieces, so that one of years is never held whole.

use std::collections::HashMap;

use chrono::{DateTime, NaiveTime, Utc};
use entities::folders::Model;
use entities::ids::FolderId;
use entities::scanners::Backfill;

use super::keeping::{begin_maildrop, count_backlog};
use super::planning::SLICE;
use super::progress::Progress;
use super::reading::pop3::Pop3Plan;
use super::reading::{CATCH_UP, Trouble};
use super::{ScanError, Scanning};
use crate::pop3::{Listed, Session};
use crate::store::deliveries::uidl::{self, Owed, VALIDITY};
use crate::store::deliveries::vanished::Present;
use crate::store::{StoreError, folders};

/// The one folder that there is.
const FOLDER: &str = "INBOX";

/// What the server lists, sorted by what is to be done.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sorted {
    /// Not in the ledger, ascending: came since the last look.
    new: Vec<Listed>,
    /// Not in the ledger, ascending: was there before.
    older: Vec<Listed>,
    /// In the ledger without its bytes.
    again: Vec<(Listed, Owed)>,
    /// Owed, and no longer there.
    gone: Vec<Owed>,
    /// The numbers in the ledger of all that is listed and has one.
    present: Present,
    /// The smallest that was read before.
    known: Option<Listed>,
}

impl Scanning {
    /// What is to be read over `session`.
    pub(super) async fn maildrop(
        &self,
        progress: Progress<'_>,
        trouble: &mut Trouble,
        session: &mut Session,
    ) -> Result<Pop3Plan, ScanError> {
        let (job, now) = (progress.job, self.clock.now());
        let folder = self.begun(progress).await?;
        if let Some(narrowed) = &folder.narrowed {
            trouble.recall(folder.id, narrowed);
        }
        let since = job
            .scanner
            .start_date
            .map(|day| day.and_time(NaiveTime::MIN).and_utc());
        let counted = session.stat().await?.messages;
        let listing = session.list(counted).await?;
        let largest = self.largest(job);
        let bytes = i64::try_from(largest.bytes).unwrap_or(i64::MAX);
        let owed = uidl::owed(&self.store, folder.id, VALIDITY, bytes, now).await?;
        let mut sorted = self.sort(folder.id, listing.messages, since, owed).await?;
        count_backlog(&self.store, progress, &folder, sorted.older.len(), now).await?;
        if job.scanner.backfill == Backfill::NewestFirst {
            sorted.older.reverse();
        }
        // What a connection broke over in the last scan must not keep the others from coming in this one.
        for part in [&mut sorted.new, &mut sorted.older] {
            part.sort_by_key(|listed| trouble.is_suspect(folder.id, &listed.uidl));
        }
        // A server that wants time between two sign-ins is not left for another one at once.
        let hurried = !job.by_person && session.login_delay().is_none();
        let last_uid = uidl::highest_uid(&self.store, folder.id, VALIDITY).await?;
        Ok(Pop3Plan {
            folder: folder.id,
            new: sorted.new,
            again: sorted.again,
            gone: sorted.gone,
            present: sorted.present,
            known: sorted.known,
            renumbered: folder
                .seen_uid_validity
                .is_some_and(|seen| seen != VALIDITY),
            older: sorted.older,
            last_uid: u32::try_from(last_uid)
                .map_err(|_| ScanError::Inconsistent("a POP3 delivery has no number"))?,
            since,
            limit: job
                .scanner
                .limit_per_scan
                .and_then(|limit| usize::try_from(limit).ok()),
            largest,
            leave_backlog_at: hurried.then(|| job.started_at + SLICE),
            trouble: trouble.clone(),
            counted: (listing.named < counted).then_some((counted, listing.named)),
        })
    }

    /// The folder's row, begun if it was never read over POP3.
    async fn begun(&self, progress: Progress<'_>) -> Result<Model, StoreError> {
        let scanner = progress.job.scanner.id;
        let folder = folders::find_or_insert(&self.store, scanner, FOLDER).await?;
        if folder.uid_validity == Some(VALIDITY) {
            return Ok(folder);
        }
        begin_maildrop(&self.store, progress, folder.id, self.clock.now()).await?;
        folders::find_or_insert(&self.store, scanner, FOLDER).await
    }

    /// Holds what is listed against the ledger.
    async fn sort(
        &self,
        folder: FolderId,
        listed: Vec<Listed>,
        since: Option<DateTime<Utc>>,
        owed: Vec<Owed>,
    ) -> Result<Sorted, StoreError> {
        let mut owed = by_name(owed);
        let mut unknown = Unknown::default();
        let mut again = Vec::new();
        let mut present = Present::default();
        let mut smallest = None;
        let mut listed = listed.into_iter().peekable();
        while listed.peek().is_some() {
            let piece: Vec<Listed> = listed.by_ref().take(uidl::MOST).collect();
            let names: Vec<&str> = piece.iter().map(|listed| listed.uidl.as_str()).collect();
            let known = uidl::known(&self.store, folder, &names, since).await?;
            for uid in &known.uids {
                present.push(*uid);
            }
            let mut came_back = by_name(known.came_back);
            for listed in piece {
                if !known.names.contains(&listed.uidl) {
                    unknown.all.push(listed);
                    continue;
                }
                unknown.pass_known();
                let wanted = owed.remove(&listed.uidl);
                if let Some(owed) = wanted.or_else(|| came_back.remove(&listed.uidl)) {
                    again.push((listed, owed));
                } else if known.read.contains(&listed.uidl) {
                    smallest = smaller(smallest, listed);
                }
            }
        }
        let (new, older) = unknown.parted();
        Ok(Sorted {
            new,
            older,
            again,
            gone: owed.into_values().collect(),
            present,
            known: smallest,
        })
    }
}

/// The one of the known smaller size; one whose size the server does not say may be large.
fn smaller(one: Option<Listed>, other: Listed) -> Option<Listed> {
    match one {
        _ if other.size == 0 => one,
        Some(one) if one.size <= other.size => Some(one),
        _ => Some(other),
    }
}

fn by_name(owed: Vec<Owed>) -> HashMap<String, Owed> {
    owed.into_iter()
        .map(|owed| (owed.uidl.clone(), owed))
        .collect()
}

/// What the ledger does not know, in the order in which the server numbers it: as it came, as far as POP3 can tell.
#[derive(Debug, Default)]
struct Unknown {
    all: Vec<Listed>,
    /// How many of them stand before the last that the ledger knows; nothing where it knows none.
    before_known: Option<usize>,
}

impl Unknown {
    /// The next one is known.
    fn pass_known(&mut self) {
        self.before_known = Some(self.all.len());
    }

    /// What is new, and what is older. At the first look, and after very much has come, the newest alone is new: once it is
    /// known, what comes next is told from what was there.
    fn parted(mut self) -> (Vec<Listed>, Vec<Listed>) {
        let all = self.all.len();
        let before = self
            .before_known
            .filter(|before| all - before <= CATCH_UP as usize)
            .unwrap_or_else(|| all.saturating_sub(1));
        let new = self.all.split_off(before);
        (new, self.all)
    }
}

#[cfg(test)]
#[path = "maildrop_tests.rs"]
mod tests;
