use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::{MailFileError, MailFiles};

const LARGEST: u64 = 1000;

fn messages(path: &Path) -> Vec<String> {
    MailFiles::open(path, LARGEST)
        .unwrap()
        .map(|message| match message {
            Ok(bytes) => String::from_utf8(bytes).unwrap(),
            Err(error) => format!(
                "error: {}",
                error
                    .to_string()
                    .replace(&path.display().to_string(), "PATH")
            ),
        })
        .collect()
}

fn mbox(content: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive");
    fs::write(&path, content).unwrap();
    messages(&path)
}

#[test]
fn an_mbox_is_cut_at_its_separators() {
    let found = mbox("From a@x Thu\nSubject: 1\n\none\n\nFrom b@x Fri\nSubject: 2\n\ntwo\n");
    assert_eq!(found, ["Subject: 1\n\none\n", "Subject: 2\n\ntwo\n"]);
}

#[test]
fn from_in_the_text_is_no_separator() {
    let found = mbox("From a@x Thu\nSubject: 1\n\nWe came\nFrom far\n\n>From here\n>>From there\n");
    assert_eq!(
        found,
        ["Subject: 1\n\nWe came\nFrom far\n\nFrom here\n>From there\n"]
    );
}

#[test]
fn line_ends_of_windows_stay() {
    let found =
        mbox("From a@x Thu\r\nSubject: 1\r\n\r\none\r\n\r\nFrom b@x Fri\r\nSubject: 2\r\n\r\ntwo");
    assert_eq!(
        found,
        ["Subject: 1\r\n\r\none\r\n", "Subject: 2\r\n\r\ntwo"]
    );
}

#[test]
fn a_message_that_is_too_large_is_named_and_the_next_one_comes() {
    let long = "x".repeat(2000);
    let found = mbox(&format!(
        "From a@x Thu\nSubject: 1\n\n{long}\n\nFrom b@x Fri\nSubject: 2\n\ntwo\n"
    ));
    assert_eq!(
        found,
        [
            "error: PATH: the message at byte 0 is larger than 1000 bytes; raise `imap.max_message_mib` to import it",
            "Subject: 2\n\ntwo\n",
        ]
    );
}

#[test]
fn a_maildir_gives_cur_and_new_and_its_subfolders() {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in [
        ("cur/1:2,S", "Subject: seen\n\n"),
        ("new/2", "Subject: new\n\n"),
        ("tmp/3", "Subject: half\n\n"),
        (".Sent/cur/4:2,S", "Subject: sent\n\n"),
        (".Sent/new/.keep", "not mail"),
        ("dovecot-uidlist", "not mail"),
    ] {
        let file = folder.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }
    assert_eq!(
        messages(folder.path()),
        ["Subject: sent\n\n", "Subject: seen\n\n", "Subject: new\n\n"]
    );
}

#[test]
fn what_is_not_there_or_empty_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let missing = MailFiles::open(&folder.path().join("none"), LARGEST).unwrap_err();
    assert!(matches!(missing, MailFileError::Unreadable { .. }));
    let empty = folder.path().join("empty.eml");
    fs::write(&empty, "").unwrap();
    assert_eq!(
        messages(&empty),
        ["error: PATH is neither a message (.eml), an mbox nor a Maildir"]
    );
}

proptest! {
    #[test]
    fn any_bytes_end_without_a_panic(content in proptest::collection::vec(any::<u8>(), 0..3000), from: bool) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let start: &[u8] = if from { b"From " } else { b"" };
        fs::write(&path, [start, &content].concat()).unwrap();
        prop_assert!(MailFiles::open(&path, LARGEST).unwrap().count() < 3000);
    }
}
