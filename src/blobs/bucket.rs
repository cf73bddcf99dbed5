//! Objects in a bucket of an S3-compatible service, below a prefix. They go there from a file, in parts where they are
//! large, so that memory stays flat whatever their size.

use std::error::Error as _;
use std::fmt;
use std::path::Path as FilePath;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{ClientOptions, HttpClient, HttpConnector};
use object_store::path::Path;
use object_store::{
    BackoffConfig, MultipartUpload, ObjectStore as _, ObjectStoreExt as _, PutPayload, RetryConfig,
};
use secrecy::ExposeSecret as _;
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;

use super::BlobError;
use super::error::RESTORE_OBJECT;
use super::name;
use super::reader::Source;
use super::sweep::Object;
use crate::config;
use crate::secrets::SecretReference;
use crate::trust::Authorities;

/// One part of a large object, and the largest that is put at once; S3 wants parts of 5 MiB at least.
const PART: usize = 8 * 1024 * 1024;
const CONNECT: Duration = Duration::from_secs(10);
/// Silence of the service.
const SILENCE: Duration = Duration::from_mins(1);
/// A request that fails for the service's sake is made again so often, and no longer than so long.
const RETRIES: usize = 4;
const RETRY: Duration = Duration::from_mins(1);

/// A bucket that was set. Its `Debug` shows no credentials.
pub struct Bucket {
    store: AmazonS3,
    prefix: Path,
    /// `s3://bucket/prefix`, for people.
    shown: String,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bucket({})", self.shown)
    }
}

/// Hands out the client that trusts whom we trust.
#[derive(Debug)]
struct Connector(reqwest::Client);

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.0.clone()))
    }
}

