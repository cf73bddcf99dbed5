//! Schedules for people: a crontab line in words, and when it fires next.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use maud::{Markup, html};

use crate::schedule::{CronLine, Timetable};

/// Runs that are shown.
const RUNS: usize = 5;

/// Lines that a form offers, with what they mean.
pub(super) const OFFERED: [(&str, &str); 9] = [
    ("* * * * *", "every minute"),
    ("*/5 * * * *", "every 5 minutes"),
    ("*/15 * * * *", "every 15 minutes"),
    ("*/30 * * * *", "every 30 minutes"),
    ("0 * * * *", "every hour"),
    ("*/10 8-18 * * MON-FRI", "every 10 minutes in working hours"),
    ("0 8 * * MON-FRI", "at 8:00 on working days"),
    ("0 6 * * *", "every day at 6:00"),
    ("0 6 * * MON", "every Monday at 6:00"),
];

/// What a line means, where it is one of the usual ones.
pub(super) fn words(line: &str) -> String {
    let line = match line.trim() {
        "@hourly" => "0 * * * *",
        "@daily" | "@midnight" => "0 0 * * *",
        "@weekly" => "0 0 * * SUN",
        "@monthly" => "0 0 1 * *",
        line => line,
    };
    if let Some((_, words)) = OFFERED.iter().find(|(offered, _)| *offered == line) {
        return (*words).to_owned();
    }
    let fields: Vec<&str> = line.split_whitespace().collect();
    let number = |text: &str| text.parse::<u32>().ok();
    match fields.as_slice() {
        [minutes, "*", "*", "*", "*"] => match minutes.strip_prefix("*/").and_then(number) {
            Some(every) => format!("every {every} minutes"),
            None => {
                number(minutes).map_or_else(odd, |minute| format!("every hour at minute {minute}"))
            }
        },
        [minute, hour, "*", "*", days] => match (number(minute), number(hour)) {
            (Some(minute), Some(hour)) => {
                let days = match *days {
                    "*" => "every day".to_owned(),
                    "1-5" | "MON-FRI" => "on working days".to_owned(),
                    days => format!("on {days}"),
                };
                format!("{days} at {hour}:{minute:02}")
            }
            _ => odd(),
        },
        [minute, hour, day, "*", "*"] => match (number(minute), number(hour), number(day)) {
            (Some(minute), Some(hour), Some(day)) => {
                format!("on day {day} of every month at {hour}:{minute:02}")
            }
            _ => odd(),
        },
        _ => odd(),
    }
}

fn odd() -> String {
    "by its own line".to_owned()
}

/// The next runs on the wall clock of the zone; that there are none where the line or the zone can't be read.
pub(super) fn next_runs(line: &str, zone: &str, now: DateTime<Utc>) -> Markup {
    let (Ok(line), Ok(zone)) = (line.parse::<CronLine>(), zone.parse::<Tz>()) else {
        return html! { "not known: the schedule can't be read" };
    };
    let timetable = Timetable::new(line, zone);
    let runs = std::iter::successors(timetable.next_after(now), |last| {
        timetable.next_after(*last)
    });
    html! {
        ul.runs {
            @for run in runs.take(RUNS) {
                li {
                    time datetime=(run.format("%Y-%m-%dT%H:%M:%SZ")) { (run.with_timezone(&zone).format("%a %Y-%m-%d %H:%M %Z")) }
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
