//! Dates as mail programs write them into a text: `Mon, 9 Nov 2026 at 18:00`, `lunedì 9 novembre 2026 18:00`,
//! `November 9, 2026 6:00 PM`. Days and months as numbers say not which is which, and are not read.

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::super::{date, folded::folded};

/// Beginnings of the months in English, Italian, Polish, Portuguese, Romanian, German, French, Spanish.
const MONTHS: &[(&str, u32)] = &[
    ("jan", 1),
    ("gen", 1),
    ("sty", 1),
    ("ian", 1),
    ("ene", 1),
    ("feb", 2),
    ("lut", 2),
    ("fev", 2),
    ("mar", 3),
    ("maerz", 3),
    ("apr", 4),
    ("kwi", 4),
    ("abr", 4),
    ("avr", 4),
    ("may", 5),
    ("mag", 5),
    ("maj", 5),
    ("mai", 5),
    ("juin", 6),
    ("jun", 6),
    ("giu", 6),
    ("cze", 6),
    ("iun", 6),
    ("juil", 7),
    ("jul", 7),
    ("lug", 7),
    ("lip", 7),
    ("iul", 7),
    ("aug", 8),
    ("ago", 8),
    ("sie", 8),
    ("aou", 8),
    ("sep", 9),
    ("set", 9),
    ("wrz", 9),
    ("oct", 10),
    ("ott", 10),
    ("paz", 10),
    ("out", 10),
    ("okt", 10),
    ("nov", 11),
    ("lis", 11),
    ("noi", 11),
    ("dec", 12),
    ("dic", 12),
    ("gru", 12),
    ("dez", 12),
    ("dzi", 12),
];
/// Days of the week that begin like a month: Italian, French and Spanish Tuesdays.
const TUESDAYS: &[&str] = &["mar", "martedi", "mardi", "martes", "marti"];

/// The moment, in UTC where no offset is given.
pub(super) fn read(text: &str) -> Option<DateTime<FixedOffset>> {
    let folded = folded(text);
    let words: Vec<&str> = folded
        .split([' ', ','])
        .filter(|word| !word.is_empty())
        .take(20)
        .collect();
    // As mail itself writes dates.
    if words.iter().any(|word| offset(word).is_some())
        && let Some(date) = date::parse(text.trim())
    {
        return Some(date);
    }
    let year = words.iter().find_map(|word| number(word, 4))?;
    let day = words
        .iter()
        .filter(|word| word.len() <= 3)
        .find_map(|word| {
            number(word.trim_end_matches('.'), 2).or_else(|| number(word.trim_end_matches('.'), 1))
        })?;
    let months: Vec<u32> = words
        .iter()
        .enumerate()
        .filter_map(|(at, word)| month(word, at))
        .collect();
    let [month] = months.as_slice() else {
        return None;
    };
    let (hour, minute) = words.iter().find_map(|word| time(word))?;
    let hour = match (
        words.iter().any(|word| matches!(*word, "pm" | "p.m.")),
        words.iter().any(|word| matches!(*word, "am" | "a.m.")),
    ) {
        (true, _) if hour < 12 => hour + 12,
        (_, true) if hour == 12 => 0,
        _ => hour,
    };
    let offset = words.iter().find_map(|word| offset(word)).unwrap_or(0);
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, *month, day)?
        .and_hms_opt(hour, minute, 0)?
        .and_local_timezone(FixedOffset::east_opt(offset * 60)?)
        .single()
}

fn number(word: &str, digits: usize) -> Option<u32> {
    (word.len() == digits && word.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| word.parse().ok())
        .flatten()
}

fn month(word: &str, at: usize) -> Option<u32> {
    let word = word.trim_end_matches('.');
    // The day of the week stands first.
    if !word.chars().all(char::is_alphabetic) || at == 0 && TUESDAYS.contains(&word) {
        return None;
    }
    MONTHS
        .iter()
        .find(|(begins, _)| word.starts_with(begins))
        .map(|(_, month)| *month)
}

fn time(word: &str) -> Option<(u32, u32)> {
    let (hour, rest) = word.split_once(':')?;
    let minute = rest.get(..2)?;
    Some((
        hour.parse().ok().filter(|hour| *hour < 24)?,
        minute.parse().ok()?,
    ))
}

/// Minutes east of UTC: `+0100`, `gmt+1`, `cet`.
fn offset(word: &str) -> Option<i32> {
    let word = word.trim_matches(['(', ')']);
    match word {
        "gmt" | "utc" => return Some(0),
        "cet" => return Some(60),
        "cest" => return Some(120),
        _ => {}
    }
    let zone = word
        .strip_prefix("gmt")
        .or_else(|| word.strip_prefix("utc"))
        .unwrap_or(word);
    let (sign, digits) = match zone.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits = digits.replace(':', "");
    let value: i32 = digits
        .parse()
        .ok()
        .filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    match digits.len() {
        1 | 2 => Some(sign * value * 60),
        4 => Some(sign * (value / 100 * 60 + value % 100)),
        _ => None,
    }
    .filter(|minutes| minutes.abs() <= 14 * 60)
}

#[cfg(test)]
#[path = "block_date_tests.rs"]
mod tests;
