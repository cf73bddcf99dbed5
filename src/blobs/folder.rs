//! Objects as files of a folder. A file is written aside, synced and renamed, so that it is whole where it is.

use std::collections::HashSet;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt as _;

use super::BlobError;
use super::error::RESTORE_FILE;
use super::name;
use super::reader::{Source, unreadable};
use super::sweep::Object;

/// An unfinished file of this age was left by a writer that was killed: no message takes a day to write.
const FORGOTTEN: TimeDelta = TimeDelta::days(1);

/// The folder; clones share what is known of it.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    pub(super) path: PathBuf,
    /// Shelves that this process knows to be durable.
    shelves: Arc<Mutex<HashSet<PathBuf>>>,
}

impl Folder {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            shelves: Arc::default(),
        }
    }

    /// Where unfinished files are; it may not be there yet.
    pub(super) fn incoming(&self) -> PathBuf {
        self.path.join("incoming")
    }

    /// Removes what writers left that were killed.
    pub(super) async fn remove_forgotten(&self, now: DateTime<Utc>) -> io::Result<()> {
        let incoming = self.incoming();
        for name in names(&incoming).await? {
            let path = incoming.join(name);
            // Its writer may have finished it between the two questions.
            let Ok(metadata) = fs::metadata(&path).await else {
                continue;
            };
            if DateTime::<Utc>::from(metadata.modified()?) < now - FORGOTTEN {
                remove(&path).await?;
            }
        }
        Ok(())
    }

    /// Makes a synced file the object of this name. Blocks.
    pub(super) fn take_in(&self, aside: &Path, object: &str) -> io::Result<()> {
        let path = self.path.join(object);
        let place = path.parent().unwrap_or(&self.path);
        if !self.shelves().contains(place) {
            self.make_durable(place)?;
        }
        match std::fs::rename(aside, &path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                // Somebody removed the shelf meanwhile.
                self.make_durable(place)?;
                std::fs::rename(aside, &path)?;
            }
            renamed => renamed?,
        }
        sync(place)
    }

    fn make_durable(&self, place: &Path) -> io::Result<()> {
        std::fs::create_dir_all(place)?;
        sync(&self.path)?;
        self.shelves().insert(place.to_owned());
        Ok(())
    }

    fn shelves(&self) -> MutexGuard<'_, HashSet<PathBuf>> {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn open(&self, object: &str) -> Result<Source, BlobError> {
        let path = self.path.join(object);
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
        for shelf in names(&self.path).await? {
            if !name::is_shelf(&shelf) || shelf.as_str() < first {
                continue;
            }
            for file in names(&self.path.join(&shelf)).await? {
                let name = format!("{shelf}/{file}");
                if name.as_str() <= after || name::hash_in(&name).is_none() {
                    continue;
                }
                if objects.len() >= limit {
                    return Ok(objects);
                }
                // Another worker may have removed it between the two questions.
                let Ok(metadata) = fs::metadata(self.path.join(&name)).await else {
                    continue;
                };
                let modified = DateTime::<Utc>::from(metadata.modified()?);
                objects.push(Object { name, modified });
            }
        }
        Ok(objects)
    }

    pub(super) async fn remove(&self, object: &str) -> io::Result<()> {
        remove(&self.path.join(object)).await
    }

    /// A small text beside the objects.
    pub(super) async fn text(&self, name: &str) -> io::Result<Option<String>> {
        match fs::read_to_string(self.path.join(name)).await {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn set_text(&self, name: &str, text: &str) -> io::Result<()> {
        fs::create_dir_all(&self.path).await?;
        let mut file = File::create(self.path.join(name)).await?;
        file.write_all(text.as_bytes()).await?;
        file.sync_all().await
    }
}

/// Makes the names in a folder durable.
fn sync(folder: &Path) -> io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}

/// Removes a file that may be gone already.
async fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path).await {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
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
