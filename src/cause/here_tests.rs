#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::PathBuf;

use super::super::Cause;
use super::*;

const ADDRESS: &str = "sales@example.com";
const WAYS: [OpenedBy; 3] = [OpenedBy::SignIn, OpenedBy::SetUp, OpenedBy::App];

fn pages() -> impl Iterator<Item = Here> {
    WAYS.into_iter().flat_map(|opened_by| {
        [false, true].map(|tries_again| Here {
            opened_by,
            tries_again,
        })
    })
}

#[track_caller]
fn assert_is_of_this_page(remedy: &str) {
    for here in pages() {
        let said = here.word(remedy, ADDRESS);
        for elsewhere in [
            "the mailbox's page",
            "`mailroom authorize",
            "`mailroom scan",
        ] {
            assert!(!said.contains(elsewhere), "{here:?}: {said}");
        }
    }
}

#[test]
fn no_remedy_sends_people_to_the_page_on_which_they_are() {
    for cause in Cause::ALL {
        assert_is_of_this_page(&cause.remedy().replace("ADDRESS", ADDRESS));
    }
}

/// The tables of what providers and mail servers say, with their remedies, one a line.
fn tables() -> Vec<String> {
    let mut open = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut tables = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.to_string_lossy();
            if path.is_dir() {
                open.push(path);
            } else if name.ends_with("its_person_its_remedy_and_its_colour.snap") {
                tables.push(fs::read_to_string(path).unwrap());
            }
        }
    }
    tables
}

#[test]
fn nor_does_one_that_is_known_better_than_by_its_cause() {
    let tables = tables();
    assert_eq!(tables.len(), 2);
    for line in tables.iter().flat_map(|table| table.lines()) {
        assert_is_of_this_page(&line.replace("ADDRESS", ADDRESS));
    }
}

#[test]
fn what_is_to_be_done_fits_what_can_be_pressed() {
    let said = |cause: Cause, opened_by, tries_again| {
        let remedy = cause.remedy().replace("ADDRESS", ADDRESS);
        Here {
            opened_by,
            tries_again,
        }
        .word(&remedy, ADDRESS)
    };
    let missing = Cause::NeverAuthorized;
    assert_eq!(
        said(missing, OpenedBy::SignIn, false),
        "Press Sign in on this page."
    );
    assert_eq!(
        said(missing, OpenedBy::SetUp, true),
        "Give its password as `password` in the set-up file, then run `mailroom apply`."
    );
    let off = Cause::ImapDisabled;
    assert!(said(off, OpenedBy::SignIn, true).ends_with("then press Try again on this page."));
    assert!(said(off, OpenedBy::SignIn, false).ends_with("then sign in again on this page."));
    let left = Cause::Disconnected;
    assert!(said(left, OpenedBy::SignIn, false).ends_with("sign in on this page."));
    assert!(said(left, OpenedBy::SetUp, true).ends_with("run `mailroom apply`."));
}
