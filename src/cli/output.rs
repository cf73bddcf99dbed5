//! Prints tables, sentences and JSON.

#![expect(
    clippy::print_stdout,
    reason = "the one place that prints what was asked for"
)]

use chrono::{DateTime, Utc};
use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

/// Prints one line.
pub(super) fn line(text: impl std::fmt::Display) {
    println!("{text}");
}

/// Prints `value` as indented JSON.
pub(super) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}

/// Prints rows under headings, fitted to the terminal.
pub(super) fn table<const COLUMNS: usize>(
    headings: [&str; COLUMNS],
    rows: impl IntoIterator<Item = [String; COLUMNS]>,
) {
    println!("{}", table_text(headings, rows));
}

/// Rows under headings. Control characters of mail can't steer the terminal.
pub(super) fn table_text<const COLUMNS: usize>(
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

/// `text` with everything replaced that a terminal would obey, and bidirectional overrides with it.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            '\n' | '\t' => ' ',
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            letter if letter.is_control() => '\u{fffd}',
            letter => letter,
        })
        .collect()
}

/// A moment as a person reads it, in UTC.
pub(super) fn moment(moment: DateTime<Utc>) -> String {
    moment.format("%Y-%m-%d %H:%M UTC").to_string()
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
