//! Sends messages in files the same way as those of a mailbox: kept, then decided.
//!
//! A file has no UID, so a copy is named by its bytes: importing it again finds it in the ledger.

use std::io;
use std::path::PathBuf;

use entities::ids::FolderId;
use sha2::{Digest as _, Sha256};
use tokio::sync::{mpsc, watch};

use super::keeping::keep;
use super::progress::Progress;
use super::reading::{Batch, Body, Delivered, End, ReadError, Step, WHOLE};
use super::{Counts, Job, Report, ScanError, Scanning};
use crate::mail_files::{MailFileError, MailFiles};
use crate::store::blob_files::{BlobFiles, WrittenBlob};
use crate::store::folders;

/// The folder of a scanner that imported files are filed under; no server has one of that name.
const FOLDER: &str = "\u{1}import";
const BATCH_BYTES: usize = 4 * 1024 * 1024;
const BATCH_MESSAGES: usize = 200;
const AHEAD: usize = 2;
/// So many files that can't be read are named; the rest is counted.
const MOST_WARNINGS: usize = 100;

/// What the reading thread found.
enum Found {
    Messages(Vec<Vec<u8>>),
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
        self.report(job, counts, result, warnings).await
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
        let decider = self.decider(progress).await?;
        let folder = folders::find_or_insert(&self.store, job.scanner.id, FOLDER)
            .await?
            .id;
        let (found, mut inbox) = mpsc::channel(AHEAD);
        let largest = self.largest_message;
        let reading = tokio::task::spawn_blocking(move || read_paths(&paths, largest, &found));
        let mut unreadable = 0;
        while let Some(found) = inbox.recv().await {
            match found {
                Found::Unreadable(error) => {
                    unreadable += 1;
                    if unreadable <= MOST_WARNINGS {
                        warnings.push(format!("{error}."));
                    }
                }
                Found::Messages(messages) => {
                    let announced = messages.len() as u64;
                    progress.add(Counts {
                        announced,
                        ..Counts::default()
                    });
                    let now = self.clock.now();
                    let batch = batch(folder, messages, &self.files, job).await?;
                    keep(&self.store, progress, batch, now).await?;
                    self.decide_all(&decider).await?;
                }
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

/// Reads path after path; ends when nobody listens.
fn read_paths(paths: &[PathBuf], largest: u64, found: &mpsc::Sender<Found>) {
    let mut messages = Vec::new();
    let mut bytes = 0;
    for path in paths {
        let files = match MailFiles::open(path, largest) {
            Ok(files) => files,
            Err(error) => {
                if found.blocking_send(Found::Unreadable(error)).is_err() {
                    return;
                }
                continue;
            }
        };
        for message in files {
            let said = match message {
                Err(error) => found.blocking_send(Found::Unreadable(error)),
                Ok(message) => {
                    bytes += message.len();
                    messages.push(message);
                    if bytes < BATCH_BYTES && messages.len() < BATCH_MESSAGES {
                        continue;
                    }
                    bytes = 0;
                    found.blocking_send(Found::Messages(std::mem::take(&mut messages)))
                }
            };
            if said.is_err() {
                return;
            }
        }
    }
    if !messages.is_empty() {
        // Nobody listens to the last batch only when the import was stopped.
        let _ = found.blocking_send(Found::Messages(messages));
    }
}

async fn batch(
    folder: FolderId,
    messages: Vec<Vec<u8>>,
    files: &BlobFiles,
    job: &Job,
) -> Result<Batch, ScanError> {
    let mut delivered = Vec::with_capacity(messages.len());
    for bytes in messages {
        let uid = number_of(&bytes);
        let body = if bytes.len() as u64 > WHOLE {
            Body::File(
                to_file(files, &format!("{}-{uid}", job.scan), &bytes)
                    .await
                    .map_err(ReadError::Disk)?,
            )
        } else {
            Body::Whole(bytes)
        };
        delivered.push(Delivered {
            uid,
            internal_date: None,
            body,
        });
    }
    Ok(Batch {
        folder,
        uid_validity: 0,
        delivered,
        missing: Vec::new(),
        gone: Vec::new(),
        step: Step::None,
        highest_modseq: None,
    })
}

async fn to_file(files: &BlobFiles, name: &str, bytes: &[u8]) -> io::Result<WrittenBlob> {
    let mut writer = files.begin(name).await?;
    writer.write(bytes).await?;
    writer.finish().await
}

/// 63 bits of the bytes' SHA-256.
fn number_of(bytes: &[u8]) -> i64 {
    let digest = Sha256::digest(bytes);
    let first = digest
        .iter()
        .take(8)
        .fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    i64::try_from(first >> 1).unwrap_or(0)
}
