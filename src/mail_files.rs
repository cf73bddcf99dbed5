//! Messages in files: `.eml`, mbox (RFC 4155, with `>From ` quoting of mboxrd) and Maildir.
//!
//! Yields raw messages one by one and large ones piece by piece, so that memory grows neither with an archive nor with a
//! message; knows nothing of what is done with them.

mod mbox;
mod message;

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use mbox::Mbox;
use message::Message;

/// Folders inside folders are followed this deep.
const DEEPEST: usize = 16;
/// A longer message comes in pieces of at least so many bytes, and at most a few times as many.
const PIECE: usize = 1024 * 1024;

/// A message, or the next part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whether the message ends with them.
    pub last: bool,
}

/// Why a file gave no message.
#[derive(Debug, thiserror::Error)]
pub enum MailFileError {
    /// It can't be read.
    #[error("{} can't be read ({source}); check the path and its permissions", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// One message is larger than allowed.
    #[error("{}: the message at byte {at} is larger than {largest} bytes; raise `imap.max_message_mib` to import it", path.display())]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// Where in the file the message begins.
        at: u64,
        /// The limit in bytes.
        largest: u64,
    },
    /// It is neither of the known sorts.
    #[error("{} is neither a message (.eml), an mbox nor a Maildir", path.display())]
    Unknown {
        /// Which file.
        path: PathBuf,
    },
}

/// The messages of one path, in the order of their names, each in one piece or several. An error ends the message that
/// was begun, if any.
#[derive(Debug)]
pub struct MailFiles {
    waiting: VecDeque<PathBuf>,
    open: Option<Open>,
    largest: u64,
}

/// The file being read.
#[derive(Debug)]
enum Open {
    Mbox(Mbox<BufReader<File>>),
    Message(Message<BufReader<File>>),
}

impl MailFiles {
    /// Looks what `path` holds: one file, or a folder of `.eml` files, mboxes and Maildirs.
    ///
    /// `largest` is the most bytes a message may have.
    pub fn open(path: &Path, largest: u64) -> Result<Self, MailFileError> {
        let mut waiting = Vec::new();
        if unreadable(path, fs::metadata(path))?.is_dir() {
            collect(path, DEEPEST, &mut waiting)?;
        } else {
            waiting.push(path.to_owned());
        }
        Ok(Self {
            waiting: waiting.into(),
            open: None,
            largest,
        })
    }

    /// Looks whether a file is an mbox or a message.
    fn begin(&mut self, path: PathBuf) -> Result<(), MailFileError> {
        let file = unreadable(&path, File::open(&path))?;
        let mut reader = BufReader::new(file);
        self.open = Some(if unreadable(&path, mbox::begins(&mut reader))? {
            Open::Mbox(Mbox::new(path, reader, self.largest))
        } else {
            Open::Message(Message::new(path, reader, self.largest))
        });
        Ok(())
    }
}

impl Iterator for MailFiles {
    type Item = Result<Piece, MailFileError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let piece = match &mut self.open {
                None => None,
                Some(Open::Mbox(mbox)) => mbox.next(),
                Some(Open::Message(message)) => message.next(),
            };
            if piece.is_some() {
                return piece;
            }
            self.open = None;
            let path = self.waiting.pop_front()?;
            if let Err(error) = self.begin(path) {
                return Some(Err(error));
            }
        }
    }
}

/// The files of a folder that hold mail: of a Maildir those in `cur` and `new`, else all visible ones.
fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), MailFileError> {
    let mut entries = unreadable(folder, sorted_entries(folder))?;
    let maildir = folder.join("cur").is_dir() && folder.join("new").is_dir();
    if maildir {
        entries.retain(|entry| {
            let name = entry.file_name().unwrap_or_default();
            name == "cur" || name == "new" || is_subfolder_of_maildir(entry)
        });
    }
    for entry in entries {
        let kind = unreadable(&entry, fs::symlink_metadata(&entry))?;
        if kind.is_dir() && depth > 0 {
            collect(&entry, depth - 1, files)?;
        } else if kind.is_file() {
            files.push(entry);
        }
    }
    Ok(())
}

/// Maildir++ keeps folders beside `cur` in folders with a dot in front.
fn is_subfolder_of_maildir(path: &Path) -> bool {
    path.is_dir() && path.join("cur").is_dir()
}

fn sorted_entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden_file = path.is_file()
            && path
                .file_name()
                .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if !hidden_file {
            entries.push(path);
        }
    }
    entries.sort();
    Ok(entries)
}

fn unreadable<T>(path: &Path, result: io::Result<T>) -> Result<T, MailFileError> {
    result.map_err(|source| MailFileError::Unreadable {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
#[path = "mail_files_tests.rs"]
mod tests;
