use std::collections::HashSet;

use super::*;

#[test]
fn every_cause_has_words_of_its_own() {
    let words: HashSet<_> = Cause::ALL.into_iter().map(of_cause).collect();
    assert_eq!(words.len(), Cause::ALL.len());
    assert!(words.iter().all(|sentence| sentence.ends_with('.')));
}

#[test]
fn a_code_of_a_later_version_is_still_told() {
    assert_eq!(of_cause_code("moon_phase_wrong"), "moon phase wrong.");
}
