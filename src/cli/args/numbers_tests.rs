#![allow(clippy::unwrap_used)]

use super::*;

#[test]
fn a_record_is_named_by_its_number_with_and_without_its_letter() {
    for typed in ["L-12", "l-12", "12"] {
        assert_eq!(number_of_a_lead(typed), Ok(12), "{typed}");
    }
    assert_eq!(number_of_a_ticket("T-7"), Ok(7));
    for typed in ["T-12", "L-", "L-012", "0", "-3", "Lead 12", ""] {
        let refused = number_of_a_lead(typed).unwrap_err();
        assert_eq!(refused, "expected L-12 or 12", "{typed}");
    }
}

#[test]
fn only_records_of_one_sort_are_merged() {
    let lead = number_to_merge("L-4").unwrap();
    assert_eq!(lead.of(RecordKind::Lead).unwrap(), (RecordKind::Lead, 4));
    let refused = lead.of(RecordKind::Contact).unwrap_err().to_string();
    assert_eq!(refused, "lead 4 is no contact");
    let plain = number_to_merge("4").unwrap();
    assert!(plain.of(RecordKind::Contact).is_ok());
    assert!(number_to_merge("four").is_err());
}
