//! Removes what nobody needs any more, piece by piece: rows that neither a delivery nor a message names, objects that no
//! row names, and what killed writers left unfinished.
//!
//! An object is removed when it is older than a day, was found without a row more than a day ago, and still has none.
//! Nobody can name it by then: its name was its writer's alone, who names it within minutes or never. An object store that
//! belongs to another database, as its `owner` says, is left alone, and so is whatever has not a name like ours.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use entities::blobs::BlobEncoding;
use rand::RngExt as _;

use super::{BlobError, BlobStore, SweepError, name};
use crate::store::blob_sweeps::{self, Walk};
use crate::store::{Store, StoreError, blobs};

/// So many rows and so many objects are looked at in one go.
pub const PIECE: usize = 1_000;
/// So long nothing is taken for needless.
const GRACE: TimeDelta = TimeDelta::days(1);
/// An orphan that was found so long ago was removed by somebody else: no walk takes that long.
const LONG: TimeDelta = TimeDelta::days(90);
/// Says in the folder or the bucket whose it is.
const MARKER: &str = "owner";

/// An object that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) name: String,
    pub(super) modified: DateTime<Utc>,
}

/// What was removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Rows of blobs.
    pub rows: u64,
    /// Objects.
    pub objects: u64,
}

impl BlobStore {
    /// Looks at the next rows and the next objects. Several workers may do so at once.
    ///
    /// # Errors
    /// What could not be removed is found again the next time round.
    pub async fn sweep(&self, store: &Store, now: DateTime<Utc>) -> Result<Swept, SweepError> {
        let forgotten = self.folder.remove_forgotten(now).await;
        forgotten.map_err(BlobError::from)?;
        let owner = format!("{:032x}", rand::rng().random::<u128>());
        let progress = blob_sweeps::progress(store, &owner).await?;
        let rows = sweep_rows(store, &progress.rows_after, now).await?;
        self.assert_owned(store, &progress.owner).await?;
        let objects = self
            .sweep_objects(store, &progress.objects_after, now)
            .await?;
        blob_sweeps::forget_orphans_found_before(store, now - LONG).await?;
        Ok(Swept { rows, objects })
    }

    /// Makes sure that the objects are those of this database: its mark is there, or there is none and something of ours
    /// is, or nothing at all.
    async fn assert_owned(&self, store: &Store, owner: &str) -> Result<(), SweepError> {
        let found = match &self.bucket {
            Some(bucket) => bucket.text(MARKER).await?,
            None => self.folder.text(MARKER).await.map_err(BlobError::from)?,
        };
        let ours = if let Some(found) = &found {
            found.trim() == owner
        } else {
            let first = self.list("").await?;
            first.is_empty() || !named(store, &first).await?.is_empty()
        };
        if !ours {
            return Err(SweepError::Foreign {
                place: self.place(),
                marker: MARKER,
            });
        }
        match (found, &self.bucket) {
            (Some(_), _) => {}
            (None, Some(bucket)) => bucket.set_text(MARKER, owner).await?,
            (None, None) => {
                let set = self.folder.set_text(MARKER, owner).await;
                set.map_err(BlobError::from)?;
            }
        }
        Ok(())
    }

    async fn sweep_objects(
        &self,
        store: &Store,
        after: &str,
        now: DateTime<Utc>,
    ) -> Result<u64, SweepError> {
        let objects = self.list(after).await?;
        let next = match objects.last() {
            Some(last) if objects.len() == PIECE => last.name.as_str(),
            _ => "",
        };
        if !blob_sweeps::advance(store, Walk::Objects, after, next).await? {
            return Ok(0);
        }
        let named = named(store, &objects).await?;
        let needed: Vec<&str> = objects
            .iter()
            .map(|object| object.name.as_str())
            .filter(|name| named.contains(*name))
            .collect();
        blob_sweeps::forget_orphans(store, &needed).await?;
        let orphans: Vec<&str> = objects
            .iter()
            .filter(|object| object.modified < now - GRACE)
            .map(|object| object.name.as_str())
            .filter(|name| !named.contains(*name))
            .collect();
        let known: HashMap<String, DateTime<Utc>> = blob_sweeps::orphans(store, &orphans)
            .await?
            .into_iter()
            .map(|orphan| (orphan.object, orphan.found_at))
            .collect();
        let (mut new, mut removed) = (Vec::new(), Vec::new());
        for name in orphans {
            match known.get(name) {
                None => new.push(name),
                Some(found_at) if *found_at < now - GRACE => {
                    self.remove(name).await?;
                    removed.push(name);
                }
                Some(_) => {}
            }
        }
        blob_sweeps::remember_orphans(store, &new, now).await?;
        blob_sweeps::forget_orphans(store, &removed).await?;
        Ok(removed.len() as u64)
    }

    async fn list(&self, after: &str) -> Result<Vec<Object>, BlobError> {
        match &self.bucket {
            Some(bucket) => bucket.list(after, PIECE).await,
            None => Ok(self.folder.list(after, PIECE).await?),
        }
    }

    async fn remove(&self, object: &str) -> Result<(), BlobError> {
        match &self.bucket {
            Some(bucket) => bucket.remove(object).await,
            None => Ok(self.folder.remove(object).await?),
        }
    }

    fn place(&self) -> String {
        match &self.bucket {
            Some(bucket) => bucket.shown().to_owned(),
            None => self.folder.path.display().to_string(),
        }
    }
}

/// The names among these objects' that rows name.
async fn named(store: &Store, objects: &[Object]) -> Result<HashSet<String>, StoreError> {
    let hashes: Vec<String> = objects
        .iter()
        .filter_map(|object| name::hash_in(&object.name))
        .collect();
    let hashes: Vec<&str> = hashes.iter().map(String::as_str).collect();
    let rows = blobs::objects(store, &hashes).await?;
    let names = rows
        .into_iter()
        .filter_map(|(hash, encoding, object)| match encoding {
            BlobEncoding::Zstd => None,
            BlobEncoding::File => Some(name::of_file(&hash)),
            BlobEncoding::Frames => object,
        });
    Ok(names.collect())
}

/// Deletes what nobody names among the next rows.
async fn sweep_rows(store: &Store, after: &str, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let hashes = blobs::hashes_after(store, after, PIECE as u64).await?;
    let next = match hashes.last() {
        Some(last) if hashes.len() == PIECE => last.as_str(),
        _ => "",
    };
    if !blob_sweeps::advance(store, Walk::Rows, after, next).await? {
        return Ok(0);
    }
    blobs::delete_unnamed(store, &hashes, now - GRACE).await
}

#[cfg(test)]
#[path = "sweep_tests.rs"]
mod tests;
