#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::collections::{BTreeMap, BTreeSet};

use mail_parser::MessageParser;

use super::*;

#[test]
fn every_file_is_in_the_manifest_once_and_every_entry_has_its_file() {
    let files: BTreeSet<String> = FILES
        .files()
        .chain(FILES.get_dir("later").unwrap().files())
        .map(|file| file.path().to_str().unwrap().to_owned())
        .filter(|path| path != "contacts.csv")
        .collect();
    let listed: BTreeSet<String> = MANIFEST
        .iter()
        .map(|(file, ..)| (*file).to_owned())
        .collect();
    assert_eq!(listed.len(), MANIFEST.len(), "a file is listed twice");
    assert_eq!(files, listed);
    let copies: usize = MANIFEST.iter().map(|(.., places)| places.len()).sum();
    assert_eq!(all().count(), copies);
}

#[test]
fn samples_are_mail_with_crlf_and_a_sender() {
    for sample in all() {
        let bare = sample
            .raw
            .windows(2)
            .any(|pair| pair[1] == b'\n' && pair[0] != b'\r');
        assert!(!bare, "{} has a bare LF", sample.name);
        let mail = MessageParser::default().parse(sample.raw).unwrap();
        assert!(mail.from().is_some(), "{} has no From", sample.name);
        let odd = sample.name.starts_with("odd_");
        assert!(
            odd || mail.message_id().is_some(),
            "{} has no Message-ID",
            sample.name
        );
        assert!(
            odd || mail.date().is_some_and(mail_parser::DateTime::is_valid),
            "{} has no Date",
            sample.name
        );
    }
}

#[test]
fn replies_answer_samples_that_arrived_before() {
    let mut known = BTreeMap::new();
    let mut threads = 0;
    for sample in all() {
        let mail = MessageParser::default().parse(sample.raw).unwrap();
        if let Some(parent) = mail.in_reply_to().as_text() {
            assert!(
                known.contains_key(parent),
                "{} answers nothing",
                sample.name
            );
            threads += 1;
        }
        if let Some(id) = mail.message_id() {
            let first = known.entry(id.to_owned()).or_insert(sample.name);
            assert_eq!(*first, sample.name, "two samples share a Message-ID");
        }
    }
    assert!(threads >= 15, "{threads}");
}

#[test]
fn staging_leaves_the_later_ones_out() {
    let provider = Provider::new();
    stage(&provider, &MailboxLogin::Password("x".to_owned())).unwrap();
    let held: usize = [
        (SALES, "INBOX"),
        (SALES, "INBOX/Richieste"),
        (SALES, "Заявки"),
        (SALES, "Sent"),
        (INFO, "INBOX"),
        (ANNA, "INBOX"),
    ]
    .iter()
    .map(|(mailbox, folder)| provider.uids(mailbox, folder).unwrap().len())
    .sum();
    assert_eq!(held, all().filter(|sample| !sample.later).count());
    let later: BTreeSet<_> = all()
        .filter(|sample| sample.later)
        .map(|sample| sample.name)
        .collect();
    assert_eq!(later.len(), 12);
    assert_eq!(
        deliver(&provider, &all().last().unwrap()).unwrap() as usize,
        provider.uids(INFO, "INBOX").unwrap().len()
    );
}

#[test]
fn contacts_have_six_columns_and_unique_addresses() {
    let text = std::str::from_utf8(contacts_csv()).unwrap();
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some("first_name,last_name,email,other_emails,organization,phone")
    );
    let addresses: Vec<&str> = lines
        .flat_map(|line| line.split([',', ';']).filter(|field| field.contains('@')))
        .collect();
    let unique: BTreeSet<&str> = addresses.iter().copied().collect();
    assert_eq!(unique.len(), addresses.len());
    assert_eq!(text.lines().count(), 27);
}
