//! Moments and days as a person reads them: in UTC, with how long ago or how far ahead.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use maud::{Markup, html};

/// `2026-11-22 12:00 UTC (3 hours ago)`
pub(super) fn moment(moment: DateTime<Utc>, now: DateTime<Utc>) -> Markup {
    html! {
        (plain(moment)) " " span.quiet { "(" (distance(now - moment)) ")" }
    }
}

/// `2026-11-22 12:00 UTC`
pub(super) fn plain(moment: DateTime<Utc>) -> Markup {
    html! {
        time datetime=(moment.format("%Y-%m-%dT%H:%M:%SZ")) { (moment.format("%Y-%m-%d %H:%M UTC")) }
    }
}

/// `2026-11-22 (in 3 days)`
pub(super) fn day(day: NaiveDate, now: DateTime<Utc>) -> Markup {
    let days = (day - now.date_naive()).num_days();
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
