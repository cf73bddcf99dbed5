//! What is to be read, and how far each folder is.

use chrono::{DateTime, Utc};
use entities::ids::FolderId;
use entities::scanners::Backfill;

use super::found::{Shrunk, Step};
use super::looking::Looking;
use super::trouble::Trouble;
use super::windows::WINDOW;
use crate::imap::{Examined, Uid, UidValidity};
use crate::store::folders;

/// What is to be read.
#[derive(Debug)]
pub(in crate::scan) struct Plan {
    /// Folders in their order, each with what is known of it.
    pub folders: Vec<Course>,
    /// Mail that the server received before this moment is not read.
    pub since: Option<DateTime<Utc>>,
    /// The most messages to read.
    pub limit: Option<usize>,
    /// Larger messages are named and not read.
    pub largest: Largest,
    /// In which order older mail is read.
    pub backfill: Backfill,
    /// When to leave older mail for the next scan.
    pub leave_backlog_at: Option<DateTime<Utc>>,
    /// What broke connections before.
    pub trouble: Trouble,
}

/// The largest message that is read.
#[derive(Debug, Clone, Copy)]
pub(in crate::scan) struct Largest {
    /// In bytes.
    pub bytes: u64,
    /// What lets a larger one through, as a sentence.
    pub raise: &'static str,
}

/// One folder: its cursor, and what of it is still to be read.
#[derive(Debug, Clone)]
pub(in crate::scan) struct Course {
    /// Its row.
    pub id: FolderId,
    /// Decoded name.
    pub name: String,
    /// UIDVALIDITY under which all UIDs here count.
    pub uid_validity: Option<UidValidity>,
    /// What is above is new.
    pub last_uid: u32,
    /// Older mail that is still to be read.
    pub backlog: Option<Stretch>,
    /// UIDs that were announced and not delivered, to be asked for again, and how often they were.
    pub again: Vec<(Uid, i32)>,
    /// How many UIDs the next window of older mail spans.
    pub span: u32,
    /// Whether it can't be read in this scan.
    pub closed: bool,
    /// What looks at it saw.
    pub looking: Looking,
    /// Whether it was read under another UIDVALIDITY before, once that is known.
    pub renewed: Option<bool>,
}

impl Course {
    /// A folder as the database has it.
    pub(in crate::scan) fn of(row: entities::folders::Model, again: Vec<(i64, i32)>) -> Self {
        let uid = |value: i64| u32::try_from(value).ok();
        let backlog = row.backlog_first.zip(row.backlog_last);
        Self {
            id: row.id,
            uid_validity: row.uid_validity.and_then(uid).map(UidValidity),
            last_uid: uid(row.last_uid).unwrap_or(0),
            backlog: backlog.and_then(|(first, last)| {
                Some(Stretch {
                    first: uid(first)?,
                    last: uid(last)?,
                })
            }),
            again: again
                .into_iter()
                .filter_map(|(owed, attempts)| Some((Uid(uid(owed)?), attempts)))
                .collect(),
            looking: Looking::of(&row),
            renewed: None,
            name: row.name,
            span: WINDOW,
            closed: false,
        }
    }

    /// New mail is accounted for up to the end of `covered`.
    pub(super) fn climb(&mut self, covered: Stretch) -> Step {
        self.last_uid = covered.last;
        Step::UpTo(Uid(covered.last))
    }

    /// Older mail is accounted for within `covered`, in which the server announced so many messages.
    pub(super) fn shrink(
        &mut self,
        covered: Stretch,
        order: Backfill,
        messages: usize,
        examined: &Examined,
    ) -> Step {
        let was = self.backlog.unwrap_or(covered);
        self.backlog = was.without(covered, order);
        Step::Backlog(Shrunk {
            was,
            left: self.backlog,
            messages,
            exists: examined.exists,
        })
    }

    /// The UIDs that new mail may have; without UIDNEXT the end is not known.
    pub(super) fn above(&self, examined: &Examined) -> Option<Stretch> {
        let first = self.last_uid.checked_add(1)?;
        let last = match examined.uid_next {
            Some(next) => next.0.saturating_sub(1),
            None if examined.exists == 0 => return None,
            None => u32::MAX,
        };
        Some(Stretch { first, last }).filter(|stretch| first <= stretch.last)
    }
}

/// UIDs of one folder, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scan) struct Stretch {
    /// The lowest.
    pub first: u32,
    /// The highest.
    pub last: u32,
}

impl Stretch {
    /// One UID.
    pub(super) fn one(uid: Uid) -> Self {
        Self {
            first: uid.0,
            last: uid.0,
        }
    }

    /// The UID, where it is one.
    pub(super) fn single(self) -> Option<Uid> {
        (self.first == self.last).then_some(Uid(self.first))
    }

    pub(super) fn contains(self, uid: Uid) -> bool {
        (self.first..=self.last).contains(&uid.0)
    }

    pub(super) fn overlaps(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// How many UIDs it spans.
    pub(in crate::scan) fn span(self) -> u32 {
        self.last.saturating_sub(self.first).saturating_add(1)
    }

    /// The lower and the upper half of more than one.
    pub(super) fn halves(self) -> [Self; 2] {
        let middle = self.first + (self.last - self.first) / 2;
        [
            Self {
                last: middle,
                ..self
            },
            Self {
                first: middle + 1,
                ..self
            },
        ]
    }

    /// What of it is not above this UID.
    pub(super) fn up_to(self, last: u32) -> Option<Self> {
        let last = self.last.min(last);
        (self.first <= last).then_some(Self { last, ..self })
    }

    /// The smallest one around both.
    pub(super) fn with(self, other: Option<Self>) -> Self {
        other.map_or(self, |other| Self {
            first: self.first.min(other.first),
            last: self.last.max(other.last),
        })
    }

    /// What remains when `covered` is taken from the end that `order` begins with.
    pub(super) fn without(self, covered: Self, order: Backfill) -> Option<Self> {
        match order {
            Backfill::OldestFirst => covered.last.checked_add(1).map(|first| Self {
                first: first.max(self.first),
                ..self
            }),
            Backfill::NewestFirst => covered.first.checked_sub(1).map(|last| Self {
                last: last.min(self.last),
                ..self
            }),
        }
        .filter(|rest| rest.first <= rest.last)
    }
}

impl From<Stretch> for folders::Stretch {
    fn from(stretch: Stretch) -> Self {
        Self {
            first: i64::from(stretch.first),
            last: i64::from(stretch.last),
        }
    }
}
