//! Other ways of asking for messages that EXISTS counts and windows of UIDs did not announce: by sequence number, and by
//! search. Exchange lists messages that it never shows; those become messages that the server owes.

use super::super::found::Missing;
use super::super::plan::{Course, Stretch};
use super::super::{ReadError, Round};
use super::end;
use super::lacking::{Listed, NUMBERED, Taken};
use super::sweeping::{SPAN, may_search};
use crate::imap::{Announced, Examined, ServerError, Uid, Wanted};

impl Round {
    /// Asks by sequence number and by search until at least `least` messages were found above what the last look saw. Says
    /// whether it came to the end; the rest is older mail now.
    pub(super) async fn look_otherwise(
        &mut self,
        course: &mut Course,
        examined: &Examined,
        least: i64,
    ) -> Result<bool, ReadError> {
        let mut taken = Taken::nothing();
        let newest = self.reader.session.newest().await?;
        // Where the last number is EXISTS, it was the look before that was told too few.
        let (in_all, top) = newest.unwrap_or((0, Uid(0)));
        let by_number = self.take_by_number(course, examined, in_all, &mut taken);
        let mut rest = by_number.await?;
        if rest.is_none() && course.looking.count() < least {
            let top = end(examined, top);
            let by_search = self.take_by_search(course, examined, top, &mut taken);
            rest = by_search.await?;
        }
        let whole = self.conclude(course, examined, taken, rest).await?;
        if whole && course.looking.count() < least && in_all != examined.exists {
            self.notice(format!(
                "The server says that the folder \"{}\" has {} messages, and no way of asking shows them all. What it shows was read.",
                course.name, examined.exists
            ))
            .await?;
        }
        Ok(whole)
    }

    /// Messages above what the last look saw that FETCH names by number and left out by UID, from the last one back. Gives
    /// what it did not come to.
    async fn take_by_number(
        &mut self,
        course: &mut Course,
        examined: &Examined,
        count: u32,
        taken: &mut Taken,
    ) -> Result<Option<Stretch>, ReadError> {
        let known_up_to = course.looking.known_up_to;
        let up_to = |last: u32| Stretch {
            first: known_up_to.saturating_add(1),
            last,
        };
        let mut last = count;
        while last > 0 {
            let first = last.saturating_sub(NUMBERED - 1).max(1);
            let mut window = match self.reader.session.announce_numbered(first..=last).await {
                Err(ServerError::ServerSaid { .. }) => break,
                window => window?,
            };
            let lowest = window.first().map(|one| one.uid);
            window.retain(|one| !course.looking.has(one.uid));
            for one in &window {
                course.looking.announced.push(i64::from(one.uid.0));
            }
            let mut over = self.lacking(course, examined, window).await?;
            let newest = over.split_off(over.len().saturating_sub(self.left));
            self.deliver_found(course, examined, newest, taken).await?;
            if let Some(left) = over.last() {
                return Ok(Some(up_to(left.uid.0)));
            }
            if first == 1 || lowest.is_some_and(|uid| uid.0 <= known_up_to) {
                break;
            }
            // Where nothing was left out so far, the rest is soon asked for.
            let late = self.is_spent() && !taken.is_nothing();
            if let Some(lowest) = lowest.filter(|_| late) {
                return Ok(Some(up_to(lowest.0.saturating_sub(1))));
            }
            last = first - 1;
        }
        Ok(None)
    }

    /// Messages above what the last look saw that a search lists and FETCH did not name. Gives what it did not come to.
    async fn take_by_search(
        &mut self,
        course: &mut Course,
        examined: &Examined,
        top: Uid,
        taken: &mut Taken,
    ) -> Result<Option<Stretch>, ReadError> {
        let mut from = course.looking.known_up_to.saturating_add(1);
        if !may_search(Uid(from), top, examined.exists) {
            return Ok(None);
        }
        while from <= top.0 {
            let to = from.saturating_add(SPAN - 1).min(top.0);
            let all = Wanted::default();
            let listed = match self.reader.session.search(&all, Uid(from), Uid(to)).await {
                Err(ServerError::ServerSaid { .. }) => break,
                listed => listed?,
            };
            let mut hidden = Vec::new();
            for uid in listed {
                if !course.looking.has(uid) {
                    course.looking.announced.push(i64::from(uid.0));
                    hidden.push(Announced::bare(uid));
                }
            }
            let hidden = self.lacking(course, examined, hidden).await?;
            let hidden = hidden.into_iter().map(|one| Listed {
                uid: one.uid,
                number: None,
            });
            let hidden = hidden.collect();
            if let Some(first) = self.take_up(course, examined, hidden, taken).await? {
                return Ok(Some(Stretch {
                    first: first.0,
                    last: top.0,
                }));
            }
            let Some(next) = to.checked_add(1) else {
                break;
            };
            from = next;
        }
        Ok(None)
    }

    /// What is owed of a message that the server does not show: it lists it still, or does not say that it is gone.
    pub(in super::super) async fn still_owed(
        &self,
        uid: Uid,
    ) -> Result<Option<Missing>, ReadError> {
        let session = &self.reader.session;
        match session.search(&Wanted::default(), uid, uid).await {
            Err(error @ ServerError::ServerSaid { .. }) => {
                Ok(Some(Missing::unannounced(uid, &error)))
            }
            found => Ok((!found?.is_empty()).then(|| Missing::unshown(uid))),
        }
    }
}
