//! Going through all UIDs of a folder, to find what is no longer there. Only an answer that has as many as EXISTS says
//! counts: a server that leaves messages out must not make them look removed.

use chrono::{DateTime, TimeDelta, Utc};

use super::super::plan::Course;
use super::super::windows::next_span;
use super::super::{ReadError, Round};
use super::{Looking, end};
use crate::imap::{Examined, ServerError, Uid, Wanted};
use crate::store::deliveries::vanished::Present;

/// A folder with more messages is gone through at most every [`SWEEP_EVERY`].
const SMALL: i64 = 5_000;
/// So is one that is to be gone through again, as the last look did not come to its end or could not be believed.
const SWEEP_EVERY: TimeDelta = TimeDelta::minutes(10);
/// UIDs that one command spans at least, and one search at most: its answer is one line, which is bounded.
pub(super) const SPAN: u32 = 5_000;
/// So many searches are no trouble for any folder.
const FEW_SEARCHES: u32 = 10;
/// Where each search finds fewer, the UIDs lie too far apart to be searched for.
const WORTH_A_SEARCH: u32 = 500;

/// All UIDs of a folder.
#[derive(Debug)]
pub(in crate::scan) struct Swept {
    /// Those that are there.
    pub present: Present,
    /// Up to which UID.
    pub last: Uid,
}

/// How to ask what is there.
#[derive(Debug, Clone, Copy)]
enum Way {
    Search,
    Fetch,
}

impl Looking {
    /// Whether a folder with so many messages may be gone through now.
    pub(super) fn may_sweep(&self, exists: i64, now: DateTime<Utc>) -> bool {
        self.swept_at
            .is_none_or(|at| (exists <= SMALL && !self.sweep_owed) || now - at >= SWEEP_EVERY)
    }
}

impl Round {
    /// Goes through the UIDs that were there when the folder was opened; nothing where it has changed since.
    pub(super) async fn sweep(
        &mut self,
        course: &mut Course,
        examined: &Examined,
    ) -> Result<Option<Swept>, ReadError> {
        let is_open = self.opened.is_some_and(|(folder, _)| folder == course.id);
        if !is_open && !self.stands_still(course, examined).await? {
            return Ok(None);
        }
        let top = match examined.uid_next {
            Some(_) => Uid(0),
            None => self.top().await?,
        };
        let last = end(examined, top);
        let mut swept = Swept {
            present: Present::default(),
            last,
        };
        // A search first: its answer is short, and no message can spoil it.
        let ways = if may_search(Uid(1), last, examined.exists) {
            &[Way::Search, Way::Fetch][..]
        } else {
            &[Way::Fetch]
        };
        for way in ways.iter().copied() {
            self.sweep_by(way, &mut swept).await?;
            if swept.present.count() >= u64::from(examined.exists) {
                break;
            }
        }
        Ok(Some(swept))
    }

    async fn top(&self) -> Result<Uid, ReadError> {
        let newest = self.reader.session.newest().await?;
        Ok(newest.map_or(Uid(0), |(_, uid)| uid))
    }

    /// Where a server declines to answer, the rest of it stays unknown.
    async fn sweep_by(&self, way: Way, swept: &mut Swept) -> Result<(), ReadError> {
        let session = &self.reader.session;
        let (mut from, mut span) = (1, SPAN);
        while from <= swept.last.0 {
            let to = from.saturating_add(span - 1).min(swept.last.0);
            let uids = match way {
                Way::Search => {
                    let all = Wanted::default();
                    session.search(&all, Uid(from), Uid(to)).await
                }
                Way::Fetch => session.uids(Uid(from), Uid(to)).await,
            };
            let uids = match uids {
                Err(ServerError::ServerSaid { .. }) => return Ok(()),
                uids => uids?,
            };
            if let Way::Fetch = way {
                span = next_span(span, uids.len()).max(SPAN);
            }
            for uid in uids {
                swept.present.push(i64::from(uid.0));
            }
            let Some(next) = to.checked_add(1) else {
                break;
            };
            from = next;
        }
        Ok(())
    }

    /// Gives a sweep back that has as many UIDs as EXISTS says, and says of any other that it tells nothing.
    pub(super) async fn agreed(
        &mut self,
        course: &mut Course,
        examined: &Examined,
        swept: Swept,
    ) -> Result<Option<Swept>, ReadError> {
        let count = swept.present.count();
        if count == u64::from(examined.exists) {
            return Ok(Some(swept));
        }
        // What somebody is removing right now, the next look tells.
        if !self.stands_still(course, examined).await? {
            return Ok(None);
        }
        self.notice(format!(
            "The server says that the folder \"{}\" has {} messages and names {count}. Which were removed can't be told, so none is shown as removed.",
            course.name, examined.exists
        ))
        .await?;
        Ok(None)
    }
}

/// Whether so many messages between two UIDs are worth a search in each part.
pub(super) fn may_search(first: Uid, last: Uid, exists: u32) -> bool {
    last.0.saturating_sub(first.0) / SPAN <= FEW_SEARCHES + exists / WORTH_A_SEARCH
}
