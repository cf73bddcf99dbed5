#![allow(clippy::unwrap_used, clippy::panic)]

use super::{Counts, Ending, Remarks, Report, Retry, sentence};
use crate::scan::ScanError;
use crate::scan::reading::End;
use crate::store::StoreError;

fn report(result: Result<End, ScanError>) -> Ending {
    Report::of(
        "sales",
        Counts::default(),
        result,
        Remarks::default(),
        Vec::new(),
    )
    .ending
}

#[test]
fn a_sentence_has_a_capital_and_one_full_stop() {
    for (text, said) in [
        ("the disk is full", "The disk is full."),
        ("The disk is full.", "The disk is full."),
        ("ärger ", "Ärger."),
        ("did it end?", "Did it end?"),
        ("2 messages failed", "2 messages failed."),
        ("", "."),
    ] {
        assert_eq!(sentence(text), said);
    }
}

#[test]
fn a_lost_lease_and_a_stop_cut_the_scan_and_are_nobodys_fault() {
    for error in [ScanError::Stopped, ScanError::Store(StoreError::LeaseLost)] {
        assert!(matches!(report(Err(error)), Ending::Cut { .. }));
    }
}

#[test]
fn a_database_in_trouble_is_tried_again_soon_and_a_defect_late() {
    for (error, expected) in [
        (ScanError::Store(StoreError::Gone), Retry::Soon),
        (ScanError::Store(StoreError::Full), Retry::Soon),
        (ScanError::Machine("no room".to_owned()), Retry::Soon),
        (ScanError::Crashed, Retry::Late),
        (ScanError::Rules("rule 1".to_owned()), Retry::Late),
    ] {
        let Ending::Failed { retry, error, .. } = report(Err(error)) else {
            panic!("not failed");
        };
        assert_eq!(retry, expected, "{error}");
    }
}

#[test]
fn a_message_that_failed_makes_a_scan_not_clean() {
    let good = Report::of(
        "sales",
        Counts::default(),
        Ok(End::Whole),
        Remarks::default(),
        Vec::new(),
    );
    assert!(good.is_clean());
    let messages = vec!["1 message held: too large.".to_owned()];
    let odd = Report::of(
        "sales",
        Counts::default(),
        Ok(End::Whole),
        Remarks::default(),
        messages,
    );
    assert!(!odd.is_clean());
}
