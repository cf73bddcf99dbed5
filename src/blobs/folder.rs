//! Objects as files of a folder. A file is written aside, synced and renamed, so that it is whole where it is.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt as _;

use super::BlobError;
use super::error::RESTORE_FILE;
use super::name;
use super::reader::{Source, unreadable};
use super::sweep::Object;

/// An unfinished file of this age was left by a writer that was killed: no message takes a day to write.
const FORGOTTEN: Duration = Duration::from_hours(24);

/// The folder.
#[derive(Debug, Clone)]
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    /// Where unfinished files are, which is made where it is not there yet.
    pub(super) async fn incoming(&self) -> io::Result<PathBuf> {
        let incoming = self.0.join("incoming");
        fs::create_dir_all(&incoming).await?;
        Ok(incoming)
    }

    /// Removes what writers left that were killed.
    pub(super) async fn remove_forgotten(&self, incoming: &Path, newest: &File) -> io::Result<()> {
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

    /// Makes a synced file the object of this name.
    pub(super) async fn take_in(&self, aside: &Path, object: &str) -> io::Result<()> {
        let path = self.0.join(object);
        let parent = path.parent().unwrap_or(&self.0);
        fs::create_dir_all(parent).await?;
        fs::rename(aside, &path).await?;
        File::open(parent).await?.sync_all().await?;
        File::open(&self.0).await?.sync_all().await
    }

    pub(super) async fn open(&self, object: &str) -> Result<Source, BlobError> {
        let path = self.0.join(object);
        let place = format!("the file {}", path.display());
        match File::open(&path).await {
            Ok(file) => Ok(Source::File { file, place }),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(BlobError::Missing {
                place,
                cure: RESTORE_FILE,
            }),
            Err(error) => Err(unreadable(&place, &error)),
        }
    }

    /// Up to `limit` objects in the order of their names, from the first after `after`.
    pub(super) async fn list(&self, after: &str, limit: usize) -> io::Result<Vec<Object>> {
        let first = after.get(..2).unwrap_or_default();
        let mut objects = Vec::new();
        for shelf in names(&self.0).await? {
            if !name::is_shelf(&shelf) || shelf.as_str() < first {
                continue;
            }
            for file in names(&self.0.join(&shelf)).await? {
                let name = format!("{shelf}/{file}");
                if name.as_str() <= after || name::hash_in(&name).is_none() {
                    continue;
                }
                if objects.len() >= limit {
                    return Ok(objects);
                }
                // Another worker may have removed it between the two questions.
                let Ok(metadata) = fs::metadata(self.0.join(&name)).await else {
                    continue;
                };
                let modified = DateTime::<Utc>::from(metadata.modified()?);
                objects.push(Object { name, modified });
            }
        }
        Ok(objects)
    }

    pub(super) async fn remove(&self, object: &str) -> io::Result<()> {
        super::writer::remove(&self.0.join(object)).await
    }

    /// A small text beside the objects.
    pub(super) async fn text(&self, name: &str) -> io::Result<Option<String>> {
        match fs::read_to_string(self.0.join(name)).await {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn set_text(&self, name: &str, text: &str) -> io::Result<()> {
        fs::create_dir_all(&self.0).await?;
        let mut file = File::create(self.0.join(name)).await?;
        file.write_all(text.as_bytes()).await?;
        file.sync_all().await
    }
}

/// What is in a folder, sorted; nothing where there is none.
async fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut entries = match fs::read_dir(folder).await {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        names.extend(entry.file_name().into_string());
    }
    names.sort_unstable();
    Ok(names)
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
