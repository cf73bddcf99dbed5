//! A crontab line: five fields as everybody writes them, or six with seconds in front.
//!
//! The `cron` crate counts weekdays from Sunday = 1, asks for seconds and combines day-of-month with weekday
//! by AND; crontab(5) counts from Sunday = 0, has no seconds and combines by OR. This file translates.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use cron::Schedule;

const LONGEST: usize = 200;
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// When something is to be done, in wall time of a zone that is named elsewhere.
#[derive(Debug, Clone)]
pub struct CronLine {
    text: String,
    /// One schedule, or two where either of day-of-month and weekday is enough.
    schedules: Vec<Schedule>,
    /// Names one time of the day (`30 2 * * *`), not an interval or a list (`*/30 * * * *`).
    one_time: bool,
}

/// Why a line can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CronLineError {
    /// Longer than any sensible line.
    #[error(
        "the schedule is longer than {LONGEST} characters; write a crontab line such as `*/5 * * * *`"
    )]
    TooLong,
    /// Not five or six fields.
    #[error(
        "the schedule has {0} fields; write five (minute hour day month weekday), such as `*/5 * * * *`"
    )]
    Fields(usize),
    /// A weekday that is none.
    #[error("`{0}` is no weekday; use 0 to 7 (0 and 7 are Sunday) or MON to SUN")]
    Weekday(String),
    /// The rest of the syntax.
    #[error(
        "`{0}` is no crontab line; write minute, hour, day, month and weekday, such as `0 7-19 * * MON-FRI`"
    )]
    Syntax(String),
    /// A day that no month has.
    #[error("`{0}` never comes; check day and month")]
    Never(String),
}

impl CronLine {
    /// The first wall time after `wall` (a wall time labelled UTC).
    #[must_use]
    pub(super) fn wall_after(&self, wall: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.schedules
            .iter()
            .filter_map(|schedule| schedule.after(&wall).next())
            .min()
    }

    /// Whether it names one time of the day rather than an interval or a list.
    #[must_use]
    pub(super) fn names_one_time(&self) -> bool {
        self.one_time
    }
}

impl fmt::Display for CronLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for CronLine {
    type Err = CronLineError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > LONGEST {
            return Err(CronLineError::TooLong);
        }
        let text = text.trim();
        let spelled = spell_out(text);
        let fields: Vec<&str> = spelled.split_ascii_whitespace().collect();
        let (second, minute, hour, day, month, weekday) = match fields.as_slice() {
            [minute, hour, day, month, weekday] => ("0", *minute, *hour, *day, *month, *weekday),
            [second, minute, hour, day, month, weekday] => {
                (*second, *minute, *hour, *day, *month, *weekday)
            }
            other => return Err(CronLineError::Fields(other.len())),
        };
        let weekdays = weekdays(weekday)?;
        let schedule = |day: &str, weekday: &str| {
            Schedule::from_str(&format!("{second} {minute} {hour} {day} {month} {weekday}"))
                .map_err(|_| CronLineError::Syntax(text.to_owned()))
        };
        let schedules = if any(day) || any(weekday) {
            vec![schedule(day, &weekdays)?]
        } else {
            vec![schedule(day, "*")?, schedule("*", &weekdays)?]
        };
        let line = Self {
            text: text.to_owned(),
            schedules,
            one_time: [second, minute, hour]
                .iter()
                .all(|field| field.bytes().all(|byte| byte.is_ascii_digit())),
        };
        match line.wall_after(DateTime::UNIX_EPOCH + chrono::Duration::days(50 * 365)) {
            Some(_) => Ok(line),
            None => Err(CronLineError::Never(text.to_owned())),
        }
    }
}

/// Whether a field leaves its value open.
fn any(field: &str) -> bool {
    matches!(field, "*" | "?")
}

/// The usual nicknames as the lines they stand for.
fn spell_out(text: &str) -> &str {
    match text {
        "@hourly" => "0 * * * *",
        "@daily" | "@midnight" => "0 0 * * *",
        "@weekly" => "0 0 * * SUN",
        "@monthly" => "0 0 1 * *",
        "@yearly" | "@annually" => "0 0 1 1 *",
        line => line,
    }
}

/// A weekday field with every day by its name, which both ways of counting read alike.
fn weekdays(field: &str) -> Result<String, CronLineError> {
    if any(field) {
        return Ok("*".to_owned());
    }
    let mut named = [false; 7];
    for item in field.split(',') {
        let wrong = || CronLineError::Weekday(item.to_owned());
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, step.parse().map_err(|_| wrong())?),
            None => (item, 1),
        };
        let (first, last) = match range.split_once('-') {
            _ if range == "*" => (0, 6),
            Some((first, last)) => (
                weekday(first).ok_or_else(wrong)?,
                weekday(last).ok_or_else(wrong)?,
            ),
            None if item.contains('/') => (weekday(range).ok_or_else(wrong)?, 6),
            None => {
                let day = weekday(range).ok_or_else(wrong)?;
                (day, day)
            }
        };
        // `FRI-SUN` ends on the Sunday after the Friday.
        let last = if last == 0 && first > 0 { 7 } else { last };
        if step == 0 || first > last {
            return Err(wrong());
        }
        for day in (first..=last).step_by(step) {
            if let Some(slot) = named.get_mut(day % 7) {
                *slot = true;
            }
        }
    }
    let days: Vec<&str> = WEEKDAYS
        .iter()
        .zip(named)
        .filter_map(|(name, named)| named.then_some(*name))
        .collect();
    Ok(days.join(","))
}

/// 0 to 7, or the first three letters of the English name.
fn weekday(text: &str) -> Option<usize> {
    match text.parse() {
        Ok(number) => (number <= 7).then_some(number),
        Err(_) => WEEKDAYS
            .iter()
            .position(|name| name.eq_ignore_ascii_case(text)),
    }
}
