//! The blob store on trial: in a folder, and in a bucket of a real service, where its objects can be damaged.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "an arrangement that can't be made is a failed test"
)]

use std::path::PathBuf;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use entities::blobs::{BlobEncoding, Model};
use secrecy::SecretString;

use super::{BlobError, BlobStore, Bucket, WrittenBlob, hash_of};
use crate::config;
use crate::store::blobs::NewBlob;
use crate::store::fixture::at;
use crate::trust::Authorities;

/// A blob store of the test's own.
pub(crate) struct Place {
    pub(crate) blobs: BlobStore,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) service: Option<parts::S3>,
}

impl Place {
    pub(crate) fn folder() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            blobs: BlobStore::in_folder(folder.path().to_owned()),
            folder,
            service: None,
        }
    }

    pub(crate) fn bucket() -> Self {
        let service = parts::s3();
        let folder = tempfile::tempdir().unwrap();
        let bucket = Bucket::new(&settings(&service), &Authorities::default()).unwrap();
        Self {
            blobs: BlobStore::in_bucket(bucket, folder.path().to_owned()),
            folder,
            service: Some(service),
        }
    }

    pub(crate) fn both() -> [Self; 2] {
        [Self::folder(), Self::bucket()]
    }

    /// Where an object is, there or not.
    pub(crate) fn file_of(&self, object: &str) -> PathBuf {
        match &self.service {
            Some(service) => service.file_of(&format!("large/mail/{object}")),
            None => self.folder.path().join(object),
        }
    }

    pub(crate) fn has(&self, object: &str) -> bool {
        self.file_of(object).exists()
    }

    /// Lets an object have been written at this time.
    pub(crate) fn date(&self, object: &str, time: DateTime<Utc>) {
        std::fs::File::options()
            .write(true)
            .open(self.file_of(object))
            .and_then(|file| file.set_modified(SystemTime::from(time)))
            .unwrap();
    }

    pub(crate) async fn write(&self, raw: &[u8]) -> Result<WrittenBlob, BlobError> {
        let mut writer = self.blobs.begin("trial").await?;
        for piece in raw.chunks(300_000) {
            writer.write(piece).await?;
        }
        writer.finish().await
    }

    /// Writes it and gives its row.
    pub(crate) async fn keep(&self, raw: &[u8]) -> Model {
        let written = self.write(raw).await.unwrap();
        assert_eq!(
            (written.size, written.hash),
            (raw.len() as u64, hash_of(raw))
        );
        row_of(raw, Some(written.object))
    }

    pub(crate) async fn read(&self, row: &Model) -> Result<Vec<u8>, BlobError> {
        let mut reader = self.blobs.open(row).await?;
        let mut raw = Vec::new();
        while let Some(piece) = reader.next().await? {
            raw.extend(piece);
        }
        Ok(raw)
    }
}

pub(crate) fn settings(service: &parts::S3) -> config::Bucket {
    config::Bucket {
        bucket: parts::s3::BUCKET.to_owned(),
        prefix: "large/mail".to_owned(),
        endpoint: Some(service.endpoint().parse().unwrap()),
        region: "us-east-1".to_owned(),
        access_key_id: parts::s3::ACCESS_KEY_ID.to_owned(),
        secret_access_key: SecretString::from(parts::s3::SECRET_ACCESS_KEY),
    }
}

/// The row of these bytes: of an object, or of a file of an earlier version.
pub(crate) fn row_of(raw: &[u8], object: Option<String>) -> Model {
    Model {
        hash: hash_of(raw),
        size: i64::try_from(raw.len()).unwrap(),
        encoding: match object {
            Some(_) => BlobEncoding::Frames,
            None => BlobEncoding::File,
        },
        bytes: None,
        created_at: at(0),
        object,
    }
}

/// The same, to be stored.
pub(crate) fn new(row: &Model) -> NewBlob {
    NewBlob {
        hash: row.hash.clone(),
        size: row.size,
        encoding: row.encoding,
        bytes: row.bytes.clone(),
        object: row.object.clone(),
        created_at: row.created_at,
    }
}

/// Bytes that can't be made smaller.
pub(crate) fn noise(seed: u32, bytes: usize) -> Vec<u8> {
    let mut noise = 0x9E37_79B9_u32 ^ seed;
    let mut raw = Vec::with_capacity(bytes + 4);
    while raw.len() < bytes {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        raw.extend(noise.to_le_bytes());
    }
    raw.truncate(bytes);
    raw
}
