//! The rows of a CSV file as contacts, one by one, in the memory of one row. Pure: it only reads.

use std::io::Read;

use csv::ByteRecord;
use encoding_rs::WINDOWS_1252;

use super::Skipped;
use super::address::{address, split};
use super::columns::{Column, Columns};
use crate::domains;

use super::source::{CsvError, Guarded, RowEnd, Source};

/// Most letters in a name or a number.
const TEXT_LIMIT: usize = 250;
/// Most bytes in a row that is taken.
const ROW_BYTES: usize = 64 * 1024;
/// Most addresses of one contact.
const ADDRESS_LIMIT: usize = 50;
/// Most domains of one organization in one row.
const DOMAIN_LIMIT: usize = 20;

/// A contact as a row has it; what a row does not say is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactRow {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Main address, lower-cased.
    pub email: Option<String>,
    /// Further addresses, lower-cased.
    pub other_emails: Vec<String>,
    /// Name of the organization.
    pub organization: Option<String>,
    /// The organization's mail domains, as they are compared.
    pub domains: Vec<String>,
    /// Telephone number as written.
    pub phone: String,
    /// Key in another system.
    pub external_id: Option<String>,
    /// E-mail of the user who looks after them, lower-cased.
    pub owner: Option<String>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// A contact and its line.
    Contact(u64, ContactRow),
    /// A row that can't be one.
    Skipped(Skipped),
}

/// The rows of a file.
pub struct Rows<R> {
    reader: csv::Reader<Guarded<R>>,
    row_end: RowEnd,
    columns: Columns,
    lines_before: u64,
    ended: bool,
}

impl<R: Read> Rows<R> {
    /// Reads the header.
    pub fn open(file: R) -> Result<Self, CsvError> {
        let source = Source::open(file)?;
        let row_end = source.bytes.row_end();
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(source.delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(source.bytes);
        let mut header = ByteRecord::new();
        match reader.read_byte_record(&mut header) {
            Ok(true) => {}
            Ok(false) => return Err(CsvError::Empty),
            Err(error) => return Err(CsvError::Read(error.into())),
        }
        let header: Vec<String> = header.iter().map(text).collect();
        let columns = Columns::read(&header)?;
        Ok(Self {
            reader,
            row_end,
            columns,
            lines_before: source.lines_before,
            ended: false,
        })
    }

    /// Headers of columns that mean nothing to Mailroom.
    #[must_use]
    pub fn ignored_columns(&self) -> &[String] {
        &self.columns.ignored
    }

    fn row(&self, record: &ByteRecord) -> Result<Option<ContactRow>, String> {
        if record.as_slice().len() > ROW_BYTES {
            return Err("the row is longer than 64 KiB; a quote may be left open".to_owned());
        }
        if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
            return Ok(None);
        }
        let (cells, columns) = (record.len(), self.columns.columns.len());
        let spare = record
            .iter()
            .skip(columns)
            .any(|cell| !cell.trim_ascii().is_empty());
        if spare {
            return Err(format!(
                "the row has {cells} cells and the header {columns}; put quotes around a text with the delimiter in it"
            ));
        }
        let mut contact = ContactRow::default();
        for (cell, column) in record.iter().zip(&self.columns.columns) {
            if let Some(column) = column {
                take(&mut contact, *column, text(cell).trim())?;
            }
        }
        finish(contact).map(Some)
    }
}

impl<R: Read> Iterator for Rows<R> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let mut record = ByteRecord::new();
        while !self.ended {
            let (before, byte) = (self.reader.position().line(), self.reader.position().byte());
            self.row_end.begin(byte);
            let read = self.reader.read_byte_record(&mut record);
            let line =
                self.lines_before + first_line(&record, before, self.reader.position().line());
            match read {
                Ok(false) => self.ended = true,
                Ok(true) => match self.row(&record) {
                    Ok(None) => {}
                    Ok(Some(contact)) => return Some(Row::Contact(line, contact)),
                    Err(reason) => return Some(Row::Skipped(Skipped { line, reason })),
                },
                Err(error) => {
                    self.ended = true;
                    let line = self.lines_before + before;
                    let reason = format!(
                        "{error}; a quote is left open, or the file can't be read. Nothing after it was read"
                    );
                    return Some(Row::Skipped(Skipped { line, reason }));
                }
            }
        }
        None
    }
}

