//! Prints tables, sentences and JSON, none of which can steer a terminal: mail and servers have a say in their words.

use std::fmt::Display;
use std::io::{self, Write as _};

use chrono::{DateTime, Utc};
use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

/// Prints one line.
pub(super) fn line(text: impl Display) -> io::Result<()> {
    put(&printable(&text.to_string()))
}

/// Prints a text of several lines.
pub(super) fn text(text: impl Display) -> io::Result<()> {
    put(&printable_lines(&text.to_string()))
}

/// Prints `value` as indented JSON.
pub(super) fn json(value: &impl Serialize) -> io::Result<()> {
    put(&escaped(&serde_json::to_string_pretty(value)?))
}

/// Prints rows under headings, fitted to the terminal.
pub(super) fn table<const COLUMNS: usize>(
    headings: [&str; COLUMNS],
    rows: impl IntoIterator<Item = [String; COLUMNS]>,
) -> io::Result<()> {
    put(&table_text(headings, rows))
}

/// `println!` panics where nobody reads on (`| head`).
fn put(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// Rows under headings. Control characters of mail can't steer the terminal.
fn table_text<const COLUMNS: usize>(
    headings: [&str; COLUMNS],
    rows: impl IntoIterator<Item = [String; COLUMNS]>,
) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_BORDERS_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(headings)
        .add_rows(rows.into_iter().map(|row| row.map(|cell| printable(&cell))));
    table.to_string()
}

/// `text` with everything replaced that a terminal would obey.
fn printable(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            '\n' | '\t' => ' ',
            letter if steers(letter) => '\u{fffd}',
            letter => letter,
        })
        .collect()
}

/// The same line by line.
pub(super) fn printable_lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(printable).collect();
    lines.join("\n")
}

/// JSON with everything escaped that a terminal would obey; serde only escapes what JSON forbids.
fn escaped(json: &str) -> String {
    use std::fmt::Write as _;
    json.chars()
        .fold(String::with_capacity(json.len()), |mut text, letter| {
            if letter != '\n' && steers(letter) {
                // Writing to a String can't fail.
                let _ = write!(text, "\\u{:04x}", u32::from(letter));
            } else {
                text.push(letter);
            }
            text
        })
}

/// Control characters, and those that turn the direction of writing.
fn steers(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A moment as a person reads it, in UTC.
pub(super) fn moment(moment: DateTime<Utc>) -> String {
    moment.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// A number as a person reads it: `12,401`.
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    let before_first_comma = digits.len() % 3;
    digits
        .char_indices()
        .fold(String::new(), |mut text, (at, digit)| {
            if at > 0 && at % 3 == before_first_comma {
                text.push(',');
            }
            text.push(digit);
            text
        })
}

/// The first `most` letters, with an ellipsis where more follow.
pub(super) fn shortened(text: &str, most: usize) -> String {
    let mut letters = text.chars();
    let short: String = letters.by_ref().take(most).collect();
    if letters.next().is_some() {
        format!("{}…", short.trim_end())
    } else {
        short
    }
}

#[cfg(test)]
#[path = "output_tests.rs"]
mod tests;
