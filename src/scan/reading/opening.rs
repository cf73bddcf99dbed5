//! Opens folders. One seen for the first time, or under a new UIDVALIDITY, begins: its cursor stands at its end, and all
//! that is there is its backlog.

use entities::scanners::Backfill;

use super::Round;
use super::found::{Begun, Found, ReadError};
use super::plan::{Course, Stretch};
use super::windows::window;
use crate::imap::Examined;

impl Round {
    /// Opens a folder unless it is open; one seen for the first time, or under a new UIDVALIDITY, begins.
    pub(super) async fn open(&mut self, course: &mut Course) -> Result<Examined, ReadError> {
        if let Some((folder, examined)) = self.opened
            && folder == course.id
        {
            return Ok(examined);
        }
        self.opened = None;
        let examined = self.examine(course).await?;
        course.looking.opened(examined);
        if course.uid_validity != Some(examined.uid_validity) {
            self.begin(course, &examined).await?;
        }
        self.opened = Some((course.id, examined));
        Ok(examined)
    }

    async fn begin(&mut self, course: &mut Course, examined: &Examined) -> Result<(), ReadError> {
        let last_uid = match examined.uid_next {
            Some(next) => next.0.saturating_sub(1),
            None if examined.exists == 0 => 0,
            None => self.highest(course).await?,
        };
        course.renewed = Some(course.uid_validity.is_some());
        course.looking.begin();
        course.uid_validity = Some(examined.uid_validity);
        course.last_uid = last_uid;
        course.again.clear();
        course.backlog = (last_uid > 0).then_some(Stretch {
            first: 1,
            last: last_uid,
        });
        self.say(Found::Begun(Begun {
            folder: course.id,
            uid_validity: examined.uid_validity,
            last_uid,
            exists: examined.exists,
            highest_modseq: examined.highest_modseq,
        }))
        .await
    }

    /// The highest UID of a folder whose server does not say what the next one will be.
    async fn highest(&mut self, course: &Course) -> Result<u32, ReadError> {
        let mut rest = Stretch {
            first: 1,
            last: u32::MAX,
        };
        let mut highest = 0;
        loop {
            let cuts = self.trouble.cuts(course.id);
            let asked = window(rest, u32::MAX, Backfill::OldestFirst, &cuts);
            let told = self.announce(course, asked).await?;
            highest = told
                .uids()
                .into_iter()
                .map(|uid| uid.0)
                .fold(highest, u32::max);
            match rest.without(asked, Backfill::OldestFirst) {
                Some(more) => rest = more,
                None => return Ok(highest),
            }
        }
    }
}
