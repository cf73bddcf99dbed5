use std::path::Path;
use std::time::Duration;

use super::{BlobFiles, hash_of};

#[tokio::test]
async fn a_file_is_read_back_under_the_hash_of_its_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let files = BlobFiles::new(folder.path().join("blobs"));
    let mut writer = files.begin("one").await.unwrap();
    writer.write(b"Subject: a\r\n").await.unwrap();
    writer.write(b"\r\nhello").await.unwrap();
    let written = writer.finish().await.unwrap();
    assert_eq!(written.size, 19);
    assert_eq!(written.hash, hash_of(b"Subject: a\r\n\r\nhello"));
    let back = files.read_prefix(&written.hash, 1000).await.unwrap();
    assert_eq!(back, b"Subject: a\r\n\r\nhello");
    let prefix = files.read_prefix(&written.hash, 7).await.unwrap();
    assert_eq!(prefix, b"Subject");
}

#[tokio::test]
async fn what_was_not_finished_has_no_name() {
    let folder = tempfile::tempdir().unwrap();
    let files = BlobFiles::new(folder.path().join("blobs"));
    let mut writer = files.begin("one").await.unwrap();
    writer.write(b"half").await.unwrap();
    drop(writer);
    assert!(files.read_prefix(&hash_of(b"half"), 10).await.is_err());
}

#[tokio::test]
async fn what_was_not_finished_leaves_no_file_behind() {
    let folder = tempfile::tempdir().unwrap();
    let files = BlobFiles::new(folder.path().to_owned());
    drop(files.begin("one").await.unwrap());
    assert_eq!(unfinished(folder.path()), [""; 0]);
}

#[tokio::test]
async fn what_a_killed_writer_left_is_removed_after_a_day_and_not_before() {
    let folder = tempfile::tempdir().unwrap();
    let files = BlobFiles::new(folder.path().to_owned());
    let today = files.begin("today").await.unwrap();
    let old = folder.path().join("incoming/old");
    let yesterday = std::fs::metadata(folder.path().join("incoming/today"))
        .and_then(|metadata| metadata.modified())
        .unwrap()
        - Duration::from_hours(25);
    std::fs::File::create(&old)
        .and_then(|file| file.set_modified(yesterday))
        .unwrap();

    let new = files.begin("new").await.unwrap();
    assert_eq!(unfinished(folder.path()), ["new", "today"]);
    drop((today, new));
}

fn unfinished(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder.join("incoming"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
