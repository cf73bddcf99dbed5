//! Writes one object: packed into a file aside, whatever its size in little memory, and put under its name when it is
//! whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::frames::{Encoded, FrameEncoder};
use super::{BlobError, BlobStore, name};

/// A large message that is being written.
pub struct BlobWriter {
    store: BlobStore,
    aside: Aside,
    mark: String,
    /// Lent to the threads that pack and write.
    packer: Option<Packer>,
}

/// Packs bytes into a file.
struct Packer {
    encoder: FrameEncoder,
    file: File,
}

/// The path of an unfinished file, which goes with its writer: on a full disk leftovers would keep it full.
#[derive(Debug)]
struct Aside(PathBuf);

impl Drop for Aside {
    fn drop(&mut self) {
        // After the file was renamed there is none; else there is nobody left to tell.
        let _ = fs::remove_file(&self.0);
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
        let incoming = store.folder.incoming();
        let aside = Aside(incoming.join(format!("{begun_as}.{mark}")));
        let path = aside.0.clone();
        let packer = away(move || {
            let file = match create(&path) {
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    fs::create_dir_all(incoming)?;
                    create(&path)?
                }
                created => created?,
            };
            let encoder = FrameEncoder::new()?;
            Ok(Packer { encoder, file })
        })
        .await?;
        Ok(Self {
            store,
            aside,
            mark,
            packer: Some(packer),
        })
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// [`BlobError::Disk`].
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), BlobError> {
        let raw = bytes.to_vec();
        let mut packer = self.packer()?;
        let packer = away(move || {
            let frames = packer.encoder.push(&raw)?;
            packer.file.write_all(&frames)?;
            Ok(packer)
        })
        .await?;
        self.packer = Some(packer);
        Ok(())
    }

    /// Makes the object durable under its name.
    ///
    /// # Errors
    /// [`BlobError::Disk`], and [`BlobError::Bucket`] where the bucket does not take it.
    pub async fn finish(mut self) -> Result<WrittenBlob, BlobError> {
        let Packer { encoder, mut file } = self.packer()?;
        let (path, mark) = (self.aside.0.clone(), self.mark.clone());
        let folder = match self.store.bucket {
            Some(_) => None,
            None => Some(self.store.folder.clone()),
        };
        let written = away(move || {
            let Encoded { last, hash, size } = encoder.finish()?;
            file.write_all(&last)?;
            let object = name::of_object(&hash, &mark);
            if let Some(folder) = folder {
                file.sync_all()?;
                folder.take_in(&path, &object)?;
            }
            Ok(WrittenBlob { hash, size, object })
        })
        .await?;
        if let Some(bucket) = &self.store.bucket {
            bucket.put(&self.aside.0, &written.object).await?;
        }
        Ok(written)
    }

    fn packer(&mut self) -> Result<Packer, BlobError> {
        // It is away only where packing broke off before.
        Ok(self
            .packer
            .take()
            .ok_or_else(|| io::Error::other("packing broke off"))?)
    }
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

/// Packs and writes away from the threads that wait for servers.
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
