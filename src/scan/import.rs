//! Sends messages in files the same way as those of a mailbox: kept, then decided.
//!
//! A file has no UID, so a copy is named by its bytes: importing it again finds it in the ledger.

use std::path::PathBuf;

use entities::ids::FolderId;
use tokio::sync::{mpsc, watch};

use super::keeping::keep;
use super::progress::Progress;
use super::reading::{
    BATCH_BYTES, BATCH_MESSAGES, Batch, Body, ByUidl, Delivered, End, Step, WHOLE,
};
use super::report::Remarks;
use super::{Counts, Job, Report, ScanError, Scanning};
use crate::blobs::{BlobError, BlobStore, BlobWriter, hash_of};
use crate::mail_files::{MailFileError, MailFiles, Piece};
use crate::store::folders;

/// The folder of a scanner that imported files are filed under; no server has one of that name.
const FOLDER: &str = "\u{1}import";

/// The folder as rules are told it: what was imported was found in none.
pub(super) fn folder_for_rules(name: &str) -> &str {
    if name == FOLDER { "" } else { name }
}

const AHEAD: usize = 2;
/// So many files that can't be read are named; the rest is counted.
const MOST_WARNINGS: usize = 100;

/// What the reading thread found.
enum Found {
    /// Small messages.
    Messages(Vec<Vec<u8>>),
    /// A part of a large message.
    Piece(Piece),
    /// An error, which ends the large message that was begun.
    Unreadable(MailFileError),
}

impl Scanning {
    /// Imports the files at `paths` as `job`, whatever happens reports.
    pub async fn import(
        &self,
        job: &Job,
        paths: Vec<PathBuf>,
        progress: &watch::Sender<Counts>,
    ) -> Report {
        let mut warnings = Vec::new();
        let result = self.import_files(job, paths, progress, &mut warnings).await;
        let counts = *progress.borrow();
        let remarks = Remarks {
            warnings,
            ..Remarks::default()
        };
        self.report(job, counts, result, remarks).await
    }

    async fn import_files(
        &self,
        job: &Job,
        paths: Vec<PathBuf>,
        progress: &watch::Sender<Counts>,
        warnings: &mut Vec<String>,
    ) -> Result<End, ScanError> {
        let progress = Progress {
            job,
            shown: progress,
        };
        let decider = self.decider(progress);
        let packer = decider.packer();
        let folder = folders::find_or_insert(&self.store, job.scanner.id, FOLDER)
            .await?
            .id;
        let (found, mut inbox) = mpsc::channel(AHEAD);
        let largest = self.largest_message;
        let reading = tokio::task::spawn_blocking(move || read_paths(&paths, largest, &found));
        let mut unreadable = 0;
        let mut begun = Begun::new(&self.files, job);
        while let Some(found) = inbox.recv().await {
            let delivered = match found {
                Found::Unreadable(error) => {
                    begun.forget();
                    unreadable += 1;
                    if unreadable <= MOST_WARNINGS {
                        warnings.push(format!("{error}."));
                    }
                    Vec::new()
                }
                Found::Messages(messages) => messages.into_iter().map(small).collect(),
                Found::Piece(piece) => begun.take(piece).await?.into_iter().collect(),
            };
            if !delivered.is_empty() {
                progress.add(Counts {
                    announced: delivered.len() as u64,
                    ..Counts::default()
                });
                let now = self.clock.now();
                let batch = packer.pack(batch(folder, delivered)).await?;
                let fresh = keep(&self.store, progress, batch, now).await?;
                self.decide_all(&decider, fresh).await?;
            }
            if job.stop.is_cancelled() {
                return Err(ScanError::Stopped);
            }
        }
        if unreadable > MOST_WARNINGS {
            warnings.push(format!(
                "{} more files can't be read.",
                unreadable - MOST_WARNINGS
            ));
        }
        reading.await?;
        Ok(End::Whole)
    }
}

/// A large message on its way to the blob store.
struct Begun<'a> {
    files: &'a BlobStore,
    job: &'a Job,
    writer: Option<BlobWriter>,
}

