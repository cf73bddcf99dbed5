//! The Date header (RFC 5322 §3.3 and §4.3), with the sender's offset; forms that no standard has where they are plain.

use chrono::{DateTime, FixedOffset, NaiveDate};
use mail_parser::HeaderValue;
use mail_parser::parsers::MessageStream;

use super::headers::Headers;
use super::notes::{Notes, excerpt};

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// The first Date header that can be read.
pub(super) fn read(headers: &Headers, notes: &mut Notes) -> Option<DateTime<FixedOffset>> {
    let written = headers.first("date");
    let date = headers.all("date").find_map(parse);
    if date.is_none() {
        notes.add(match written {
            Some(written) => format!("The date can't be read: {}", excerpt(written)),
            None => "The message has no date.".to_owned(),
        });
    }
    date
}

/// A date as mail has it.
pub(super) fn parse(text: &str) -> Option<DateTime<FixedOffset>> {
    let text = text.get(..200).unwrap_or(text);
    if text.as_bytes().get(4) == Some(&b'-') {
        return DateTime::parse_from_rfc3339(text).ok();
    }
    // 5-Jan-2024: as IMAP writes dates.
    let hyphens = text.replace('-', " ");
    let zoned = format!("{text} +0000");
    let (date, written) = [text, &zoned, &hyphens]
        .into_iter()
        .find_map(|form| Some((parsed(form)?, form)))?;
    in_its_month(&date, written)
        .then(|| with_offset(&date))
        .flatten()
}

fn parsed(text: &str) -> Option<mail_parser::DateTime> {
    match MessageStream::new(format!("{text}\n").as_bytes()).parse_date() {
        HeaderValue::DateTime(date) if date.year > 0 && date.day > 0 => Some(date),
        _ => None,
    }
}

/// mail-parser tells months by a hash of two letters and takes `Mai` for one of its own.
fn in_its_month(date: &mail_parser::DateTime, text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let named = MONTHS
        .get(usize::from(date.month).wrapping_sub(1))
        .is_some_and(|month| text.contains(month));
    let letters = text.split(',').next_back().unwrap_or("");
    let letters = letters.split(':').next().unwrap_or("");
    named || !letters.contains(|c: char| c.is_alphabetic())
}

fn with_offset(date: &mail_parser::DateTime) -> Option<DateTime<FixedOffset>> {
    let seconds = i32::from(date.tz_hour) * 3600 + i32::from(date.tz_minute) * 60;
    let offset = FixedOffset::east_opt(if date.tz_before_gmt {
        -seconds
    } else {
        seconds
    })?;
    NaiveDate::from_ymd_opt(
        i32::from(date.year),
        u32::from(date.month),
        u32::from(date.day),
    )?
    // A leap second is the last one of its minute.
    .and_hms_opt(
        u32::from(date.hour),
        u32::from(date.minute),
        u32::from(date.second).min(59),
    )?
    .and_local_timezone(offset)
    .single()
}

#[cfg(test)]
#[path = "date_tests.rs"]
mod tests;
