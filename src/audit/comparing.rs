//! One folder's UIDs beside those of the ledger, window by window, so that memory does not grow with the folder.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entities::deliveries::DeliveryState;
use entities::folders;

use super::{Ended, FolderAudit, start_of};
use crate::imap::{Examined, Session, Uid};
use crate::store::Store;
use crate::store::deliveries::audited::{self, Known};

/// How many UIDs one window spans at first; sparse folders widen it.
const WINDOW: u32 = 5_000;
const WIDEST_WINDOW: u32 = 1 << 22;
const FEW_IN_WINDOW: usize = 500;

/// Compares the open folder with its row; its name and what is doubled in it are left to the caller.
pub(super) async fn compare(
    store: &Store,
    session: &Session,
    row: &folders::Model,
    examined: &Examined,
    since: Option<DateTime<Utc>>,
) -> Result<FolderAudit, Ended> {
    let validity = i64::from(examined.uid_validity.0);
    let mut comparison = Comparison {
        found: FolderAudit {
            uid_validity: Some(examined.uid_validity.0),
            exists: u64::from(examined.exists),
            ..FolderAudit::default()
        },
        unread: Unread::of(row, validity),
        since,
        read_since: row.read_since.map(start_of),
    };
    // Without UIDNEXT the end is not known; one open window takes it all.
    let last = examined
        .uid_next
        .map_or(u32::MAX, |next| next.0.saturating_sub(1));
    let mut span = if examined.uid_next.is_some() {
        WINDOW
    } else {
        u32::MAX
    };
    let mut first = 1;
    while first <= last && (examined.exists > 0 || examined.uid_next.is_some()) {
        let end = first.saturating_add(span - 1).min(last);
        let there = session.uids(Uid(first), Uid(end)).await?;
        let ledger =
            audited::window(store, row.id, validity, i64::from(first), i64::from(end)).await?;
        span = if there.len() < FEW_IN_WINDOW {
            span.saturating_mul(4).min(WIDEST_WINDOW)
        } else {
            WINDOW
        };
        let missing = comparison.add(&there, ledger);
        comparison.account_for(session, &missing).await?;
        match end.checked_add(1) {
            Some(next) => first = next,
            None => return Ok(comparison.found),
        }
    }
    // The server has never had these, or says so now.
    let beyond = audited::window(store, row.id, validity, i64::from(first), i64::MAX).await?;
    comparison.add(&[], beyond);
    Ok(comparison.found)
}

/// What of a folder no scan has read yet, as the cursor says.
struct Unread {
    /// Everything above.
    cursor: i64,
    /// The backlog.
    backlog: Option<(i64, i64)>,
}

impl Unread {
    fn of(row: &folders::Model, uid_validity: i64) -> Self {
        // Under another UIDVALIDITY nothing is read.
        let same = row.uid_validity == Some(uid_validity);
        Self {
            cursor: if same { row.last_uid } else { 0 },
            backlog: row.backlog_first.zip(row.backlog_last).filter(|_| same),
        }
    }

    fn has(&self, uid: Uid) -> bool {
        let uid = i64::from(uid.0);
        let waits = |(first, last)| (first..=last).contains(&uid);
        uid > self.cursor || self.backlog.is_some_and(waits)
    }
}

/// A folder being compared.
struct Comparison {
    found: FolderAudit,
    unread: Unread,
    /// The start date of the scanner.
    since: Option<DateTime<Utc>>,
    /// The start date under which the folder was read so far.
    read_since: Option<DateTime<Utc>>,
}

impl Comparison {
    /// Counts one window; gives back what the ledger should have and has not, and what it takes for removed.
    fn add(&mut self, there: &[Uid], ledger: Vec<(i64, Known)>) -> Missing {
        let mut ledger: BTreeMap<i64, Known> = ledger.into_iter().collect();
        let mut missing = Missing::default();
        let found = &mut self.found;
        found.on_server += there.len() as u64;
        for uid in there {
            match ledger.remove(&i64::from(uid.0)) {
                Some(known) if known.vanished || known.state == DeliveryState::Gone => {
                    missing.taken_for_gone.push((*uid, known));
                }
                Some(known) => found.knows(known),
                None if self.unread.has(*uid) => found.to_read += 1,
                None => missing.unknown.push(*uid),
            }
        }
        for known in ledger.into_values() {
            found.removed(known);
        }
        missing
    }

    /// Missing is what the server still has when asked once more, and what is not older than the start date.
    async fn account_for(&mut self, session: &Session, missing: &Missing) -> Result<(), Ended> {
        let Some((first, last)) = missing.hull() else {
            return Ok(());
        };
        let announced = session.announce(first, last).await?;
        let dates: BTreeMap<Uid, Option<DateTime<Utc>>> = announced
            .into_iter()
            .map(|message| (message.uid, message.internal_date))
            .collect();
        let found = &mut self.found;
        for uid in &missing.unknown {
            match dates.get(uid) {
                // Removed between the two questions.
                None => found.on_server -= 1,
                Some(Some(date)) if self.since.is_some_and(|since| *date < since) => {
                    found.too_old += 1;
                }
                // The start date was moved back since; the next scan reads it.
                Some(Some(date)) if self.read_since.is_some_and(|since| *date < since) => {
                    found.to_read += 1;
                }
                Some(_) => {
                    found.missing += 1;
                    found.missing_uids.push(uid.0);
                }
            }
        }
        for (uid, known) in &missing.taken_for_gone {
            if dates.contains_key(uid) {
                found.missing += 1;
                found.taken_for_gone.push(uid.0);
            } else {
                found.on_server -= 1;
                found.removed(*known);
            }
        }
        Ok(())
    }
}

/// What may be missing in one window.
#[derive(Default)]
struct Missing {
    unknown: Vec<Uid>,
    taken_for_gone: Vec<(Uid, Known)>,
}

impl Missing {
    fn hull(&self) -> Option<(Uid, Uid)> {
        let all: BTreeSet<Uid> = self
            .unknown
            .iter()
            .copied()
            .chain(self.taken_for_gone.iter().map(|(uid, _)| *uid))
            .collect();
        Some((*all.first()?, *all.last()?))
    }
}
