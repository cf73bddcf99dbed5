#![allow(clippy::unwrap_used)]

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

/// The tables of what providers and mail servers say have their remedies in these snapshots, one a line.
#[test]
fn nor_does_one_that_is_known_better_than_by_its_cause() {
    let mut tables = 0;
    for room in ["oauth", "access"] {
        let folder = format!("{}/src/{room}/snapshots", env!("CARGO_MANIFEST_DIR"));
        for file in std::fs::read_dir(folder).unwrap() {
            let file = file.unwrap().path();
            if !file
                .to_string_lossy()
                .ends_with("its_remedy_and_its_colour.snap")
            {
                continue;
            }
            tables += 1;
            let text = std::fs::read_to_string(file).unwrap();
            for line in text.lines() {
                assert_is_of_this_page(&line.replace("ADDRESS", ADDRESS));
            }
        }
    }
    assert_eq!(tables, 2);
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
        "Press Sign in below."
    );
    assert_eq!(
        said(missing, OpenedBy::SetUp, true),
        "Give its password as `password` in the set-up file, then run `mailroom apply`."
    );
    let off = Cause::ImapDisabled;
    assert!(said(off, OpenedBy::SignIn, true).ends_with("then press Try again below."));
    assert!(said(off, OpenedBy::SignIn, false).ends_with("then sign in again below."));
    let left = Cause::Disconnected;
    assert!(said(left, OpenedBy::SignIn, false).ends_with("sign in below."));
    assert!(said(left, OpenedBy::SetUp, true).ends_with("run `mailroom apply`."));
}
