//! Reads one kept message in pieces, wherever it is, and says at its end whether it is the one that was kept.

use std::fmt;
use std::io;

use bytes::{Buf as _, Bytes};
use entities::blobs::{BlobEncoding, Model};
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use sha2::{Digest as _, Sha256};
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;

use super::error::{CUT_OFF, OTHER_HASH, RESTORE_FILE, RESTORE_OBJECT};
use super::frames::FrameDecoder;
use super::{BlobError, unpack};

/// So much of a file is read at once.
const PIECE: usize = 256 * 1024;

/// Where packed bytes come from.
pub(super) enum Source {
    /// A row.
    Row(Option<Vec<u8>>),
    /// A file.
    File { file: File, place: String },
    /// A bucket; errors of the stream are its errors.
    Object {
        stream: BoxStream<'static, Result<Bytes, BlobError>>,
        place: String,
    },
}

/// One message being read.
pub struct BlobReader {
    source: Source,
    frames: Option<FrameDecoder>,
    /// Of the source, and not unpacked yet.
    piece: Bytes,
    digest: Sha256,
    read: u64,
    size: u64,
    hash: String,
}

impl fmt::Debug for BlobReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobReader({})", self.hash)
    }
}

impl BlobReader {
    pub(super) fn new(source: Source, blob: &Model) -> Result<Self, BlobError> {
        let frames = match blob.encoding {
            BlobEncoding::Frames => Some(FrameDecoder::new().map_err(|error| BlobError::Disk {
                words: error.to_string(),
            })?),
            BlobEncoding::Zstd | BlobEncoding::File => None,
        };
        Ok(Self {
            source,
            frames,
            piece: Bytes::new(),
            digest: Sha256::new(),
            read: 0,
            size: blob.size.unsigned_abs(),
            hash: blob.hash.clone(),
        })
    }

    /// The next raw bytes, at most a few MiB; nothing at the end, when all were those that were kept.
    ///
    /// # Errors
    /// [`BlobError::Damaged`] as soon as that is known; then nothing more is to be read, and what was read is not to be
    /// trusted. [`BlobError::Bucket`] where the service fails on the way.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, BlobError> {
        loop {
            if let Some(raw) = self.unpacked()? {
                self.read += raw.len() as u64;
                if self.read > self.size {
                    return Err(self.damaged(OTHER_HASH));
                }
                self.digest.update(&raw);
                return Ok(Some(raw));
            }
            match self.packed().await? {
                Some(piece) => self.piece = piece,
                None => return self.end().map(|()| None),
            }
        }
    }

    /// Raw bytes out of the piece in hand; nothing when it is used up.
    fn unpacked(&mut self) -> Result<Option<Vec<u8>>, BlobError> {
        if let Source::Row(bytes) = &mut self.source {
            let size = i64::try_from(self.size).unwrap_or(i64::MAX);
            let raw = bytes.take().map(|bytes| unpack(&self.hash, size, &bytes));
            return Ok(raw.transpose()?.filter(|raw| !raw.is_empty()));
        }
        let Some(frames) = &mut self.frames else {
            let raw = std::mem::take(&mut self.piece);
            return Ok((!raw.is_empty()).then(|| raw.to_vec()));
        };
        let mut rest = &self.piece[..];
        let unpacked = frames.pull(&mut rest);
        let used = self.piece.len() - rest.len();
        self.piece.advance(used);
        unpacked.map_err(|error| self.damaged(&error.to_string()))
    }

    async fn packed(&mut self) -> Result<Option<Bytes>, BlobError> {
        match &mut self.source {
            Source::Row(_) => Ok(None),
            Source::File { file, place } => {
                let mut piece = Vec::with_capacity(PIECE);
                match file.take(PIECE as u64).read_to_end(&mut piece).await {
                    Ok(0) => Ok(None),
                    Ok(_) => Ok(Some(piece.into())),
                    Err(error) => Err(unreadable(place, &error)),
                }
            }
            Source::Object { stream, .. } => stream.next().await.transpose(),
        }
    }

    fn end(&self) -> Result<(), BlobError> {
        let whole = self
            .frames
            .as_ref()
            .is_none_or(FrameDecoder::is_between_frames);
        if self.read < self.size || !whole {
            return Err(self.damaged(CUT_OFF));
        }
        if hex::encode(self.digest.clone().finalize()) != self.hash {
            return Err(self.damaged(OTHER_HASH));
        }
        Ok(())
    }

    fn damaged(&self, what: &str) -> BlobError {
        let what = what.to_owned();
        match &self.source {
            Source::Row(_) => super::error::damaged_row(what),
            Source::File { place, .. } => BlobError::Damaged {
                place: place.clone(),
                what,
                cure: RESTORE_FILE,
            },
            Source::Object { place, .. } => BlobError::Damaged {
                place: place.clone(),
                what,
                cure: RESTORE_OBJECT,
            },
        }
    }
}

pub(super) fn unreadable(place: &str, error: &io::Error) -> BlobError {
    BlobError::Unreadable {
        place: place.to_owned(),
        words: error.to_string(),
    }
}
