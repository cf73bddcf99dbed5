//! Moments and days as a person reads them: in their time zone, with how long ago or how far ahead.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use maud::{Markup, html};

use crate::http::{Shared, Visitor};

/// When a page is made, and in whose time zone it is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now {
    /// The moment.
    pub(super) at: DateTime<Utc>,
    /// The reader's time zone.
    pub(super) zone: Tz,
}

impl Now {
    /// For this reader.
    pub(super) fn of(shared: &Shared, visitor: &Visitor) -> Self {
        Self {
            at: shared.clock.now(),
            zone: visitor.zone,
        }
    }

    /// The reader's day.
    pub(super) fn today(self) -> NaiveDate {
        self.at.with_timezone(&self.zone).date_naive()
    }
}

/// `2026-11-22 13:00 CET (3 hours ago)`
pub(super) fn moment(moment: DateTime<Utc>, now: Now) -> Markup {
    html! {
        (plain(moment, now)) " " span.quiet { "(" (distance(now.at - moment)) ")" }
    }
}

/// `2026-11-22 13:00 CET`
pub(super) fn plain(moment: DateTime<Utc>, now: Now) -> Markup {
    let there = moment.with_timezone(&now.zone);
    html! {
        time datetime=(moment.format("%Y-%m-%dT%H:%M:%SZ")) { (there.format("%Y-%m-%d %H:%M %Z")) }
    }
}

/// `2026-11-22 (in 3 days)`
pub(super) fn day(day: NaiveDate, now: Now) -> Markup {
    let days = (day - now.today()).num_days();
    let distance = match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        days if days > 0 => format!("in {days} days"),
        days => format!("{} days ago", -days),
    };
    html! {
        time datetime=(day.format("%Y-%m-%d")) { (day.format("%Y-%m-%d")) } " "
        span.quiet { "(" (distance) ")" }
    }
}

/// How long since; ahead where it is negative.
fn distance(since: TimeDelta) -> String {
    let (ahead, length) = (since < TimeDelta::zero(), since.abs());
    let units = [
        (length.num_days(), "day"),
        (length.num_hours(), "hour"),
        (length.num_minutes(), "minute"),
    ];
    let Some((number, unit)) = units.into_iter().find(|(number, _)| *number > 0) else {
        return if ahead { "in a moment" } else { "just now" }.to_owned();
    };
    let plural = if number == 1 { "" } else { "s" };
    if ahead {
        format!("in {number} {unit}{plural}")
    } else {
        format!("{number} {unit}{plural} ago")
    }
}

#[cfg(test)]
#[path = "moment_tests.rs"]
mod tests;
