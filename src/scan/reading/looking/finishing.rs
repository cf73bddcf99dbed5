//! Ends a look at each folder that was read to its end: what the server said of it is held against what it announced, and
//! remembered for the next look.

use super::super::plan::Course;
use super::super::{Found, ReadError, Round};
use super::sweeping::may_sweep;
use super::{Looked, Swept};
use crate::imap::Examined;
use crate::store::folders::looks::Look;

/// So many changes of UIDVALIDITY in a row, and a server is called unreliable.
const TOO_RESTLESS: i32 = 5;

impl Round {
    /// Holds against each other what the server said of each folder that was read to its end.
    pub(in super::super) async fn finish_looks(
        &mut self,
        courses: &mut [Course],
    ) -> Result<(), ReadError> {
        for course in courses {
            let read = course.backlog.is_none() && course.again.is_empty() && !course.closed;
            let Some(examined) = course.looking.now.filter(|_| read && self.left > 0) else {
                continue;
            };
            // A backlog that was widened is a reason to look however little has changed.
            let is_unchanged =
                course.looking.complete && course.is_unchanged(&examined, self.reader.clock.now());
            if !is_unchanged {
                let mut looked = self.finish_look(course, examined).await;
                if looked.is_ok() && course.looking.changed {
                    // What came meanwhile is read now: the next look may be long in coming.
                    looked = self.read_new(course).await;
                }
                self.pass_over(course, looked).await?;
            }
        }
        Ok(())
    }

    async fn finish_look(
        &mut self,
        course: &mut Course,
        examined: Examined,
    ) -> Result<(), ReadError> {
        let before = course.looking.before;
        let at_these = course.looking.at(&examined);
        let exists = i64::from(examined.exists);
        let now = self.reader.clock.now();
        let mut swept = None;
        if !course.looking.complete {
            let Some(all) = self.go_through_all(course, &examined).await? else {
                return Ok(());
            };
            swept = Some(all);
        }
        let then = at_these.filter(|_| swept.is_none());
        if !self.has_all(course, &examined, then).await? {
            return Ok(());
        }
        let went = then.is_some_and(|then| exists < then.exists + course.looking.count());
        let owed = went || swept.is_some() || at_these.is_some_and(|look| look.sweep_owed);
        if owed && swept.is_none() && may_sweep(at_these, exists, now) {
            swept = self.sweep(course, &examined, false).await?;
        }
        let swept_at = match &swept {
            Some(_) => Some(now),
            None => before.and_then(|look| look.swept_at),
        };
        let agreed = match swept {
            Some(swept) => self.agreed(course, &examined, swept).await?,
            None => None,
        };
        let renewed = before.is_some() && at_these.is_none();
        let look = Look {
            uid_validity: i64::from(examined.uid_validity.0),
            exists,
            uid_next: examined.uid_next.map(|next| i64::from(next.0)),
            highest_modseq: reliable(examined.highest_modseq, at_these),
            sweep_owed: owed && agreed.is_none(),
            swept_at,
            renewals: before
                .filter(|_| renewed)
                .map_or(0, |look| look.renewals + 1),
        };
        self.call_restless(course, look).await?;
        if Some(look) == before && agreed.is_none() {
            return Ok(());
        }
        let folder = course.id;
        course.looking.before = Some(look);
        self.say(Found::Looked(Looked {
            folder,
            look,
            swept: agreed,
            renewed: renewed || course.renewed == Some(true),
        }))
        .await
    }

    /// Where several scans read a folder, only its UIDs say what there is in all; nothing where it has changed since.
    async fn go_through_all(
        &mut self,
        course: &mut Course,
        examined: &Examined,
    ) -> Result<Option<Swept>, ReadError> {
        let Some(mut all) = self.sweep(course, examined, true).await? else {
            return Ok(None);
        };
        let unshown = std::mem::take(&mut all.unshown);
        self.take_up_listed(course, examined, unshown).await?;
        course.looking.announced = all.present.clone();
        Ok(Some(all))
    }

    async fn call_restless(&mut self, course: &Course, look: Look) -> Result<(), ReadError> {
        if look.renewals < TOO_RESTLESS {
            return Ok(());
        }
        self.notice(format!(
            "The server has given the folder \"{}\" another UIDVALIDITY {} times in a row and can't be relied on: each time all its messages have to be recognised anew.",
            course.name, look.renewals
        ))
        .await
    }

    /// Whether as many messages were announced as there are, or all that any way of asking brings; not where somebody
    /// is changing the folder right now, for then the next look tells.
    async fn has_all(
        &mut self,
        course: &mut Course,
        examined: &Examined,
        then: Option<Look>,
    ) -> Result<bool, ReadError> {
        // Messages may have been removed as well: so many must have come at least.
        let least = i64::from(examined.exists) - then.map_or(0, |then| then.exists);
        let count = course.looking.count();
        if count < least {
            if !self.stands_still(course, examined).await? {
                return Ok(false);
            }
            self.look_otherwise(course, examined, least).await?;
        } else if then.is_none() && count > least {
            self.notice(format!(
                "The server says that the folder \"{}\" has {} messages and shows {count}. All of them were read.",
                course.name, examined.exists
            ))
            .await?;
        }
        Ok(true)
    }

    /// Opens a folder anew and says whether it is as it was.
    pub(super) async fn stands_still(
        &mut self,
        course: &mut Course,
        examined: &Examined,
    ) -> Result<bool, ReadError> {
        self.opened = None;
        let again = self.examine(course).await?;
        self.opened = Some((course.id, again));
        let stands_still = (again.uid_validity, again.exists)
            == (examined.uid_validity, examined.exists)
            && again.uid_next == examined.uid_next;
        course.looking.changed |= !stands_still;
        Ok(stands_still)
    }
}

/// HIGHESTMODSEQ, unless it went backwards: then the server counts in a way of its own.
fn reliable(modseq: Option<u64>, before: Option<Look>) -> Option<i64> {
    let modseq = i64::try_from(modseq?).ok()?;
    let then = before.and_then(|look| look.highest_modseq);
    Some(modseq).filter(|modseq| then.is_none_or(|then| *modseq >= then))
}
