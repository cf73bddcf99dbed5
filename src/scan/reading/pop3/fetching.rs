//! Reads one message: what is small into memory, what is large into the blob store while it comes.

use chrono::{DateTime, Utc};

use super::super::{Body, Largest, WHOLE};
use super::Round;
use crate::blobs::{BlobError, BlobStore, BlobWriter};
use crate::message;
use crate::pop3::Listed;
use crate::transport::ServerError;

/// Bytes of a message that say when it came.
const HEAD: usize = 64 << 10;

/// What became of one message.
pub(super) enum Outcome {
    /// It came, then.
    Came(Body, Option<DateTime<Utc>>),
    /// It came and is too old.
    Old(DateTime<Utc>),
    /// The server declined, and goes on.
    Refused(ServerError),
    /// It has so many bytes or more.
    TooLarge(u64, Largest),
    /// It is listed and has nothing in it.
    Empty,
}

/// Why a message could not be had.
pub(super) enum Failed {
    /// The server or the way to it.
    Server(ServerError),
    /// The blob store.
    Blobs(BlobError),
}

impl From<ServerError> for Failed {
    fn from(error: ServerError) -> Self {
        Self::Server(error)
    }
}

impl From<BlobError> for Failed {
    fn from(error: BlobError) -> Self {
        Self::Blobs(error)
    }
}

impl Round {
    /// Fetches one message. One that turns out too large leaves the session with its rest before the next answer: closed.
    pub(super) async fn fetch(
        &mut self,
        listed: &Listed,
        since: Option<DateTime<Utc>>,
    ) -> Result<Outcome, Failed> {
        let largest = self.plan.largest;
        if listed.size > largest.bytes {
            return Ok(Outcome::TooLarge(listed.size, largest));
        }
        let reader = &mut self.reader;
        match reader.session.begin(listed.number, listed.size).await {
            Ok(()) => {}
            Err(error @ (ServerError::ServerSaid { .. } | ServerError::Unavailable { .. }))
                if reader.session.is_open() =>
            {
                return Ok(Outcome::Refused(error));
            }
            Err(error) => return Err(error.into()),
        }
        let name = format!(
            "{}-{}-{}",
            reader.scan_name, self.plan.folder, listed.number
        );
        let mut coming = Coming::default();
        while let Some(piece) = reader.session.piece().await? {
            coming.add(&reader.files, &name, &piece).await?;
            if coming.size > largest.bytes {
                return Ok(Outcome::TooLarge(coming.size, largest));
            }
        }
        if coming.size == 0 {
            return Ok(Outcome::Empty);
        }
        self.proven = true;
        let came = message::came_at(&coming.head);
        Ok(match (since, came) {
            (Some(since), Some(came)) if came < since => Outcome::Old(came),
            _ => Outcome::Came(coming.finish().await?, came),
        })
    }
}

/// A message while it comes: in memory as long as it is small, then in a file.
#[derive(Default)]
struct Coming {
    head: Vec<u8>,
    whole: Vec<u8>,
    file: Option<BlobWriter>,
    size: u64,
}

impl Coming {
    async fn add(&mut self, files: &BlobStore, name: &str, piece: &[u8]) -> Result<(), BlobError> {
        let wanted = HEAD.saturating_sub(self.head.len());
        self.head.extend(piece.iter().take(wanted));
        self.size += piece.len() as u64;
        if let Some(file) = &mut self.file {
            return file.write(piece).await;
        }
        self.whole.extend_from_slice(piece);
        if self.whole.len() as u64 > WHOLE {
            let mut file = files.begin(name).await?;
            file.write(&std::mem::take(&mut self.whole)).await?;
            self.file = Some(file);
        }
        Ok(())
    }

    async fn finish(self) -> Result<Body, BlobError> {
        Ok(match self.file {
            Some(file) => Body::Stored(file.finish().await?),
            None => Body::Whole(self.whole),
        })
    }
}
