//! The form of an object: zstd frames (RFC 8878) of 1 MiB raw bytes each, one after the other, each with its checksum.
//! `zstd -d` reads it. A frame is given out when its checksum is known to be right, never before.

use std::io;

use sha2::{Digest as _, Sha256};
use zstd::bulk::Compressor;
use zstd::stream::raw::{DParameter, Decoder, Operation as _};

/// Raw bytes of a frame; the last one has less.
pub(super) const FRAME: usize = 1 << FRAME_LOG;
const FRAME_LOG: u32 = 20;
/// zstd's quickest level; mail is mostly base64, which higher ones hardly make smaller.
const COMPRESSION: i32 = 1;
/// So much is unpacked at once.
const STEP: usize = 128 * 1024;

/// Makes frames of bytes, and their hash.
pub(super) struct FrameEncoder {
    compressor: Compressor<'static>,
    digest: Sha256,
    size: u64,
    raw: Vec<u8>,
}

/// What an object turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Encoded {
    /// Its last frame.
    pub(super) last: Vec<u8>,
    /// SHA-256 of the raw bytes, lower-case hex.
    pub(super) hash: String,
    /// How many they are.
    pub(super) size: u64,
}

impl FrameEncoder {
    pub(super) fn new() -> io::Result<Self> {
        let mut compressor = Compressor::new(COMPRESSION)?;
        compressor.include_checksum(true)?;
        Ok(Self {
            compressor,
            digest: Sha256::new(),
            size: 0,
            raw: Vec::with_capacity(FRAME),
        })
    }

    /// Takes bytes; gives the frames that they complete.
    pub(super) fn push(&mut self, mut bytes: &[u8]) -> io::Result<Vec<u8>> {
        self.digest.update(bytes);
        self.size += bytes.len() as u64;
        let mut frames = Vec::new();
        while !bytes.is_empty() {
            let fits = FRAME.saturating_sub(self.raw.len()).min(bytes.len());
            let (now, later) = bytes.split_at_checked(fits).unwrap_or((bytes, &[]));
            self.raw.extend_from_slice(now);
            bytes = later;
            if self.raw.len() >= FRAME {
                frames.append(&mut self.frame()?);
            }
        }
        Ok(frames)
    }

    pub(super) fn finish(mut self) -> io::Result<Encoded> {
        let last = if self.raw.is_empty() {
            Vec::new()
        } else {
            self.frame()?
        };
        Ok(Encoded {
            last,
            hash: hex::encode(self.digest.finalize()),
            size: self.size,
        })
    }

    fn frame(&mut self) -> io::Result<Vec<u8>> {
        let frame = self.compressor.compress(&self.raw)?;
        self.raw.clear();
        Ok(frame)
    }
}

/// Unpacks frames.
pub(super) struct FrameDecoder {
    decoder: Decoder<'static>,
    /// Of the frame that is being unpacked.
    frame: Vec<u8>,
    step: Vec<u8>,
}

impl FrameDecoder {
    pub(super) fn new() -> io::Result<Self> {
        let mut decoder = Decoder::new()?;
        // A damaged head could ask for 128 MiB.
        decoder.set_parameter(DParameter::WindowLogMax(FRAME_LOG))?;
        Ok(Self {
            decoder,
            frame: Vec::new(),
            step: vec![0; STEP],
        })
    }

    /// Takes from the front of packed bytes what it needs for one frame, and gives its raw bytes; nothing when it needs
    /// more. Never two frames at once: of text, a thousand may lie in few packed bytes.
    pub(super) fn pull(&mut self, packed: &mut &[u8]) -> io::Result<Option<Vec<u8>>> {
        loop {
            let status = self.decoder.run_on_buffers(packed, &mut self.step)?;
            *packed = packed.get(status.bytes_read..).unwrap_or_default();
            let unpacked = self.step.get(..status.bytes_written).unwrap_or_default();
            self.frame.extend_from_slice(unpacked);
            // Damaged bytes could unpack to more than the memory holds.
            if self.frame.len() > FRAME {
                return Err(io::Error::other("a frame is larger than any was written"));
            }
            if status.remaining == 0 && !self.frame.is_empty() {
                return Ok(Some(std::mem::take(&mut self.frame)));
            }
            let went_on = status.bytes_read > 0 || status.bytes_written > 0;
            if (packed.is_empty() && status.bytes_written < self.step.len()) || !went_on {
                return Ok(None);
            }
        }
    }

    /// Whether nothing of a frame is left unfinished.
    pub(super) fn is_between_frames(&self) -> bool {
        self.frame.is_empty()
    }
}

#[cfg(test)]
#[path = "frames_tests.rs"]
mod tests;
