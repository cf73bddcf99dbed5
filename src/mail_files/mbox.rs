//! One mbox: messages between lines that begin with `From ` after an empty line.

use std::io::{self, BufRead, Read as _};
use std::path::PathBuf;

use super::{MailFileError, PIECE, Piece};

const SEPARATOR: &[u8] = b"From ";
/// A line longer than this is taken in pieces, so that a file without line ends can't fill the memory.
const LONGEST_LINE: u64 = 1024 * 1024;
/// What the end of a message may lose must not have been given out: two line ends of Windows.
const LONGEST_END: usize = 4;

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
    state: State,
}

/// How far the reading is.
#[derive(Debug)]
enum State {
    /// Before the separator of the next message.
    Between,
    /// Inside a message.
    Inside(Begun),
    /// At the end, or at an error.
    Ended,
}

/// The message being read.
#[derive(Debug)]
struct Begun {
    /// Where it begins.
    start: u64,
    size: u64,
    /// What was read and not given out yet; the last bytes may turn out to be the mbox's.
    bytes: Vec<u8>,
    place: Place,
}

impl Begun {
    fn at(start: u64) -> Self {
        Self {
            start,
            size: 0,
            bytes: Vec::new(),
            place: Place::AfterText,
        }
    }
}

/// What came of reading on in a message.
enum Came {
    Piece(Vec<u8>),
    Last(Vec<u8>),
    TooLarge(u64),
}

impl<R: BufRead> Mbox<R> {
    pub(super) fn new(path: PathBuf, reader: R, largest: u64) -> Self {
        Self {
            path,
            reader,
            largest,
            at: 0,
            state: State::Between,
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
            Err(source) => Err(MailFileError::Unreadable {
                path: self.path.clone(),
                source,
            }),
        }
    }

    /// The next piece; a message that is too large is read over and named.
    fn piece(&mut self) -> Result<Option<Piece>, MailFileError> {
        let mut begun = match std::mem::replace(&mut self.state, State::Ended) {
            State::Ended => return Ok(None),
            State::Between => match self.begin()? {
                None => return Ok(None),
                Some(begun) => begun,
            },
            State::Inside(begun) => begun,
        };
        match self.read_on(&mut begun)? {
            Came::Piece(bytes) => {
                self.state = State::Inside(begun);
                Ok(Some(Piece { bytes, last: false }))
            }
            Came::Last(bytes) => Ok(Some(Piece { bytes, last: true })),
            Came::TooLarge(start) => Err(MailFileError::TooLarge {
                path: self.path.clone(),
                at: start,
                largest: self.largest,
            }),
        }
    }

    /// Reads the first separator; nothing where the file has become empty.
    fn begin(&mut self) -> Result<Option<Begun>, MailFileError> {
        let begun = Begun::at(self.at);
        let mut separator = Vec::new();
        self.line(&mut separator)?;
        Ok((!separator.is_empty()).then_some(begun))
    }

    /// Reads until there is a piece, or the message is at its end; then the next one is begun already.
    fn read_on(&mut self, begun: &mut Begun) -> Result<Came, MailFileError> {
        let mut line = Vec::new();
        loop {
            let start = self.at;
            self.line(&mut line)?;
            let ended = line.is_empty();
            let next = matches!(begun.place, Place::AfterEmpty) && line.starts_with(SEPARATOR);
            if ended || next {
                if next {
                    self.state = State::Inside(Begun::at(start));
                }
                return Ok(if begun.size > self.largest {
                    Came::TooLarge(begun.start)
                } else {
                    Came::Last(without_last_empty_line(std::mem::take(&mut begun.bytes)))
                });
            }
            begun.take(&line);
            if begun.size > self.largest {
                begun.bytes.clear();
            } else if begun.bytes.len() > PIECE {
                let rest = begun.bytes.split_off(begun.bytes.len() - LONGEST_END);
                return Ok(Came::Piece(std::mem::replace(&mut begun.bytes, rest)));
            }
        }
    }
}

impl Begun {
    fn take(&mut self, line: &[u8]) {
        let content = if matches!(self.place, Place::Inside) {
            line
        } else {
            unquoted(line)
        };
        self.size += content.len() as u64;
        self.bytes.extend_from_slice(content);
        self.place = self.place.after(line);
    }
}

/// What the next bytes of an mbox follow.
#[derive(Debug)]
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
    type Item = Result<Piece, MailFileError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.piece().transpose()
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
