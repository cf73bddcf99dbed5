//! When a scanner is due: a crontab line in a time zone, through every change of the clocks.
//!
//! A time of the day that the spring change leaves out happens at the change, one that the autumn change brings
//! twice happens once; intervals and lists follow the wall clock through both. Knows nothing of scans.

mod cron_line;

use chrono::{DateTime, Duration, Offset as _, TimeZone as _, Utc};
use chrono_tz::Tz;

pub use cron_line::{CronLine, CronLineError};

/// No two changes of a zone's clocks are closer than this.
const STEP: Duration = Duration::hours(12);

/// Clocks are never put back by more than this.
const LONGEST_FOLD: Duration = Duration::hours(3);

/// A crontab line and the zone whose wall clock it means.
#[derive(Debug, Clone)]
pub struct Timetable {
    line: CronLine,
    zone: Tz,
}

impl Timetable {
    /// Puts the two together.
    #[must_use]
    pub fn new(line: CronLine, zone: Tz) -> Self {
        Self { line, zone }
    }

    /// The first moment strictly after `after`; `None` only where the line has no time left.
    #[must_use]
    pub fn next_after(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut from = after;
        // Wall times up to here have had their turn before the clocks went back.
        let mut done_until = self
            .first_change(after - LONGEST_FOLD, after)
            .and_then(|change| self.repeated_until(change));
        loop {
            let offset = self.offset_at(from);
            let mut wall = from + offset;
            if self.line.names_one_time() {
                wall = done_until.map_or(wall, |done| wall.max(done));
            }
            let next_wall = self.line.wall_after(wall)?;
            let Some(change) = self.first_change(from, next_wall - offset) else {
                return Some(next_wall - offset);
            };
            if next_wall - offset < change {
                return Some(next_wall - offset);
            }
            let new_offset = self.offset_at(change);
            if self.line.names_one_time() && next_wall < change + new_offset {
                return Some(change);
            }
            done_until = self.repeated_until(change);
            // The moment of the change itself is a candidate, so look from just before it.
            from = change;
            if let Some(at_change) = self.at_change(change, new_offset, done_until) {
                return Some(at_change);
            }
        }
    }

    /// The change itself, where its new wall time is one of the line's.
    fn at_change(
        &self,
        change: DateTime<Utc>,
        offset: Duration,
        done_until: Option<DateTime<Utc>>,
    ) -> Option<DateTime<Utc>> {
        let wall = change + offset;
        if self.line.names_one_time() && done_until.is_some_and(|done| wall <= done) {
            return None;
        }
        let matches = self.line.wall_after(wall - Duration::seconds(1)) == Some(wall);
        matches.then_some(change)
    }

    /// The last wall time that a change brings a second time, where it puts the clocks back.
    fn repeated_until(&self, change: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let second = Duration::seconds(1);
        let before = self.offset_at(change - second);
        (self.offset_at(change) < before).then_some(change + before - second)
    }

    /// How far the zone's wall clock is ahead of UTC.
    fn offset_at(&self, moment: DateTime<Utc>) -> Duration {
        let offset = self.zone.offset_from_utc_datetime(&moment.naive_utc());
        Duration::seconds(i64::from(offset.fix().local_minus_utc()))
    }

    /// The first moment in `(from, until]` at which the zone's offset is another.
    fn first_change(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let offset = self.offset_at(from);
        let mut before = from;
        let mut after = loop {
            let next = (before + STEP).min(until);
            if self.offset_at(next) != offset {
                break next;
            }
            if next >= until {
                return None;
            }
            before = next;
        };
        while after - before > Duration::seconds(1) {
            let middle = before + Duration::seconds((after - before).num_seconds() / 2);
            if self.offset_at(middle) == offset {
                before = middle;
            } else {
                after = middle;
            }
        }
        Some(DateTime::from_timestamp(after.timestamp(), 0).unwrap_or(after))
    }
}

/// Spreads scanners with the same schedule over `window`, always the same way for the same scanner.
#[must_use]
pub fn jitter(scanner: i64, window: Duration) -> Duration {
    // A multiplicative hash (Knuth, TAOCP 3 §6.4) scatters neighbouring ids.
    let scattered = scanner.unsigned_abs().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
    let window = u64::try_from(window.num_milliseconds()).unwrap_or(0);
    let milliseconds = (scattered * window) >> 32;
    Duration::milliseconds(i64::try_from(milliseconds).unwrap_or(0))
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
