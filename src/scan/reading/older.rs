//! Reads older mail, window by window, looking for new mail in between, until there is none, or the limit is reached, or
//! others should have a turn.

use chrono::{DateTime, TimeDelta, Utc};

use super::found::{End, ReadError};
use super::plan::Course;
use super::windows::{next_span, window};
use super::{Ahead, Round};

/// How often new mail is looked for while older mail is read.
const LOOK_AGAIN: TimeDelta = TimeDelta::seconds(5);

impl Round {
    pub(super) async fn read_backlogs(&mut self, courses: &mut [Course]) -> Result<End, ReadError> {
        let mut looked_at = self.reader.clock.now();
        loop {
            let mut with_backlog = courses
                .iter_mut()
                .filter(|course| !course.closed && course.backlog.is_some());
            let Some(course) = with_backlog.next().filter(|_| self.left > 0) else {
                return Ok(End::Whole);
            };
            let read = self.read_backlog_window(course).await;
            self.pass_over(course, read).await?;
            let now = self.reader.clock.now();
            if self.is_to_leave_backlog(now) {
                let left = courses
                    .iter()
                    .any(|course| !course.closed && course.backlog.is_some());
                return Ok(if left { End::BacklogLeft } else { End::Whole });
            }
            if now >= looked_at + LOOK_AGAIN {
                looked_at = now;
                self.look_for_new(courses).await?;
            }
        }
    }

    pub(super) fn is_to_leave_backlog(&self, now: DateTime<Utc>) -> bool {
        self.leave_backlog_at.is_some_and(|at| now >= at)
    }

    async fn read_backlog_window(&mut self, course: &mut Course) -> Result<(), ReadError> {
        let examined = self.open(course).await?;
        let Some(rest) = course.backlog else {
            return Ok(());
        };
        let cuts = self.trouble.cuts(course.id);
        let asked = window(rest, course.span, self.backfill, &cuts);
        let told = self.announce(course, asked).await?;
        course.span = next_span(course.span, told.messages.len());
        self.read_window(course, &examined, asked, told, Ahead::Backlog)
            .await
    }
}
