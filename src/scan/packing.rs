//! Makes of what was delivered what is written of it: packed bytes, or an object of the blob store, and the facts that its
//! deciding asks for. This goes on ahead of the transactions, so that neither waits for the other, and what is decided
//! at once is never read back.

use std::collections::HashMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::blobs::BlobEncoding;
use entities::ids::FolderId;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use super::basis::Basis;
use super::reading::{Batch, Body, Delivered, Found};
use super::{ReadMail, ScanError};
use crate::blobs::{BlobError, BlobStore, WrittenBlob, hash_of};
use crate::imap::ServerId;
use crate::message::{Mail, Own};
use crate::store::blobs::NewBlob;

/// zstd's quickest level; mail is mostly base64, which higher ones hardly make smaller.
const COMPRESSION: i32 = 1;
/// Larger messages are objects of the blob store, and not rows.
const LARGEST_ROW: usize = 256 * 1024;
/// Objects of one batch that are written side by side.
const OBJECTS: usize = 4;
/// Batches that are packed side by side: while one is compressed, objects of the other may wait for the disk.
const SIDE_BY_SIDE: usize = 2;
/// Packed batches that wait for their transactions.
const AHEAD: usize = 1;

/// Packs for one scan.
#[derive(Debug, Clone)]
pub(super) struct Packer {
    /// Says whose addresses are ours.
    pub basis: Arc<Basis>,
    /// Makes facts.
    pub read: ReadMail,
    /// Takes large messages.
    pub files: BlobStore,
    /// Tells this scan's unfinished files from others'.
    pub scan_name: String,
}

/// A message, and what the blob store made of it where it is too large for a row.
type Placed = (Delivered, Option<WrittenBlob>);

/// A delivered message, ready to be written.
#[derive(Debug)]
pub(super) struct Packed {
    /// As in [`Delivered`].
    pub uid: i64,
    /// As in [`Delivered`].
    pub internal_date: Option<DateTime<Utc>>,
    /// As in [`Delivered`].
    pub server_id: Option<ServerId>,
    /// Its bytes, or where they are.
    pub bytes: PackedBytes,
    /// What it says; nothing where that is found out when it is decided: it never was in memory, or reading it broke off.
    pub mail: Option<Mail>,
}

/// The bytes of a message, or where they are.
#[derive(Debug)]
pub(super) struct PackedBytes {
    /// SHA-256 of the raw bytes, lower-case hex.
    hash: String,
    /// How many raw bytes.
    size: u64,
    place: PackedPlace,
}

#[derive(Debug)]
enum PackedPlace {
    /// Here, compressed.
    Row(Vec<u8>),
    /// What the blob store calls the object.
    Object(String),
}

/// What messages say that were just kept, by the hashes of their bytes.
#[derive(Debug, Default)]
pub(super) struct Fresh(HashMap<String, Mail>);

impl Packer {
    /// Hands on what comes, each batch packed, in its order.
    pub(super) fn ahead(
        self,
        mut found: mpsc::Receiver<Found>,
    ) -> mpsc::Receiver<Result<Found<Packed>, ScanError>> {
        let (ready, taken) = mpsc::channel(AHEAD);
        // It ends with whoever finds or whoever takes.
        tokio::spawn(async move {
            let packer = Arc::new(self);
            let mut all = pin!(
                stream::poll_fn(|context| found.poll_recv(context))
                    .map(|found| {
                        // In a task of its own, as it is to go on while what is packed waits to be taken.
                        let packer = Arc::clone(&packer);
                        let packing = async move { found.packed(|batch| packer.pack(batch)).await };
                        AbortOnDropHandle::new(tokio::spawn(packing))
                    })
                    .buffered(SIDE_BY_SIDE)
            );
            while let Some(done) = all.next().await {
                let done = done.map_err(ScanError::from).flatten();
                if ready.send(done).await.is_err() {
                    break;
                }
            }
        });
        taken
    }

