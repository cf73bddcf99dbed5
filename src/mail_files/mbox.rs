//! One mbox: messages between lines that begin with `From ` after an empty line.

use std::io::{self, BufRead, Read as _};
use std::path::PathBuf;

use super::MailFileError;

const SEPARATOR: &[u8] = b"From ";
/// A line longer than this is taken in pieces, so that a file without line ends can't fill the memory.
const LONGEST_LINE: u64 = 1024 * 1024;

/// Whether a file is an mbox, told by its first bytes, which stay unread.
pub(super) fn begins(reader: &mut impl BufRead) -> io::Result<bool> {
    Ok(reader.fill_buf()?.starts_with(SEPARATOR))
}

/// The messages of one mbox.
#[derive(Debug)]
pub(super) struct Mbox<R> {
    path: PathBuf,
    reader: R,
    largest: u64,
    /// Bytes read so far.
    at: u64,
    /// The separator of the next message was read with the last line of this one.
    begun: bool,
    failed: bool,
}

impl<R: BufRead> Mbox<R> {
    pub(super) fn new(path: PathBuf, reader: R, largest: u64) -> Self {
        Self {
            path,
            reader,
            largest,
            at: 0,
            begun: false,
            failed: false,
        }
    }

    /// The next line or a piece of a very long one; empty at the end.
    fn line(&mut self, line: &mut Vec<u8>) -> Result<(), MailFileError> {
        line.clear();
        match self
            .reader
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', line)
        {
            Ok(read) => {
                self.at += read as u64;
                Ok(())
            }
            Err(source) => {
                self.failed = true;
                Err(MailFileError::Unreadable {
                    path: self.path.clone(),
                    source,
                })
            }
        }
    }

    /// The next message; one that is too large is read over and named.
    fn message(&mut self) -> Result<Option<Vec<u8>>, MailFileError> {
        let start = self.at;
        let mut message = Vec::new();
        let mut size = 0;
        let mut line = Vec::new();
        let mut place = Place::AfterEmpty;
        let mut begun = std::mem::take(&mut self.begun);
        loop {
            self.line(&mut line)?;
            if line.is_empty() {
                break;
            }
            if matches!(place, Place::AfterEmpty) && line.starts_with(SEPARATOR) {
                if begun {
                    self.begun = true;
                    break;
                }
                begun = true;
                place = Place::AfterText;
                continue;
            }
            let content = if matches!(place, Place::Inside) {
                &line
            } else {
                unquoted(&line)
            };
            size += content.len() as u64;
            if size <= self.largest {
                message.extend_from_slice(content);
            }
            place = place.after(&line);
        }
        if size > self.largest {
            return Err(MailFileError::TooLarge {
                path: self.path.clone(),
                at: start,
                largest: self.largest,
            });
        }
        Ok(begun.then(|| without_last_empty_line(message)))
    }
}

/// What the next bytes of an mbox follow.
enum Place {
    AfterEmpty,
    AfterText,
    Inside,
}

impl Place {
    fn after(&self, line: &[u8]) -> Self {
        match line {
            b"\n" | b"\r\n" if !matches!(self, Self::Inside) => Self::AfterEmpty,
            _ if line.ends_with(b"\n") => Self::AfterText,
            _ => Self::Inside,
        }
    }
}

impl<R: BufRead> Iterator for Mbox<R> {
    type Item = Result<Vec<u8>, MailFileError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        self.message().transpose()
    }
}

/// mboxrd: a line of `>`s and `From ` lost one `>` when it was written.
fn unquoted(line: &[u8]) -> &[u8] {
    let quotes = line.iter().take_while(|byte| **byte == b'>').count();
    match (quotes, line.get(quotes..), line.get(1..)) {
        (1.., Some(rest), Some(shorter)) if rest.starts_with(SEPARATOR) => shorter,
        _ => line,
    }
}

/// The empty line before the next separator belongs to the mbox, not to the message.
fn without_last_empty_line(mut message: Vec<u8>) -> Vec<u8> {
    if message.ends_with(b"\r\n\r\n") {
        message.truncate(message.len() - 2);
    } else if message.ends_with(b"\n\n") {
        message.truncate(message.len() - 1);
    }
    message
}
