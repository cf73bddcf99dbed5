//! Whether a cron line of five fields can be read and ever fires; when it fires is the schedule's matter.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use cron::Schedule;

const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// `Err` says what is wrong and what would be right.
pub(super) fn check(line: &str) -> Result<(), String> {
    if line.starts_with('@') {
        return Err(
            "words such as @hourly are not known; write five fields, such as 0 * * * *".to_owned(),
        );
    }
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [minute, hour, day, month, weekday] = fields.as_slice() else {
        let count = fields.len();
        return Err(format!(
            "a schedule has five fields (minute, hour, day of month, month, day of week) and this has {count}; \"*/5 * * * *\" is every five minutes"
        ));
    };
    let weekday = weekdays(weekday).ok_or_else(|| {
        format!("\"{}\" is no day of week; write 0 to 7 (0 and 7 are Sunday), mon to sun, lists or ranges", short(weekday))
    })?;
    for (name, range, line) in [
        ("minute", "0 to 59", format!("0 {minute} * * * *")),
        ("hour", "0 to 23", format!("0 0 {hour} * * *")),
        ("day of month", "1 to 31", format!("0 0 0 {day} * *")),
        (
            "month",
            "1 to 12 or jan to dec",
            format!("0 0 0 1 {month} *"),
        ),
    ] {
        if Schedule::from_str(&line).is_err() {
            return Err(format!(
                "the {name} is not right; write {range}, *, lists, ranges or steps such as */5"
            ));
        }
    }
    let schedule = Schedule::from_str(&format!("0 {minute} {hour} {day} {month} {weekday}"))
        .map_err(|_| {
            "the schedule can't be read; \"*/5 * * * *\" is every five minutes".to_owned()
        })?;
    // Any moment will do: what never fires after it, the 31st of February, never fires at all.
    match schedule.after(&DateTime::<Utc>::UNIX_EPOCH).next() {
        Some(_) => Ok(()),
        None => Err("the schedule never fires, for no month has that day".to_owned()),
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// The days in the `cron` crate's words: its numbers begin with Sunday as 1, crontab's with Sunday as 0.
fn weekdays(field: &str) -> Option<String> {
    if field == "*" || field == "?" {
        return Some("*".to_owned());
    }
    let mut days = Vec::new();
    for part in field.split(',') {
        let (range, step) = part
            .split_once('/')
            .map_or((part, "1"), |(range, step)| (range, step));
        let step: usize = step.parse().ok().filter(|step| (1..=7).contains(step))?;
        let (first, last) = match range.split_once('-') {
            Some((first, last)) => (weekday(first)?, weekday(last)?),
            None if range == "*" => (0, 6),
            None => (weekday(range)?, weekday(range)?),
        };
        // fri-sun and 5-1 go round the week's end.
        let last = if last < first { last + 7 } else { last };
        days.extend(
            (first..=last)
                .step_by(step)
                .filter_map(|day| DAYS.get(day % 7).copied()),
        );
    }
    Some(days.join(","))
}

fn weekday(text: &str) -> Option<usize> {
    match text.parse::<usize>() {
        Ok(day) => (day <= 7).then_some(day),
        Err(_) => DAYS.iter().position(|name| name.eq_ignore_ascii_case(text)),
    }
}

#[cfg(test)]
#[path = "cron_line_tests.rs"]
mod tests;