impl<'a> Begun<'a> {
    fn new(files: &'a BlobStore, job: &'a Job) -> Self {
        Self {
            files,
            job,
            writer: None,
        }
    }

    /// Writes a piece; gives the message when that was its last.
    async fn take(&mut self, piece: Piece) -> Result<Option<Delivered>, BlobError> {
        let mut writer = match self.writer.take() {
            Some(writer) => writer,
            None => {
                self.files
                    .begin(&format!("{}-import", self.job.scan))
                    .await?
            }
        };
        writer.write(&piece.bytes).await?;
        if !piece.last {
            self.writer = Some(writer);
            return Ok(None);
        }
        let written = writer.finish().await?;
        Ok(Some(Delivered {
            uid: number_of(&written.hash),
            internal_date: None,
            server_id: None,
            body: Body::Stored(written),
        }))
    }

    fn forget(&mut self) {
        self.writer = None;
    }
}

/// Reads path after path; ends when nobody listens.
fn read_paths(paths: &[PathBuf], largest: u64, found: &mpsc::Sender<Found>) {
    let mut gathered = Gathered::new(found);
    for path in paths {
        let listening = match MailFiles::open(path, largest) {
            Ok(files) => files
                .map(|piece| gathered.add(piece))
                .all(|said| said.is_some()),
            Err(error) => gathered.add(Err(error)).is_some(),
        };
        if !listening {
            return;
        }
    }
    // Nobody listens to the last batch only when the import was stopped.
    let _ = gathered.say();
}

/// Small messages that are said together.
struct Gathered<'a> {
    found: &'a mpsc::Sender<Found>,
    messages: Vec<Vec<u8>>,
    bytes: usize,
    /// The end of the message that was said in part is still to come.
    inside: bool,
}

impl<'a> Gathered<'a> {
    fn new(found: &'a mpsc::Sender<Found>) -> Self {
        Self {
            found,
            messages: Vec::new(),
            bytes: 0,
            inside: false,
        }
    }

    /// Gathers a message or says it; nothing when nobody listens any more.
    fn add(&mut self, piece: Result<Piece, MailFileError>) -> Option<()> {
        let piece = match piece {
            Ok(piece) => piece,
            Err(error) => {
                self.inside = false;
                return self.found.blocking_send(Found::Unreadable(error)).ok();
            }
        };
        if self.inside || !piece.last || piece.bytes.len() as u64 > WHOLE {
            self.inside = !piece.last;
            self.say()?;
            return self.found.blocking_send(Found::Piece(piece)).ok();
        }
        self.bytes += piece.bytes.len();
        self.messages.push(piece.bytes);
        if (self.bytes as u64) < BATCH_BYTES && self.messages.len() < BATCH_MESSAGES {
            return Some(());
        }
        self.say()
    }

    /// Says what was gathered.
    fn say(&mut self) -> Option<()> {
        self.bytes = 0;
        let messages = std::mem::take(&mut self.messages);
        if messages.is_empty() {
            return Some(());
        }
        self.found.blocking_send(Found::Messages(messages)).ok()
    }
}

fn small(bytes: Vec<u8>) -> Delivered {
    Delivered {
        uid: number_of(&hash_of(&bytes)),
        internal_date: None,
        server_id: None,
        body: Body::Whole(bytes),
    }
}

fn batch(folder: FolderId, delivered: Vec<Delivered>) -> Batch {
    Batch {
        folder,
        uid_validity: 0,
        delivered,
        missing: Vec::new(),
        gone: Vec::new(),
        step: Step::None,
        highest_modseq: None,
        by_uidl: ByUidl::default(),
        renumbered: false,
    }
}

/// 63 bits of the bytes' SHA-256, given in hex.
fn number_of(hash: &str) -> i64 {
    let first = hash.get(..16).unwrap_or_default();
    let number = u64::from_str_radix(first, 16).unwrap_or(0);
    i64::try_from(number >> 1).unwrap_or(0)
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;