impl Bucket {
    /// Prepares to use a bucket; asks its service nothing yet.
    ///
    /// # Errors
    /// [`BlobError::Bucket`] when its credentials can't be read or it can't be used as it is set.
    pub fn new(settings: &config::Bucket, authorities: &Authorities) -> Result<Self, BlobError> {
        let shown = settings.to_string();
        let unusable = |words: String| BlobError::Bucket {
            bucket: shown.clone(),
            words,
        };
        let given = settings.secret_access_key.expose_secret();
        let secret = match SecretReference::parse(given) {
            Ok(None) => settings.secret_access_key.clone(),
            Ok(Some(reference)) => reference
                .resolve()
                .map_err(|error| unusable(error.to_string()))?,
            Err(error) => return Err(unusable(error.to_string())),
        };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&settings.bucket)
            .with_region(&settings.region)
            .with_access_key_id(&settings.access_key_id)
            .with_secret_access_key(secret.expose_secret())
            // Not all services that call themselves compatible know the request that removes many.
            .with_disable_bulk_delete(true)
            .with_retry(RetryConfig {
                backoff: BackoffConfig::default(),
                max_retries: RETRIES,
                retry_timeout: RETRY,
            })
            .with_http_connector(Connector(
                client(authorities).map_err(|error| unusable(error.to_string()))?,
            ));
        if let Some(endpoint) = &settings.endpoint {
            builder = builder
                .with_endpoint(endpoint.as_str().trim_end_matches('/'))
                // The settings let it be plain on this machine only.
                .with_allow_http(endpoint.scheme() == "http");
        }
        Ok(Self {
            store: builder
                .build()
                .map_err(|error| unusable(error.to_string()))?,
            prefix: Path::from(settings.prefix.as_str()),
            shown,
        })
    }

    /// Puts a whole file under this name.
    pub(super) async fn put(&self, file: &FilePath, object: &str) -> Result<(), BlobError> {
        let mut file = File::open(file).await?;
        let first = part(&mut file).await?;
        let path = self.path(object);
        if first.len() < PART {
            let put = self.store.put(&path, PutPayload::from_bytes(first)).await;
            return put.map(drop).map_err(|error| self.trouble(&error));
        }
        let mut upload = self
            .store
            .put_multipart(&path)
            .await
            .map_err(|error| self.trouble(&error))?;
        let put = self.put_parts(&mut *upload, first, &mut file).await;
        if put.is_err() {
            // What was put so far costs until it is given up; where that can't be said either, the bucket's own rule
            // for unfinished uploads does it.
            let _ = upload.abort().await;
        }
        put
    }

    async fn put_parts(
        &self,
        upload: &mut dyn MultipartUpload,
        first: Bytes,
        file: &mut File,
    ) -> Result<(), BlobError> {
        let mut bytes = first;
        while !bytes.is_empty() {
            // One after the other: two at once would be twice the memory.
            upload
                .put_part(PutPayload::from_bytes(bytes))
                .await
                .map_err(|error| self.trouble(&error))?;
            bytes = part(file).await?;
        }
        let put = upload.complete().await;
        put.map(drop).map_err(|error| self.trouble(&error))
    }

    pub(super) async fn open(self: &Arc<Self>, object: &str) -> Result<Source, BlobError> {
        let path = self.path(object);
        let place = format!("the object {}/{object}", self.shown);
        let got = match self.store.get(&path).await {
            Err(error) if is_missing(&error) => {
                return Err(BlobError::Missing {
                    place,
                    cure: RESTORE_OBJECT,
                });
            }
            got => got.map_err(|error| self.trouble(&error))?,
        };
        let bucket = Arc::clone(self);
        let stream = got
            .into_stream()
            .map_err(move |error| bucket.trouble(&error))
            .boxed();
        Ok(Source::Object { stream, place })
    }

    /// Up to `limit` objects in the order of their names, from the first after `after`.
    pub(super) async fn list(&self, after: &str, limit: usize) -> Result<Vec<Object>, BlobError> {
        let below = Some(&self.prefix).filter(|prefix| !prefix.as_ref().is_empty());
        let all = if after.is_empty() {
            self.store.list(below)
        } else {
            self.store.list_with_offset(below, &self.path(after))
        };
        let ours = all.try_filter_map(|found| async move {
            let name = self.name(&found.location);
            Ok(name.map(|name| Object {
                name,
                modified: found.last_modified,
            }))
        });
        ours.take(limit)
            .try_collect()
            .await
            .map_err(|error| self.trouble(&error))
    }

    pub(super) async fn remove(&self, object: &str) -> Result<(), BlobError> {
        match self.store.delete(&self.path(object)).await {
            Err(error) if is_missing(&error) => Ok(()),
            removed => removed.map_err(|error| self.trouble(&error)),
        }
    }

    /// A small text beside the objects.
    pub(super) async fn text(&self, name: &str) -> Result<Option<String>, BlobError> {
        let got = match self.store.get(&self.path(name)).await {
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => Err(error),
            Ok(got) => got.bytes().await,
        };
        let bytes = got.map_err(|error| self.trouble(&error))?;
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }

    pub(super) async fn set_text(&self, name: &str, text: &str) -> Result<(), BlobError> {
        let payload = PutPayload::from(text.to_owned());
        let put = self.store.put(&self.path(name), payload).await;
        put.map(drop).map_err(|error| self.trouble(&error))
    }

    /// `s3://bucket/prefix`.
    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    fn path(&self, name: &str) -> Path {
        Path::from(format!("{}/{name}", self.prefix))
    }

    /// What we call it, where it is ours.
    fn name(&self, location: &Path) -> Option<String> {
        let whole = location.as_ref();
        let name = match self.prefix.as_ref() {
            "" => whole,
            prefix => whole.strip_prefix(prefix)?.strip_prefix('/')?,
        };
        name::hash_in(name).map(|_| name.to_owned())
    }

    fn trouble(&self, error: &object_store::Error) -> BlobError {
        BlobError::Bucket {
            bucket: self.shown.clone(),
            words: words(error),
        }
    }
}

fn client(authorities: &Authorities) -> Result<reqwest::Client, Box<dyn std::error::Error>> {
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(authorities.configuration()?)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT)
        .read_timeout(SILENCE)
        .user_agent(concat!("Mailroom/", env!("CARGO_PKG_VERSION")))
        .build()?)
}

/// The next bytes of a file; less than [`PART`] at its end.
async fn part(file: &mut File) -> std::io::Result<Bytes> {
    let mut bytes = Vec::with_capacity(PART);
    file.take(PART as u64).read_to_end(&mut bytes).await?;
    Ok(bytes.into())
}

/// Whether one object is not there. A bucket that is not there is told alike, and is the whole store's trouble.
fn is_missing(error: &object_store::Error) -> bool {
    matches!(error, object_store::Error::NotFound { .. }) && !words(error).contains("NoSuchBucket")
}

/// What the service says, on one line and shortened: answers are XML, or a page of some proxy's.
fn words(error: &object_store::Error) -> String {
    const MOST: usize = 300;
    let told = match error.source() {
        Some(source) => source.to_string(),
        None => error.to_string(),
    };
    let line = told.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = line.chars().take(MOST).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    short.trim_end_matches('.').to_owned()
}
