//! Ends a look at each folder that was read to its end: what the server said of it is held against what it announced, and
//! remembered for the next look.

use chrono::{DateTime, Utc};

use super::super::plan::Course;
use super::super::{Found, ReadError, Round};
use super::{LookOwed, Looked, Swept};
use crate::imap::Examined;
use crate::store::folders::looks::Look;

/// So many changes of UIDVALIDITY in a row, and a server is called unreliable.
const TOO_RESTLESS: i32 = 5;

/// Whether what was announced is all that there is.
enum Answer {
    /// As far as any way of asking tells.
    All,
    /// The folder has changed meanwhile.
    Changed,
    /// The rest is older mail now.
    PutOff,
}

/// How a look ended.
enum End {
    /// With all that there is.
    Whole(Through),
    /// What it did not come to, another look does; when the folder was last gone through.
    Owed(Option<DateTime<Utc>>),
    /// The folder has changed meanwhile, and the next look tells.
    Changed,
}

/// What going through a folder came to.
struct Through {
    /// All its UIDs, where they were gone through.
    swept: Option<Swept>,
    /// When they last were.
    swept_at: Option<DateTime<Utc>>,
    /// Whether they are to be.
    owed: bool,
}

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
        match self.go_through(course, &examined).await? {
            End::Whole(through) => self.remember_look(course, examined, through).await,
            End::Owed(swept_at) => self.owe_look(course, swept_at).await,
            End::Changed => Ok(()),
        }
    }

    /// Asks for what was not announced, and goes through all UIDs where that is owed.
    async fn go_through(
        &mut self,
        course: &mut Course,
        examined: &Examined,
    ) -> Result<End, ReadError> {
        let at_these = course.looking.at(examined);
        let exists = i64::from(examined.exists);
        let now = self.reader.clock.now();
        let mut swept_at = course.looking.swept_at;
        let mut swept = None;
        if !course.looking.complete {
            if !course.looking.may_sweep(exists, now) {
                return Ok(End::Owed(swept_at));
            }
            let Some(all) = self.sweep(course, examined).await? else {
                return Ok(End::Changed);
            };
            swept_at = Some(now);
            if !self.take_up_lacking(course, examined, &all).await? {
                return Ok(End::Owed(swept_at));
            }
            course.looking.announced = all.present.clone();
            swept = Some(all);
        }
        let then = at_these.filter(|_| swept.is_none());
        match self.has_all(course, examined, then).await? {
            Answer::All => {}
            Answer::Changed if swept.is_none() => return Ok(End::Changed),
            Answer::Changed | Answer::PutOff => return Ok(End::Owed(swept_at)),
        }
        let went = then.is_some_and(|then| exists < then.exists + course.looking.count());
        let owed_before = at_these.is_some_and(|look| look.sweep_owed);
        let owed = went || swept.is_some() || owed_before;
        let may_sweep = at_these.is_none() || course.looking.may_sweep(exists, now);
        if owed && swept.is_none() && may_sweep {
            swept = self.sweep(course, examined).await?;
            swept_at = swept.as_ref().map_or(swept_at, |_| Some(now));
            // A look that did not come to its end may have left something out.
            if let Some(all) = swept.as_ref().filter(|_| owed_before)
                && !self.take_up_lacking(course, examined, all).await?
            {
                return Ok(End::Owed(swept_at));
            }
        }
        Ok(End::Whole(Through {
            swept,
            swept_at,
            owed,
        }))
    }

    /// Tells of a look that came to its end, where it saw another thing than the last one.
    async fn remember_look(
        &mut self,
        course: &mut Course,
        examined: Examined,
        through: Through,
    ) -> Result<(), ReadError> {
        let before = course.looking.before;
        let at_these = course.looking.at(&examined);
        let agreed = match through.swept {
            Some(swept) => self.agreed(course, &examined, swept).await?,
            None => None,
        };
        let renewed = before.is_some() && at_these.is_none();
        let look = Look {
            uid_validity: i64::from(examined.uid_validity.0),
            exists: i64::from(examined.exists),
            uid_next: examined.uid_next.map(|next| i64::from(next.0)),
            highest_modseq: reliable(examined.highest_modseq, at_these),
            sweep_owed: through.owed && agreed.is_none(),
            swept_at: through.swept_at,
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
        course.looking.swept_at = look.swept_at;
        course.looking.sweep_owed = look.sweep_owed;
        self.say(Found::Looked(Looked {
            folder,
            look,
            swept: agreed,
            renewed: renewed || course.renewed == Some(true),
        }))
        .await
    }

    /// Says that this look did not come to its end, and when the folder was last gone through.
    async fn owe_look(
        &mut self,
        course: &mut Course,
        swept_at: Option<DateTime<Utc>>,
    ) -> Result<(), ReadError> {
        let looking = &mut course.looking;
        if looking.sweep_owed && looking.swept_at == swept_at {
            return Ok(());
        }
        (looking.sweep_owed, looking.swept_at) = (true, swept_at);
        let folder = course.id;
        self.say(Found::LookOwed(LookOwed { folder, swept_at }))
            .await
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
    ) -> Result<Answer, ReadError> {
        // Messages may have been removed as well: so many must have come at least.
        let least = i64::from(examined.exists) - then.map_or(0, |then| then.exists);
        let count = course.looking.count();
        if count < least {
            if !self.stands_still(course, examined).await? {
                return Ok(Answer::Changed);
            }
            if !self.look_otherwise(course, examined, least).await? {
                return Ok(Answer::PutOff);
            }
        } else if then.is_none() && count > least {
            self.notice(format!(
                "The server says that the folder \"{}\" has {} messages and shows {count}. All of them were read.",
                course.name, examined.exists
            ))
            .await?;
        }
        Ok(Answer::All)
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
