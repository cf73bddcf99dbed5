//! Where large messages are kept, when not in the data folder: a bucket of an S3-compatible service.

use std::fmt;

use secrecy::SecretString;
use url::Url;

use super::setting::Setting;
use super::values::Values;
use super::web::parse;
use crate::loopback;
use crate::secrets::SecretReference;

/// Where a service is that does not care.
const REGION: &str = "us-east-1";

/// A bucket and what opens it. Its `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// Its name.
    pub bucket: String,
    /// What all names in it begin with, without a slash at either end; may be empty.
    pub prefix: String,
    /// The service; Amazon's where there is none.
    pub endpoint: Option<Url>,
    /// Where the bucket is, as the service calls it.
    pub region: String,
    /// Who we are there.
    pub access_key_id: String,
    /// The secret itself, or where it is kept: `${env:…}` or `${file:…}`.
    pub secret_access_key: SecretString,
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}", self.bucket)?;
        if self.prefix.is_empty() {
            Ok(())
        } else {
            write!(f, "/{}", self.prefix)
        }
    }
}

impl Values {
    pub(super) fn bucket(&mut self) -> Option<Bucket> {
        let place = self.checked(
            Setting::BlobsUrl,
            bucket_and_prefix,
            "Write s3://bucket or s3://bucket/prefix",
        );
        let endpoint = self.checked(
            Setting::BlobsEndpoint,
            endpoint,
            "Write an https address without a path",
        );
        let region = self.text(Setting::BlobsRegion).unwrap_or(REGION).to_owned();
        let access_key_id = self.text(Setting::BlobsAccessKeyId).map(str::to_owned);
        let secret = self.checked(
            Setting::BlobsSecretAccessKey,
            secret,
            "Write the secret, ${env:NAME} or ${file:/path}",
        );
        if self.given.contains_key(&Setting::BlobsUrl) {
            for setting in [Setting::BlobsAccessKeyId, Setting::BlobsSecretAccessKey] {
                self.needs(
                    setting,
                    Setting::BlobsUrl,
                    "Set it to what the service gave you for this bucket",
                );
            }
        } else {
            for setting in [
                Setting::BlobsEndpoint,
                Setting::BlobsRegion,
                Setting::BlobsAccessKeyId,
                Setting::BlobsSecretAccessKey,
            ] {
                self.is_idle_without(setting, Setting::BlobsUrl);
            }
        }
        let (bucket, prefix) = place?;
        Some(Bucket {
            bucket,
            prefix,
            endpoint,
            region,
            access_key_id: access_key_id?,
            secret_access_key: secret?,
        })
    }
}

// None of these tells the value: a secret may stand in the wrong place.

fn bucket_and_prefix(text: &str) -> Result<(String, String), String> {
    let url = parse(text)?;
    if url.scheme() != "s3" {
        return Err("does not begin with s3://".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(
            "holds credentials, which belong in blobs.access_key_id and blobs.secret_access_key"
                .to_owned(),
        );
    }
    if url.query().is_some() || url.fragment().is_some() || url.port().is_some() {
        return Err("has more than bucket and prefix".to_owned());
    }
    let bucket = url.host_str().unwrap_or_default();
    if bucket.is_empty() {
        return Err("names no bucket".to_owned());
    }
    let prefix = url.path().trim_matches('/');
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    let fits = prefix.is_empty()
        || prefix
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != ".." && part.chars().all(plain));
    if !fits {
        return Err("has a prefix of other than letters, digits and -_.".to_owned());
    }
    Ok((bucket.to_owned(), prefix.to_owned()))
}

fn endpoint(text: &str) -> Result<Url, String> {
    let url = parse(text)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(
            "holds credentials, which belong in blobs.access_key_id and blobs.secret_access_key"
                .to_owned(),
        );
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err("has more than scheme, host and port".to_owned());
    }
    match url.scheme() {
        "https" if url.has_host() => Ok(url),
        "http" if loopback::is_url(&url) => Ok(url),
        "http" => Err("is http, over which mail could be read".to_owned()),
        _ => Err("is no web address".to_owned()),
    }
}

fn secret(text: &str) -> Result<SecretString, String> {
    match SecretReference::parse(text) {
        Ok(_) => Ok(SecretString::from(text)),
        Err(error) => Err(format!("can't be used: {error}")),
    }
}

#[cfg(test)]
#[path = "blobs_tests.rs"]
mod tests;
