use rules::{Address, Evidence, MessageFacts, RecordKind, RecordRef, Role};

use super::{Known, candidates};

fn address(email: &str) -> Address {
    Address {
        email: email.to_owned(),
        name: String::new(),
    }
}

fn contact(id: i64) -> RecordRef {
    RecordRef {
        kind: RecordKind::Contact,
        id,
    }
}

fn lead(id: i64) -> RecordRef {
    RecordRef {
        kind: RecordKind::Lead,
        id,
    }
}

#[test]
fn a_thread_is_stronger_than_an_address() {
    let mut known = Known::default();
    known.remember_holder("anna@example.com", contact(1), "Anna", "email");
    known.remember_link("first@example.com", lead(7), "Old lead");
    let facts = MessageFacts {
        from: vec![address("anna@example.com")],
        in_reply_to: vec!["first@example.com".to_owned()],
        ..MessageFacts::default()
    };
    let found = candidates(&facts, &known);
    let records: Vec<RecordRef> = found.iter().map(|candidate| candidate.record).collect();
    assert_eq!(records, [lead(7), contact(1)]);
}

#[test]
fn all_evidence_for_a_record_is_kept_the_strongest_first() {
    let mut known = Known::default();
    known.remember_holder("anna@example.com", contact(1), "Anna", "email");
    known.remember_holder("anna@home.example", contact(1), "Anna", "other_emails");
    known.remember_link("first@example.com", contact(1), "Anna");
    let facts = MessageFacts {
        from: vec![address("anna@example.com")],
        cc: vec![address("anna@home.example")],
        references: vec!["first@example.com".to_owned()],
        ..MessageFacts::default()
    };
    let found = candidates(&facts, &known);
    assert_eq!(found.len(), 1);
    assert!(matches!(
        found[0].evidence.as_slice(),
        [
            Evidence::Thread { .. },
            Evidence::Address {
                role: Role::From,
                ..
            },
            Evidence::Address { role: Role::Cc, .. },
        ]
    ));
}

#[test]
fn two_records_with_one_address_are_both_shown() {
    let mut known = Known::default();
    known.remember_holder("info@example.com", contact(2), "Berta", "email");
    known.remember_holder("info@example.com", contact(1), "Anna", "email");
    let facts = MessageFacts {
        from: vec![address("info@example.com")],
        ..MessageFacts::default()
    };
    let records: Vec<RecordRef> = candidates(&facts, &known)
        .iter()
        .map(|candidate| candidate.record)
        .collect();
    assert_eq!(records, [contact(1), contact(2)]);
}

#[test]
fn strangers_have_no_candidates() {
    let facts = MessageFacts {
        from: vec![address("nobody@example.com")],
        ..MessageFacts::default()
    };
    assert!(candidates(&facts, &Known::default()).is_empty());
}
