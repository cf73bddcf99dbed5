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
