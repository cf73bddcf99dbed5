use std::path::Path;
use std::time::Duration;

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

#[tokio::test]
async fn what_a_killed_writer_left_is_removed_after_a_day_and_not_before() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = BlobStore::in_folder(folder.path().to_owned());
    let today = blobs.begin("today").await.unwrap();
    let old = folder.path().join("incoming/old");
    let first = unfinished(folder.path());
    let yesterday = std::fs::metadata(folder.path().join("incoming").join(&first[0]))
        .and_then(|metadata| metadata.modified())
        .unwrap()
        - Duration::from_hours(25);
    std::fs::File::create(&old)
        .and_then(|file| file.set_modified(yesterday))
        .unwrap();

    let new = blobs.begin("new").await.unwrap();
    let names: Vec<String> = unfinished(folder.path())
        .iter()
        .filter_map(|name| name.split_once('.').map(|(name, _)| name.to_owned()))
        .collect();
    assert_eq!(names, ["new", "today"]);
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
