use entities::record_kind::RecordKind;

use super::RecordArgument;

#[test]
fn a_record_is_typed_by_its_sort_and_its_number() {
    for (typed, expected) in [
        ("contact:12", Some((RecordKind::Contact, 12))),
        ("organization:1", Some((RecordKind::Organization, 1))),
        ("lead:3", Some((RecordKind::Lead, 3))),
        ("L-3", Some((RecordKind::Lead, 3))),
        ("l-3", Some((RecordKind::Lead, 3))),
        ("ticket:3", Some((RecordKind::Ticket, 3))),
        ("T-3", Some((RecordKind::Ticket, 3))),
        ("contact:0", None),
        ("contact:-1", None),
        ("contact", None),
        ("12", None),
        ("", None),
    ] {
        let read = typed.parse::<RecordArgument>().ok();
        assert_eq!(read.map(|record| record.0), expected, "{typed}");
    }
}
