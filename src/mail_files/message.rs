//! A file that is one message.

use std::io::Read;
use std::path::PathBuf;

use super::{MailFileError, PIECE, Piece};

/// The pieces of one file.
#[derive(Debug)]
pub(super) struct Message<R> {
    path: PathBuf,
    reader: R,
    largest: u64,
    /// Bytes read so far.
    read: u64,
    ended: bool,
}

impl<R: Read> Message<R> {
    pub(super) fn new(path: PathBuf, reader: R, largest: u64) -> Self {
        Self {
            path,
            reader,
            largest,
            read: 0,
            ended: false,
        }
    }

    fn piece(&mut self) -> Result<Piece, MailFileError> {
        let mut bytes = Vec::new();
        self.reader
            .by_ref()
            .take(PIECE as u64)
            .read_to_end(&mut bytes)
            .map_err(|source| MailFileError::Unreadable {
                path: self.path.clone(),
                source,
            })?;
        self.read += bytes.len() as u64;
        if self.read == 0 {
            return Err(MailFileError::Unknown {
                path: self.path.clone(),
            });
        }
        if self.read > self.largest {
            return Err(MailFileError::TooLarge {
                path: self.path.clone(),
                at: 0,
                largest: self.largest,
            });
        }
        let last = bytes.len() < PIECE;
        Ok(Piece { bytes, last })
    }
}

impl<R: Read> Iterator for Message<R> {
    type Item = Result<Piece, MailFileError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let piece = self.piece();
        self.ended = piece.as_ref().map_or(true, |piece| piece.last);
        Some(piece)
    }
}
