//! Raw messages too large for a row: files of the data folder, named after the SHA-256 of their bytes.
//!
//! A file is written aside, synced and renamed before any row may name it, so that a crash leaves at most a
//! file that nobody names.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tokio::fs::{self, File, OpenOptions};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// An unfinished file of this age was left by a writer that was killed.
const FORGOTTEN: Duration = Duration::from_hours(24);

/// The folder of large raw messages.
#[derive(Debug, Clone)]
pub struct BlobFiles {
    folder: PathBuf,
}

/// A large message that is being written.
#[derive(Debug)]
pub struct BlobWriter {
    folder: PathBuf,
    aside: Aside,
    file: File,
    digest: Sha256,
    size: u64,
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

/// A large message that is on the disk for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenBlob {
    /// SHA-256 of the bytes, lower-case hex.
    pub hash: String,
    /// How many bytes.
    pub size: u64,
}

impl BlobFiles {
    /// Uses `folder`, which is made when the first file is.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Begins a file; `name` tells writers of this process and of others apart.
    pub async fn begin(&self, name: &str) -> io::Result<BlobWriter> {
        let incoming = self.folder.join("incoming");
        fs::create_dir_all(&incoming).await?;
        let aside = Aside(incoming.join(name));
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&aside.0)
            .await?;
        self.remove_forgotten(&incoming, &file).await?;
        Ok(BlobWriter {
            folder: self.folder.clone(),
            aside,
            file,
            digest: Sha256::new(),
            size: 0,
        })
    }

    /// Removes what writers left that were killed: no message takes a day to write.
    async fn remove_forgotten(&self, incoming: &Path, newest: &File) -> io::Result<()> {
        let now = newest.metadata().await?.modified()?;
        let mut entries = fs::read_dir(incoming).await?;
        while let Some(entry) = entries.next_entry().await? {
            // Another writer may have finished it between the two questions.
            let Ok(metadata) = entry.metadata().await else {
                continue;
            };
            let age = now.duration_since(metadata.modified()?).unwrap_or_default();
            if age > FORGOTTEN {
                let _ = fs::remove_file(entry.path()).await;
            }
        }
        Ok(())
    }

    /// The first `most` bytes of a file.
    pub async fn read_prefix(&self, hash: &str, most: u64) -> io::Result<Vec<u8>> {
        let file = File::open(path_of(&self.folder, hash)).await?;
        let mut bytes = Vec::new();
        file.take(most).read_to_end(&mut bytes).await?;
        Ok(bytes)
    }
}

impl BlobWriter {
    /// Adds bytes.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.digest.update(bytes);
        self.size += bytes.len() as u64;
        self.file.write_all(bytes).await
    }

    /// Makes the file durable under its name.
    pub async fn finish(mut self) -> io::Result<WrittenBlob> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        let hash = hex::encode(self.digest.finalize_reset());
        let path = path_of(&self.folder, &hash);
        let parent = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(parent).await?;
        fs::rename(&self.aside.0, &path).await?;
        File::open(parent).await?.sync_all().await?;
        File::open(&self.folder).await?.sync_all().await?;
        Ok(WrittenBlob {
            hash,
            size: self.size,
        })
    }
}

/// SHA-256 of `bytes` in lower-case hex: the name of a blob.
#[must_use]
pub fn hash_of(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn path_of(folder: &Path, hash: &str) -> PathBuf {
    let (shelf, name) = hash.split_at_checked(2).unwrap_or(("", hash));
    folder.join(shelf).join(name)
}

#[cfg(test)]
#[path = "blob_files_tests.rs"]
mod tests;
