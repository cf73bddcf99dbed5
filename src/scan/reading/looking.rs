//! Whether a folder has changed since the last complete look at it, and whether what a server says of it can be true.
//!
//! EXISTS, UIDNEXT and the answers to FETCH are held against each other when a folder was read to its end (`finishing`).
//! Where more messages are said to be there than were announced, another way of asking is tried, once (`otherwise`); where
//! fewer are, all UIDs are gone through (`sweeping`). What is found beside the windows is taken up a part at a time
//! (`lacking`). Writes nothing: what a look saw is told.

mod finishing;
mod lacking;
mod otherwise;
mod sweeping;

use chrono::{DateTime, Utc};
use entities::ids::FolderId;

use super::plan::Course;
use super::{Found, ReadError, Round};
use crate::imap::{Examined, ServerError, Uid};
use crate::store::deliveries::vanished::Present;
use crate::store::folders::looks::{self, Look};
pub(in crate::scan) use sweeping::Swept;

/// INBOX as it was when the mailbox was opened.
#[derive(Debug)]
pub(super) struct AtHand {
    inbox: Option<Examined>,
    /// Whether it is the open folder still.
    open: bool,
}

impl AtHand {
    pub(super) fn new(inbox: Examined) -> Self {
        Self {
            inbox: Some(inbox),
            open: true,
        }
    }
}

/// What is known of a folder's looks.
#[derive(Debug, Clone, Default)]
pub(in crate::scan) struct Looking {
    /// The last complete one.
    before: Option<Look>,
    /// The folder as it was opened last in this scan.
    now: Option<Examined>,
    /// UIDs up to this one were there at the last look; 0 where earlier scans read a part of what came since.
    known_up_to: u32,
    /// What was announced above that in this scan.
    announced: Present,
    /// Whether that is all that came since the last look: no earlier scan read a part of it.
    complete: bool,
    /// Whether it was seen to change while its look ended.
    changed: bool,
    /// When the folder was last gone through, whatever came of it.
    swept_at: Option<DateTime<Utc>>,
    /// Whether it is to be gone through.
    sweep_owed: bool,
}

/// A complete look at a folder.
#[derive(Debug)]
pub(in crate::scan) struct Looked {
    /// Its row.
    pub folder: FolderId,
    /// What it saw.
    pub look: Look,
    /// All its UIDs, where they were gone through and agree with EXISTS.
    pub swept: Option<Swept>,
    /// Whether copies of another UIDVALIDITY are there no longer.
    pub renewed: bool,
}

/// A look that could not come to its end: what it has not gone through, a later one does.
#[derive(Debug)]
pub(in crate::scan) struct LookOwed {
    /// The folder's row.
    pub folder: FolderId,
    /// When the folder was last gone through.
    pub swept_at: Option<DateTime<Utc>>,
}

impl Looking {
    /// Of a folder as the database has it.
    pub(super) fn of(row: &entities::folders::Model) -> Self {
        let before = looks::last(row);
        let at_these = before.filter(|look| row.uid_validity == Some(look.uid_validity));
        let cursor = u32::try_from(row.last_uid).unwrap_or(0);
        let seen_next = at_these.and_then(|look| u32::try_from(look.uid_next?).ok());
        let known_up_to = seen_next.map_or(cursor, |next| next.saturating_sub(1));
        let complete = at_these.is_some() && row.backlog_last.is_none() && cursor <= known_up_to;
        Self {
            before,
            known_up_to: if complete { known_up_to } else { 0 },
            complete,
            swept_at: row.swept_at,
            sweep_owed: row.sweep_owed,
            ..Self::default()
        }
    }

    /// All that is there is announced anew.
    pub(super) fn begin(&mut self) {
        self.known_up_to = 0;
        self.announced = Present::default();
        self.complete = true;
    }

    /// How the folder is now.
    pub(super) fn opened(&mut self, examined: Examined) {
        self.now = Some(examined);
    }

    /// Counts what a window brought.
    pub(super) fn add(&mut self, uids: &[Uid]) {
        for uid in uids {
            if uid.0 > self.known_up_to {
                self.announced.push(i64::from(uid.0));
            }
        }
    }

    /// The last complete look, if it was at these UIDs.
    fn at(&self, examined: &Examined) -> Option<Look> {
        let validity = i64::from(examined.uid_validity.0);
        self.before.filter(|look| look.uid_validity == validity)
    }

    fn count(&self) -> i64 {
        i64::try_from(self.announced.count()).unwrap_or(i64::MAX)
    }

    /// Whether a window announced this message, or an earlier look saw it.
    fn has(&self, uid: Uid) -> bool {
        uid.0 <= self.known_up_to || self.announced.has(i64::from(uid.0))
    }
}

impl Course {
    /// Whether nothing of it waits and the folder is as the last complete look saw it: the same messages are there
    /// where EXISTS and UIDNEXT are the same, and where there is no UIDNEXT, EXISTS and HIGHESTMODSEQ.
    pub(super) fn is_unchanged(&self, examined: &Examined, now: DateTime<Utc>) -> bool {
        let Some(before) = self.looking.at(examined) else {
            return false;
        };
        let same_messages = if let (Some(next), Some(then)) = (examined.uid_next, before.uid_next) {
            i64::from(next.0) == then
        } else {
            let modseq = examined.highest_modseq.map(u64::cast_signed);
            modseq.is_some() && modseq == before.highest_modseq
        };
        same_messages
            && i64::from(examined.exists) == before.exists
            && before.renewals == 0
            && self.again.is_empty()
            && self.backlog.is_none()
            && !(before.sweep_owed && self.looking.may_sweep(before.exists, now))
    }

    /// A UIDNEXT that is not above what was seen already says nothing: some servers make it up from the last message.
    fn believed(&self, mut examined: Examined) -> Examined {
        let same = self.uid_validity == Some(examined.uid_validity);
        if same
            && examined
                .uid_next
                .is_some_and(|next| next.0 <= self.last_uid)
        {
            examined.uid_next = None;
        }
        examined
    }
}

impl Round {
    /// Opens a folder, which takes one round trip, or none where it is the INBOX that was just opened.
    pub(super) async fn examine(&mut self, course: &Course) -> Result<Examined, ServerError> {
        let is_inbox = course.name.eq_ignore_ascii_case("INBOX");
        let at_hand = self.at_hand.inbox.take_if(|_| is_inbox);
        let now = self.reader.clock.now();
        let mut examined = match at_hand {
            // Where nothing has changed it does not matter which folder is open.
            Some(inbox) if self.at_hand.open || course.is_unchanged(&inbox, now) => inbox,
            _ => {
                self.at_hand.open = false;
                self.reader.session.examine(&course.name).await?
            }
        };
        if examined.uid_next.is_none() && !course.is_unchanged(&examined, now) {
            examined.uid_next = self.reader.session.uid_next(&course.name).await?;
        }
        Ok(course.believed(examined))
    }

    /// Says what the server does that can't be so.
    async fn notice(&mut self, text: String) -> Result<(), ReadError> {
        self.say(Found::Notice(text)).await
    }
}

/// The last UID that can be there, where the server says it, or `top` where that is higher.
fn end(examined: &Examined, top: Uid) -> Uid {
    let next = examined.uid_next;
    next.map_or(top, |next| Uid(next.0.saturating_sub(1)).max(top))
}
