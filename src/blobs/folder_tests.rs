use std::path::Path;

use crate::blobs::BlobStore;
use crate::blobs::trial::row_of;

#[tokio::test]
async fn what_was_not_finished_leaves_no_file_behind() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = BlobStore::in_folder(folder.path().to_owned());
    let mut writer = blobs.begin("one").await.unwrap();
    writer.write(b"half").await.unwrap();
    drop(writer);
    assert_eq!(unfinished(folder.path()), [""; 0]);
    assert!(blobs.open(&row_of(b"half", None)).await.is_err());
}

fn unfinished(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder.join("incoming"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