/// The line a record begins on. The reader's own word does not see the blank lines before it, so it is counted back
/// from the line after.
fn first_line(record: &ByteRecord, before: u64, after: u64) -> u64 {
    let inside = record
        .iter()
        .flat_map(<[u8]>::iter)
        .map(|byte| u64::from(*byte == b'\n'))
        .sum::<u64>();
    after.saturating_sub(1 + inside).max(before)
}

/// UTF-8, else what old spreadsheets write in Europe and America; it takes any byte.
fn text(cell: &[u8]) -> String {
    match std::str::from_utf8(cell) {
        Ok(text) => text.to_owned(),
        Err(_) => WINDOWS_1252
            .decode_without_bom_handling(cell)
            .0
            .into_owned(),
    }
}

/// Puts one cell into its field; of two columns for one field the first that says something wins.
fn take(contact: &mut ContactRow, column: Column, cell: &str) -> Result<(), String> {
    if cell.is_empty() {
        return Ok(());
    }
    match column {
        Column::Email | Column::OtherEmails => return take_addresses(contact, column, cell),
        Column::Domains => {
            // What is free mail, or no domain, tells no organization and is no reason to leave the contact out.
            let domains = split(cell).filter_map(domains::listed).take(DOMAIN_LIMIT);
            contact.domains.extend(domains);
            return Ok(());
        }
        Column::Owner => {
            let owner = address(cell)
                .ok_or_else(|| format!("the owner \"{}\" is not an e-mail address", short(cell)))?;
            contact.owner.get_or_insert(owner);
            return Ok(());
        }
        _ => {}
    }
    if cell.chars().count() > TEXT_LIMIT {
        return Err(format!(
            "\"{}…\" is longer than {TEXT_LIMIT} letters",
            short(cell)
        ));
    }
    // A line break in a name comes from a cell of two lines.
    let cell = cell.split_whitespace().collect::<Vec<_>>().join(" ");
    match column {
        Column::FirstName => fill(&mut contact.first_name, cell),
        Column::LastName => fill(&mut contact.last_name, cell),
        Column::Phone => fill(&mut contact.phone, cell),
        Column::FullName => {
            if contact.first_name.is_empty() && contact.last_name.is_empty() {
                let (first, last) = cell.rsplit_once(' ').unwrap_or(("", &cell));
                first.clone_into(&mut contact.first_name);
                last.clone_into(&mut contact.last_name);
            }
        }
        Column::Organization => {
            contact.organization.get_or_insert(cell);
        }
        Column::ExternalId => {
            contact.external_id.get_or_insert(cell);
        }
        Column::Email | Column::OtherEmails | Column::Owner | Column::Domains => {}
    }
    Ok(())
}

fn fill(field: &mut String, cell: String) {
    if field.is_empty() {
        *field = cell;
    }
}

fn take_addresses(contact: &mut ContactRow, column: Column, cell: &str) -> Result<(), String> {
    for part in split(cell) {
        let email =
            address(part).ok_or_else(|| format!("\"{}\" is not an e-mail address", short(part)))?;
        if contact.email.is_none() && column == Column::Email {
            contact.email = Some(email);
        } else {
            contact.other_emails.push(email);
        }
    }
    Ok(())
}

/// What a row must have besides good cells.
fn finish(mut contact: ContactRow) -> Result<ContactRow, String> {
    let mut seen: Vec<String> = contact.email.iter().cloned().collect();
    contact.other_emails.retain(|email| {
        let new = !seen.contains(email);
        if new {
            seen.push(email.clone());
        }
        new
    });
    if seen.len() > ADDRESS_LIMIT {
        return Err(format!(
            "it has {} addresses and {ADDRESS_LIMIT} is the most",
            seen.len()
        ));
    }
    if contact.email.is_none() && !contact.other_emails.is_empty() {
        contact.email = Some(contact.other_emails.remove(0));
    }
    if contact.email.is_none() && contact.external_id.is_none() {
        return Err("it has neither an e-mail address nor an external id, so a second import would double it".to_owned());
    }
    Ok(contact)
}

fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;