    /// Packs a batch away from the threads that wait for servers.
    ///
    /// # Errors
    /// [`ScanError::Machine`] where the compressor finds no memory, and where the blob store does not take a message.
    pub(super) async fn pack(&self, batch: Batch) -> Result<Batch<Packed>, ScanError> {
        let (delivered, batch) = batch.parted();
        let delivered: Vec<Placed> = stream::iter(delivered)
            .map(|message| self.place(batch.folder, message))
            .buffered(OBJECTS)
            .try_collect()
            .await?;
        let (packer, own) = (self.clone(), Arc::clone(self.basis.own_addresses().await?));
        let packing = tokio::task::spawn_blocking(move || packer.pack_all(delivered, &own));
        let delivered = packing.await?.map_err(|error| no_memory(&error))?;
        Ok(batch.with(delivered))
    }

    async fn place(&self, folder: FolderId, message: Delivered) -> Result<Placed, BlobError> {
        let written = match &message.body {
            Body::Whole(raw) if raw.len() > LARGEST_ROW => {
                let name = format!("{}-{folder}-{}", self.scan_name, message.uid);
                Some(self.files.keep(&name, raw).await?)
            }
            Body::Whole(_) | Body::Stored(_) => None,
        };
        Ok((message, written))
    }

    fn pack_all(&self, delivered: Vec<Placed>, own: &Own) -> io::Result<Vec<Packed>> {
        let mut compressor = zstd::bulk::Compressor::new(COMPRESSION)?;
        // So that a damaged row is known from a good one when it is read.
        compressor.include_checksum(true)?;
        let mut packed = Vec::with_capacity(delivered.len());
        for (message, written) in delivered {
            let (bytes, mail) = match message.body {
                Body::Whole(raw) => {
                    let bytes = match written {
                        Some(written) => written.into(),
                        None => PackedBytes {
                            hash: hash_of(&raw),
                            size: raw.len() as u64,
                            place: PackedPlace::Row(compressor.compress(&raw)?),
                        },
                    };
                    // That reading breaks off is for the message's own deciding to find out and to say.
                    let mail = read_guarded(self.read, &raw, raw.len() as u64, own);
                    (bytes, mail)
                }
                Body::Stored(written) => (written.into(), None),
            };
            packed.push(Packed {
                uid: message.uid,
                internal_date: message.internal_date,
                server_id: message.server_id,
                bytes,
                mail,
            });
        }
        Ok(packed)
    }
}

/// Nothing where reading breaks off: one message must not keep its neighbours from being read.
pub(super) fn read_guarded(read: ReadMail, raw: &[u8], size: u64, own: &Own) -> Option<Mail> {
    catch_unwind(AssertUnwindSafe(|| read(raw, size, own))).ok()
}

fn no_memory(error: &io::Error) -> ScanError {
    ScanError::Machine(format!(
        "A message could not be compressed: {error}. The machine may be out of memory; the message will be read again."
    ))
}

impl From<WrittenBlob> for PackedBytes {
    fn from(written: WrittenBlob) -> Self {
        Self {
            hash: written.hash,
            size: written.size,
            place: PackedPlace::Object(written.object),
        }
    }
}

impl PackedBytes {
    /// The row that is kept of them.
    pub(super) fn into_row(self, created_at: DateTime<Utc>) -> NewBlob {
        let (encoding, bytes, object) = match self.place {
            PackedPlace::Row(bytes) => (BlobEncoding::Zstd, Some(bytes), None),
            PackedPlace::Object(object) => (BlobEncoding::Frames, None, Some(object)),
        };
        NewBlob {
            hash: self.hash,
            size: i64::try_from(self.size).unwrap_or(i64::MAX),
            encoding,
            bytes,
            object,
            created_at,
        }
    }

    /// SHA-256 of the raw bytes, lower-case hex.
    pub(super) fn hash(&self) -> &str {
        &self.hash
    }
}

impl Fresh {
    pub(super) fn remember(&mut self, hash: &str, mail: Mail) {
        self.0.insert(hash.to_owned(), mail);
    }

    /// What the message of these bytes says, for one who asks; a second copy of it is read back.
    pub(super) fn take(&mut self, hash: &str) -> Option<Mail> {
        self.0.remove(hash)
    }
}

#[cfg(test)]
#[path = "packing_tests.rs"]
mod tests;
