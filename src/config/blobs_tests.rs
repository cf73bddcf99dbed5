use secrecy::ExposeSecret as _;

use super::Bucket;
use crate::config::{ConfigArgs, load_as};

fn with(pairs: &[(&str, &str)]) -> Result<Option<Bucket>, String> {
    let variables = [("HOME", "/home/anna")]
        .iter()
        .chain(pairs)
        .map(|(name, value)| ((*name).into(), (*value).into()));
    load_as(&ConfigArgs::default(), variables, false)
        .map(|loaded| loaded.settings.bucket)
        .map_err(|error| error.to_string())
}

fn set(url: &str, endpoint: &str) -> Result<Bucket, String> {
    with(&[
        ("MAILROOM_BLOBS_URL", url),
        ("MAILROOM_BLOBS_ENDPOINT", endpoint),
        ("MAILROOM_BLOBS_ACCESS_KEY_ID", "key"),
        (
            "MAILROOM_BLOBS_SECRET_ACCESS_KEY",
            "${file:/run/secrets/s3}",
        ),
    ])
    .map(Option::unwrap)
}

#[test]
fn a_bucket_is_read_and_its_secret_not_shown() {
    let bucket = set("s3://mail/large/ones/", "https://s3.example.com:9000").unwrap();
    assert_eq!(bucket.to_string(), "s3://mail/large/ones");
    assert_eq!(
        (bucket.bucket.as_str(), bucket.prefix.as_str()),
        ("mail", "large/ones")
    );
    assert_eq!(bucket.region, "us-east-1");
    assert_eq!(
        bucket.secret_access_key.expose_secret(),
        "${file:/run/secrets/s3}"
    );
    assert!(!format!("{bucket:?}").contains("/run/secrets"));
    assert_eq!(set("s3://mail", "").unwrap().to_string(), "s3://mail");
    assert!(set("s3://mail", "").unwrap().endpoint.is_none());
    assert_eq!(with(&[]).unwrap().map(|bucket| bucket.bucket), None);
}

#[test]
fn a_service_that_others_can_overhear_is_refused() {
    for endpoint in [
        "http://127.0.0.1:9000",
        "http://localhost:9000",
        "https://s3.example.com",
    ] {
        assert!(set("s3://mail", endpoint).is_ok(), "{endpoint}");
    }
    let said = set("s3://mail", "http://s3.example.com").unwrap_err();
    assert!(
        said.contains("is http, over which mail could be read"),
        "{said}"
    );
}

#[test]
fn what_can_not_be_a_bucket_is_told_without_its_secret() {
    for (url, endpoint) in [
        ("https://mail", ""),
        ("s3://", ""),
        ("mail", ""),
        ("s3://key:s3c@mail", ""),
        ("s3://mail/../x", ""),
        ("s3://mail/a b", ""),
        ("s3://mail?x", ""),
        ("s3://mail", "https://key:s3c@s3.example.com"),
        ("s3://mail", "https://s3.example.com/mail"),
        ("s3://mail", "ftp://s3.example.com"),
    ] {
        if let Ok(bucket) = set(url, endpoint) {
            // The way that addresses are read takes `..` away.
            assert_eq!((url, bucket.prefix.as_str()), ("s3://mail/../x", "x"));
            continue;
        }
        let said = set(url, endpoint).unwrap_err();
        assert!(!said.contains("s3c"), "{said}");
    }
    let said = with(&[("MAILROOM_BLOBS_URL", "s3://mail")]).unwrap_err();
    assert!(
        said.contains("blobs.access_key_id is not set, and blobs.url is"),
        "{said}"
    );
    let said = with(&[("MAILROOM_BLOBS_REGION", "eu-1")]).unwrap_err();
    assert!(said.contains("is set, and blobs.url is not"), "{said}");
    let said = with(&[("MAILROOM_BLOBS_SECRET_ACCESS_KEY", "${secret:s3c}")]).unwrap_err();
    assert!(
        said.contains("is neither ${env:NAME} nor ${file:/path}"),
        "{said}"
    );
    assert!(!said.contains("s3c"), "{said}");
}
