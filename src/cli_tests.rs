use std::io;

use super::{is_unread, told};

#[test]
fn a_cause_that_its_sentence_holds_is_told_once() {
    let error = anyhow::anyhow!("the disk is full")
        .context("The file can't be written: the disk is full. Make room")
        .context("Nothing was exported");
    assert_eq!(
        told(&error),
        "Nothing was exported: The file can't be written: the disk is full. Make room"
    );
}

#[test]
fn only_a_reader_that_left_is_no_failure() {
    let left = anyhow::Error::new(io::Error::from(io::ErrorKind::BrokenPipe));
    let full = anyhow::Error::new(io::Error::from(io::ErrorKind::StorageFull));
    assert!(is_unread(&left));
    assert!(!is_unread(&full));
}
