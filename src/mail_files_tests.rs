use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::{MailFileError, MailFiles, PIECE};

const LARGEST: u64 = 1000;

fn messages(path: &Path) -> Vec<String> {
    read(path, LARGEST)
        .into_iter()
        .map(|message| match message {
            Ok(bytes) => String::from_utf8(bytes).unwrap(),
            Err(error) => error.replace(&path.display().to_string(), "PATH"),
        })
        .collect()
}

/// Whole messages, put together again.
fn read(path: &Path, largest: u64) -> Vec<Result<Vec<u8>, String>> {
    let mut messages = Vec::new();
    let mut begun = Vec::new();
    for piece in MailFiles::open(path, largest).unwrap() {
        match piece {
            Ok(piece) => {
                assert!(piece.bytes.len() < 3 * PIECE, "{}", piece.bytes.len());
                begun.extend(piece.bytes);
                if piece.last {
                    messages.push(Ok(std::mem::take(&mut begun)));
                }
            }
            Err(error) => {
                begun.clear();
                messages.push(Err(format!("error: {error}")));
            }
        }
    }
    assert!(begun.is_empty(), "a message without an end");
    messages
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

/// Lines that are told apart.
fn lines(bytes: usize, end: &str) -> String {
    let mut text = String::new();
    for number in 0_u32.. {
        text.extend([&number.to_string(), " and so on", end]);
        if text.len() >= bytes {
            break;
        }
    }
    text
}

#[test]
fn a_large_message_comes_in_pieces_and_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let largest = 64 * PIECE as u64;
    for size in [PIECE - 20, PIECE, PIECE + 1, 3 * PIECE + 5] {
        for end in ["\n", "\r\n"] {
            let first = format!("Subject: 1{end}{end}{}", lines(size, end));
            let second = format!("Subject: 2{end}{end}two{end}");
            let file = folder.path().join("one.eml");
            fs::write(&file, &first).unwrap();
            assert!(
                read(&file, largest) == [Ok(first.clone().into_bytes())],
                "{size}"
            );
            let archive = folder.path().join("archive");
            let separator = format!("From a@x Thu{end}");
            fs::write(
                &archive,
                [&separator, &first, end, &separator, &second].concat(),
            )
            .unwrap();
            let found = read(&archive, largest);
            assert!(
                found == [Ok(first.into_bytes()), Ok(second.into_bytes())],
                "{size}"
            );
            fs::remove_file(archive).unwrap();
        }
    }
}

#[test]
fn a_message_that_turns_out_too_large_on_the_way_is_named_and_the_next_one_comes() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    let text = format!(
        "From a@x Thu\n{}\nFrom b@x Fri\nSubject: 2\n",
        lines(3 * PIECE, "\n")
    );
    fs::write(&archive, text).unwrap();
    let found = read(&archive, 2 * PIECE as u64);
    assert!(
        found[0]
            .as_ref()
            .unwrap_err()
            .contains("is larger than 2097152 bytes")
    );
    assert_eq!(found[1..], [Ok(b"Subject: 2\n".to_vec())]);
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
