//! Contacts from a CSV file of any spreadsheet: parsed row by row, written a thousand at a time.
//!
//! Columns are known by their headers in five languages. A wrong row is told with its line and skipped; a known
//! contact (by external id, else by an address) is updated, so the same file may be imported again.

mod address;
mod columns;
mod import;
mod met;
mod rows;
mod source;

use serde::Serialize;

pub use import::{ImportError, import};
pub use rows::{ContactRow, Row, Rows};
pub use source::CsvError;

/// At most this many skipped rows are told one by one.
const TOLD: usize = 1_000;

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Rows read, without the header and blank lines.
    pub read: u64,
    /// Contacts made.
    pub created: u64,
    /// Contacts changed.
    pub updated: u64,
    /// Rows that said nothing new: known contacts, and further rows of one person.
    pub unchanged: u64,
    /// Rows left out; all of them, also beyond those in `skipped`.
    pub skipped_count: u64,
    /// The first thousand rows left out, and why.
    pub skipped: Vec<Skipped>,
    /// Headers of columns that mean nothing to Mailroom.
    pub ignored_columns: Vec<String>,
}

/// A row that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Its line in the file, counted from 1.
    pub line: u64,
    /// Why, as a sentence.
    pub reason: String,
}

impl Report {
    fn skip(&mut self, skipped: Skipped) {
        self.skipped_count += 1;
        if self.skipped.len() < TOLD {
            self.skipped.push(skipped);
        }
    }
}
