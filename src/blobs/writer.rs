//! Writes one object: packed into a file aside, whatever its size in little memory, and put under its name when it is
//! whole.

use std::io;
use std::path::PathBuf;

use tokio::fs::{self, File, OpenOptions};
use tokio::io::AsyncWriteExt as _;

use super::frames::{Encoded, FrameEncoder};
use super::{BlobError, BlobStore, name};

/// A large message that is being written.
pub struct BlobWriter {
    store: BlobStore,
    aside: Aside,
    file: File,
    mark: String,
    /// Lent to the threads that pack.
    encoder: Option<FrameEncoder>,
}

/// The path of an unfinished file, which goes with its writer: on a full disk leftovers would keep it full.
#[derive(Debug)]
struct Aside(PathBuf);

impl Drop for Aside {
    fn drop(&mut self) {
        // After the file was renamed there is none; else there is nobody left to tell.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// A large message that is kept for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenBlob {
    /// SHA-256 of the bytes, lower-case hex.
    pub hash: String,
    /// How many bytes.
    pub size: u64,
    /// What the blob store calls its object.
    pub object: String,
}

impl std::fmt::Debug for BlobWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BlobWriter({})", self.aside.0.display())
    }
}

impl BlobWriter {
    pub(super) async fn begin(store: BlobStore, begun_as: &str) -> Result<Self, BlobError> {
        let mark = name::new_mark();
        let incoming = store.folder.incoming().await?;
        let aside = Aside(incoming.join(format!("{begun_as}.{mark}")));
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&aside.0)
            .await?;
        store.folder.remove_forgotten(&incoming, &file).await?;
        Ok(Self {
            store,
            aside,
            file,
            mark,
            encoder: Some(FrameEncoder::new()?),
        })
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// [`BlobError::Disk`].
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), BlobError> {
        let raw = bytes.to_vec();
        let mut encoder = self.encoder()?;
        let (encoder, frames) = away(move || {
            let frames = encoder.push(&raw)?;
            Ok((encoder, frames))
        })
        .await?;
        self.encoder = Some(encoder);
        Ok(self.file.write_all(&frames).await?)
    }

    /// Makes the object durable under its name.
    ///
    /// # Errors
    /// [`BlobError::Disk`], and [`BlobError::Bucket`] where the bucket does not take it.
    pub async fn finish(mut self) -> Result<WrittenBlob, BlobError> {
        let encoder = self.encoder()?;
        let Encoded { last, hash, size } = away(|| encoder.finish()).await?;
        self.file.write_all(&last).await?;
        self.file.flush().await?;
        let object = name::of_object(&hash, &self.mark);
        if let Some(bucket) = &self.store.bucket {
            bucket.put(&self.aside.0, &object).await?;
        } else {
            self.file.sync_all().await?;
            self.store.folder.take_in(&self.aside.0, &object).await?;
        }
        Ok(WrittenBlob { hash, size, object })
    }

    fn encoder(&mut self) -> Result<FrameEncoder, BlobError> {
        // It is away only where packing broke off before.
        Ok(self
            .encoder
            .take()
            .ok_or_else(|| io::Error::other("packing broke off"))?)
    }
}

/// Packs away from the threads that wait for servers.
async fn away<T: Send + 'static>(
    pack: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(pack)
        .await
        .map_err(io::Error::other)?
}

impl From<io::Error> for BlobError {
    fn from(error: io::Error) -> Self {
        Self::Disk {
            words: error.to_string(),
        }
    }
}

/// Removes a file that may be gone already.
pub(super) async fn remove(path: &std::path::Path) -> io::Result<()> {
    match fs::remove_file(path).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}
