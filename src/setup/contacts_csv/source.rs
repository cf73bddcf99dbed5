//! The bytes of a CSV file: which letters, which delimiter, and an end to a row that never ends.

use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Enough to see the header.
const HEAD: u64 = 64 * 1024;
/// A row is refused above this, and reading ends, for then a quote was never closed.
pub(super) const ROW_LIMIT: u64 = 1024 * 1024;

/// Why a file can't be read as CSV at all.
#[derive(Debug, thiserror::Error)]
pub enum CsvError {
    /// The disk, or a row without end.
    #[error("The file can't be read: {0}; check that it is a file and whole")]
    Read(io::Error),
    /// Nothing in it.
    #[error(
        "The file is empty; its first line must name the columns, such as first name,last name,email"
    )]
    Empty,
    /// Two bytes a letter.
    #[error("The file is UTF-16; save it again as \"CSV UTF-8\"")]
    Utf16,
    /// A spreadsheet.
    #[error(
        "The file is not CSV but a spreadsheet or another binary file; save it as \"CSV UTF-8\""
    )]
    Binary,
    /// The header names no address.
    #[error("No column is an e-mail address; the columns are: {0}. Name one of them email")]
    NoEmailColumn(String),
    /// The first line is data.
    #[error(
        "The first line is a contact and not a header; put a line above it that names the columns, such as first name,last name,email"
    )]
    NoHeader,
}

/// Not a source: the words would be told twice.
impl From<io::Error> for CsvError {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}

/// A file's bytes after its byte order mark, and its delimiter.
pub(super) struct Source<R> {
    pub(super) bytes: Guarded<R>,
    pub(super) delimiter: u8,
    /// Lines before the header (`sep=;`).
    pub(super) lines_before: u64,
}

impl<R: Read> Source<R> {
    /// Looks at the beginning of the file.
    pub(super) fn open(mut file: R) -> Result<Self, CsvError> {
        let mut head = Vec::new();
        file.by_ref().take(HEAD).read_to_end(&mut head)?;
        if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
            return Err(CsvError::Utf16);
        }
        if head.starts_with(&[0xef, 0xbb, 0xbf]) {
            head.drain(..3);
        }
        if head.contains(&0) || head.starts_with(b"PK\x03\x04") || head.starts_with(b"%PDF") {
            return Err(CsvError::Binary);
        }
        if head.iter().all(u8::is_ascii_whitespace) {
            return Err(CsvError::Empty);
        }
        let told = told_delimiter(&head);
        let lines_before = u64::from(told.is_some());
        if told.is_some() {
            let end = head
                .iter()
                .position(|byte| *byte == b'\n')
                .map_or(head.len(), |at| at + 1);
            head.drain(..end);
        }
        let delimiter = told.unwrap_or_else(|| sniffed_delimiter(&head));
        Ok(Self {
            bytes: Guarded::new(head, file),
            delimiter,
            lines_before,
        })
    }
}

/// Excel's own first line: `sep=;`.
fn told_delimiter(head: &[u8]) -> Option<u8> {
    let line = head.split(|byte| *byte == b'\n').next()?.trim_ascii();
    match line {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] => Some(*delimiter),
        _ => None,
    }
}

/// The delimiter that stands most often in the first line, outside quotes.
fn sniffed_delimiter(head: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0_u32), (b';', 0), (b'\t', 0), (b'|', 0)];
    for byte in head.trim_ascii_start() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            byte => {
                for (delimiter, count) in &mut counts {
                    *count += u32::from(delimiter == byte);
                }
            }
        }
    }
    // On a tie the earlier wins: max_by_key gives the last of equals, so look from the back.
    counts
        .into_iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .map_or(b',', |(delimiter, _)| delimiter)
}

/// Gives every line end as one `\n`, also the last, so that lines can be counted; ends with an error when one row
/// takes more than [`ROW_LIMIT`] bytes, before memory does.
pub(super) struct Guarded<R> {
    inner: io::Chain<Cursor<Vec<u8>>, R>,
    given: u64,
    last: u8,
    end: RowEnd,
}

/// How far the row that is being read may go, in bytes from the beginning.
#[derive(Clone)]
pub(super) struct RowEnd(Arc<AtomicU64>);

impl RowEnd {
    /// A row begins at this byte.
    pub(super) fn begin(&self, at: u64) {
        self.0.store(at + ROW_LIMIT, Ordering::Relaxed);
    }
}

impl<R: Read> Guarded<R> {
    fn new(head: Vec<u8>, rest: R) -> Self {
        let end = RowEnd(Arc::new(AtomicU64::new(ROW_LIMIT)));
        Self {
            inner: Cursor::new(head).chain(rest),
            given: 0,
            last: b'\n',
            end,
        }
    }

    pub(super) fn row_end(&self) -> RowEnd {
        self.end.clone()
    }

    /// Makes `\r\n` and a lone `\r` one `\n`, in place; gives the new length.
    fn unify_line_ends(&mut self, bytes: &mut [u8], read: usize) -> usize {
        let mut kept = 0;
        for at in 0..read {
            let Some(byte) = bytes.get(at).copied() else {
                break;
            };
            let after_return = std::mem::replace(&mut self.last, byte) == b'\r';
            if byte == b'\n' && after_return {
                continue;
            }
            if let Some(place) = bytes.get_mut(kept) {
                *place = if byte == b'\r' { b'\n' } else { byte };
                kept += 1;
            }
        }
        kept
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given > self.end.0.load(Ordering::Relaxed) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a row is longer than 1 MiB",
            ));
        }
        loop {
            let read = self.inner.read(buffer)?;
            let kept = match (read, buffer.first_mut()) {
                (0, Some(place)) if !matches!(self.last, b'\n' | b'\r') => {
                    *place = b'\n';
                    self.last = b'\n';
                    1
                }
                (0, _) => return Ok(0),
                _ => self.unify_line_ends(buffer, read),
            };
            // Nothing kept is no end: it was the second half of a line end.
            if kept > 0 {
                self.given += kept as u64;
                return Ok(kept);
            }
        }
    }
}
