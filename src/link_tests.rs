#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::HashSet;
use std::sync::Arc;

use entities::ids::MessageId;
use proptest::prelude::*;
use rules::{
    Address, Authentication, Author, Authorless, Candidate, DeliveryReport, Doubt, Evidence,
    MessageFacts, RecordKind, RecordRef, Role, Verdict,
};

use super::choices::Choices;
use super::{Known, candidates, roles, standing};
use crate::message::Own;
use crate::store::link_choices::Choice;

const THIS: MessageId = MessageId(100);
const COLLEAGUE: &str = "bob@ours.example";

fn address(email: &str) -> Address {
    Address {
        email: email.to_owned(),
        name: String::new(),
    }
}

fn record(kind: RecordKind, id: i64) -> RecordRef {
    RecordRef { kind, id }
}

fn contact(id: i64) -> RecordRef {
    record(RecordKind::Contact, id)
}

fn lead(id: i64) -> RecordRef {
    record(RecordKind::Lead, id)
}

fn organization(id: i64) -> RecordRef {
    record(RecordKind::Organization, id)
}

/// Anna and Berta share an address, Anna has one of her own; a lead has Anna's; Example S.r.l. and its branch are
/// listed by domain; the lead was written to by Carla in the message `first@example.com`.
fn known() -> Known {
    let own = HashSet::from([COLLEAGUE.to_owned()]);
    let mut known = Known::default();
    known.own = Arc::new(Own::new(own));
    for (email, record, name, field) in [
        ("info@example.it", contact(1), "Anna", "email"),
        ("info@example.it", contact(2), "Berta", "email"),
        ("anna@example.it", contact(1), "Anna", "other_emails"),
        ("anna@example.it", lead(7), "Anna Rossi", "email"),
        ("@example.it", organization(5), "Example", "domains"),
        ("@eu.example.it", organization(6), "Branch", "domains"),
    ] {
        known.remember_holder(email, record, name, field);
    }
    let first = MessageFacts {
        message_id: Some("first@example.com".to_owned()),
        from: vec![address("carla@elsewhere.it")],
        ..MessageFacts::default()
    };
    known.remember_link(&first, lead(7), "Anna Rossi");
    known
}

fn from(email: &str) -> MessageFacts {
    MessageFacts {
        from: vec![address(email)],
        ..MessageFacts::default()
    }
}

fn answer(email: &str) -> MessageFacts {
    MessageFacts {
        in_reply_to: vec!["first@example.com".to_owned()],
        ..from(email)
    }
}

fn found(facts: &MessageFacts, known: &Known) -> Vec<(RecordRef, Option<Doubt>)> {
    candidates(THIS, facts, known)
        .iter()
        .map(|candidate| (candidate.record, candidate.doubt))
        .collect()
}

#[test]
fn each_place_of_an_address_is_evidence() {
    let anna = || address("anna@example.it");
    for (facts, role) in [
        (from("anna@example.it"), Role::From),
        (
            MessageFacts {
                reply_to: vec![anna()],
                ..from("noreply@forms.example")
            },
            Role::ReplyTo,
        ),
        (
            MessageFacts {
                author: Some(Author {
                    address: anna(),
                    role: Role::Form,
                }),
                ..from(COLLEAGUE)
            },
            Role::Form,
        ),
        (
            MessageFacts {
                reports: vec![DeliveryReport {
                    email: "anna@example.it".to_owned(),
                    ..DeliveryReport::default()
                }],
                ..from("mailer-daemon@mx.example")
            },
            Role::Reported,
        ),
        (
            MessageFacts {
                to: vec![anna()],
                ..from(COLLEAGUE)
            },
            Role::To,
        ),
        (
            MessageFacts {
                cc: vec![anna()],
                ..from(COLLEAGUE)
            },
            Role::Cc,
        ),
        (
            MessageFacts {
                bcc: vec![anna()],
                ..from(COLLEAGUE)
            },
            Role::Bcc,
        ),
    ] {
        let all = candidates(THIS, &facts, &known());
        let records: Vec<RecordRef> = all.iter().map(|one| one.record).collect();
        assert_eq!(records, [contact(1), lead(7), organization(5)], "{role:?}");
        assert!(all.iter().all(Candidate::is_sure), "{role:?}");
        assert!(
            matches!(&all[0].evidence[0], Evidence::Address { role: of, .. } if *of == role),
            "{all:?}"
        );
    }
}

#[test]
fn a_thread_is_stronger_than_an_address_and_all_evidence_is_kept() {
    let all = candidates(THIS, &answer("anna@example.it"), &known());
    assert_eq!(all[0].record, lead(7));
    let by: Vec<u8> = all[0].evidence.iter().map(Evidence::weight).collect();
    assert_eq!(by, [95, 80]);
}

#[test]
fn a_tie_is_shown_and_nobody_is_linked_by_guess() {
    let known = known();
    let tied = found(&from("info@example.it"), &known);
    assert_eq!(
        tied,
        [
            (contact(1), Some(Doubt::Tie)),
            (contact(2), Some(Doubt::Tie)),
            (organization(5), None),
        ]
    );
    // An address of her own decides for Anna; Berta stays in doubt.
    let facts = MessageFacts {
        cc: vec![address("anna@example.it")],
        ..from("info@example.it")
    };
    let decided = found(&facts, &known);
    assert!(decided.contains(&(contact(1), None)), "{decided:?}");
    assert!(
        decided.contains(&(contact(2), Some(Doubt::Tie))),
        "{decided:?}"
    );
}

#[test]
fn a_contact_and_a_lead_with_one_address_are_no_tie() {
    let both = found(&from("anna@example.it"), &known());
    assert_eq!(both[..2], [(contact(1), None), (lead(7), None)]);
}

#[test]
fn the_nearest_listed_domain_is_the_organizations_and_free_mail_is_nobodys() {
    let mut known = known();
    known.remember_holder("@gmail.com", organization(9), "Mistake", "domains");
    known.remember_holder("@it", organization(9), "Mistake", "domains");
    for (email, expected) in [
        ("new@example.it", vec![organization(5)]),
        ("new@mail.example.it", vec![organization(5)]),
        ("new@eu.example.it", vec![organization(6)]),
        ("new@a.eu.example.it", vec![organization(6)]),
        ("new@notexample.it", vec![]),
        ("new@gmail.com", vec![]),
        ("new@it", vec![]),
    ] {
        let records: Vec<RecordRef> = found(&from(email), &known)
            .into_iter()
            .map(|(record, _)| record)
            .collect();
        assert_eq!(records, expected, "{email}");
    }
}

#[test]
fn a_stranger_joins_no_thread() {
    let known = known();
    for (sender, doubt) in [
        // She has the address, he is one of us, she was in the thread, he is at the lead's domain.
        ("anna@example.it", None),
        (COLLEAGUE, None),
        ("carla@elsewhere.it", None),
        ("dario@example.it", None),
        // Nobody knows them.
        ("mallory@elsewhere.it", Some(Doubt::Stranger)),
        ("", Some(Doubt::Stranger)),
    ] {
        let all = found(&answer(sender), &known);
        let of_lead = all.iter().find(|(record, _)| *record == lead(7)).unwrap();
        assert_eq!(of_lead.1, doubt, "{sender}");
    }
}

#[test]
fn a_number_counts_for_those_only_who_belong_to_the_record() {
    let mut known = known();
    known.remember_numbered(lead(7), "Anna Rossi");
    for (sender, subject, expected) in [
        ("anna@example.it", "[L-7] offer", true),
        ("carla@elsewhere.it", "Re: L-7", true),
        ("mallory@elsewhere.it", "L-7", false),
        ("anna@example.it", "L-8", false),
    ] {
        let facts = MessageFacts {
            subject: subject.to_owned(),
            ..from(sender)
        };
        let all = candidates(THIS, &facts, &known);
        let by_number = all
            .iter()
            .flat_map(|one| &one.evidence)
            .any(|one| matches!(one, Evidence::Number { .. }));
        assert_eq!(by_number, expected, "{sender} {subject}");
    }
}

#[test]
fn who_is_not_who_it_claims_to_be_is_linked_nowhere() {
    let facts = MessageFacts {
        authentication: Authentication {
            dmarc: Verdict::Fail,
            ..Authentication::default()
        },
        ..answer("anna@example.it")
    };
    let all = found(&facts, &known());
    assert_eq!(all.len(), 3);
    assert!(
        all.iter()
            .all(|(_, doubt)| *doubt == Some(Doubt::WeakIdentity))
    );
}

#[test]
fn whom_a_form_of_a_stranger_names_is_asked_about() {
    let named = MessageFacts {
        named: Some(address("anna@example.it")),
        ..from("wordpress@evil.example")
    };
    assert_eq!(
        found(&named, &known()),
        [
            (contact(1), Some(Doubt::Stranger)),
            (lead(7), Some(Doubt::Stranger)),
        ]
    );
    // Nor is it of the site that reports it, where somebody made a record of that.
    let of_a_site = MessageFacts {
        authorless: Some(Authorless::NotBelieved),
        ..from("anna@example.it")
    };
    assert!(found(&of_a_site, &known()).contains(&(contact(1), Some(Doubt::Stranger))));
    // It is no sender, and belongs to nothing.
    let answer = MessageFacts {
        named: Some(address("anna@example.it")),
        ..answer("wordpress@evil.example")
    };
    assert!(
        found(&answer, &known())
            .iter()
            .all(|(_, doubt)| *doubt == Some(Doubt::Stranger))
    );
    // Their own address is evidence beside it.
    let own = MessageFacts {
        named: Some(address("anna@example.it")),
        ..from("anna@example.it")
    };
    assert!(found(&own, &known()).contains(&(contact(1), None)));
}

#[test]
fn a_known_sender_whose_answers_go_elsewhere_is_asked_about() {
    let reply_to = |reply: &str| MessageFacts {
        reply_to: vec![address(reply)],
        ..from("anna@example.it")
    };
    let doubt = |facts: &MessageFacts| {
        let found = found(facts, &known());
        found
            .into_iter()
            .find(|(record, _)| *record == contact(1))
            .unwrap()
            .1
    };
    assert_eq!(
        doubt(&reply_to("anna@evil.example")),
        Some(Doubt::WeakIdentity)
    );
    assert_eq!(
        doubt(&reply_to("anna.rossi@gmail.com")),
        Some(Doubt::WeakIdentity)
    );
    assert_eq!(doubt(&reply_to("office@mail.example.it")), None);
    let mut vouched = reply_to("anna@evil.example");
    vouched.authentication.dmarc = Verdict::Pass;
    assert_eq!(doubt(&vouched), None);
    // What she answers is evidence of its own, and Reply-To may be hers as well.
    let also_to = MessageFacts {
        from: vec![address("mailer@service.example")],
        ..reply_to("anna@example.it")
    };
    assert_eq!(doubt(&also_to), None);
}

#[test]
fn strangers_have_no_candidates() {
    assert!(found(&from("nobody@example.com"), &known()).is_empty());
    assert!(found(&from(COLLEAGUE), &known()).is_empty());
}

fn choice(message: i64, record: RecordRef, belongs: bool, email: &str) -> Choice {
    Choice {
        message_id: MessageId(message),
        rfc_message_id: (message == 1).then(|| "first@example.com".to_owned()),
        email: email.to_owned(),
        kind: crate::kinds::stored_record_kind(record.kind),
        id: record.id,
        name: "Berta".to_owned(),
        belongs,
        chosen_by: COLLEAGUE.to_owned(),
    }
}

#[test]
fn what_a_person_said_of_a_message_holds_for_it_whatever_else_is_known() {
    let mut known = known();
    known.choices = Choices::of_all(vec![
        choice(THIS.0, contact(2), false, ""),
        choice(THIS.0, contact(2), true, ""),
        choice(THIS.0, lead(7), false, ""),
    ]);
    let all = found(&answer("mallory@elsewhere.it"), &known);
    assert_eq!(all, [(contact(2), None)], "the newest word holds");
}

#[test]
fn what_a_person_said_holds_for_answers_of_those_who_belong_to_the_record() {
    let mut known = known();
    known.choices = Choices::of_all(vec![choice(1, contact(1), true, "")]);
    let by_person = |email: &str| {
        let all = candidates(THIS, &answer(email), &known);
        all.iter()
            .flat_map(|one| &one.evidence)
            .any(|one| matches!(one, Evidence::Person { .. }))
    };
    assert!(by_person("anna@example.it"));
    assert!(by_person(COLLEAGUE));
    assert!(!by_person("mallory@elsewhere.it"));
    // And what does not belong to the thread stays away from it.
    known.choices = Choices::of_all(vec![choice(1, lead(7), false, "")]);
    for email in [COLLEAGUE, "carla@elsewhere.it"] {
        let facts = MessageFacts {
            cc: vec![address("anna@example.it")],
            ..answer(email)
        };
        let all = found(&facts, &known);
        assert!(all.iter().all(|(record, _)| *record != lead(7)), "{all:?}");
    }
    // What the lead itself writes in it is the lead's, by its address and not by the thread.
    let all = candidates(THIS, &answer("anna@example.it"), &known);
    let own = all.iter().find(|one| one.record == lead(7)).unwrap();
    assert!(own.is_sure());
    assert!(
        own.evidence
            .iter()
            .all(|one| matches!(one, Evidence::Address { .. })),
        "{own:?}"
    );
}

#[test]
fn a_tie_is_decided_as_a_person_decided_it_before() {
    let mut known = known();
    known.choices = Choices::of_all(vec![choice(3, contact(2), true, "info@example.it")]);
    let all = found(&from("info@example.it"), &known);
    assert!(all.contains(&(contact(2), None)), "{all:?}");
    assert!(all.contains(&(contact(1), Some(Doubt::Tie))), "{all:?}");

    known.choices = Choices::of_all(vec![choice(3, contact(2), false, "info@example.it")]);
    let all = found(&from("info@example.it"), &known);
    assert_eq!(all, [(contact(1), None), (organization(5), None)]);

    // Where there is no tie, what was said of another message says nothing.
    known.choices = Choices::of_all(vec![choice(3, lead(7), false, "anna@example.it")]);
    let all = found(&from("anna@example.it"), &known);
    assert!(all.contains(&(lead(7), None)), "{all:?}");
}

#[test]
fn what_we_know_of_a_sender() {
    let mut known = known();
    known.remember_met(&from("carla@gmail.com"));
    for (email, expected) in [
        (COLLEAGUE, (true, true, false, false)),
        ("new@ours.example", (false, true, false, true)),
        ("carla@gmail.com", (false, false, true, false)),
        ("dora@wp.pl", (false, false, true, true)),
        ("nobody@example.com", (false, false, false, true)),
    ] {
        let told = standing(THIS, &from(email), &known);
        let told = (
            told.colleague,
            told.our_domain,
            told.free_mail,
            told.first_contact,
        );
        assert_eq!(told, expected, "{email}");
    }
    assert_eq!(
        standing(THIS, &MessageFacts::default(), &known),
        rules::Standing::default()
    );
}

#[test]
fn an_address_is_kept_once_with_its_strongest_place_and_ours_not_at_all() {
    let facts = MessageFacts {
        to: vec![address(COLLEAGUE), address("anna@example.it")],
        cc: vec![address("dora@example.it"), address("")],
        ..from("anna@example.it")
    };
    assert_eq!(
        roles(&facts, &known().own),
        [("anna@example.it", "from"), ("dora@example.it", "cc")]
    );
}

fn any_email() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("info@example.it".to_owned()),
        Just("anna@example.it".to_owned()),
        Just("carla@elsewhere.it".to_owned()),
        Just(COLLEAGUE.to_owned()),
        ".{0,12}",
        "[a-z]{1,5}@([a-z]{1,3}\\.){0,4}[a-z]{0,3}",
    ]
}

fn any_facts() -> impl Strategy<Value = MessageFacts> {
    let emails = || proptest::collection::vec(any_email(), 0..4);
    (
        emails(),
        emails(),
        emails(),
        any::<bool>(),
        any::<bool>(),
        ".{0,30}",
    )
        .prop_map(|(from, to, cc, answers, weak, subject)| {
            let all = |emails: Vec<String>| emails.iter().map(|one| address(one)).collect();
            MessageFacts {
                from: all(from),
                to: all(to),
                cc: all(cc),
                subject,
                in_reply_to: answers
                    .then(|| "first@example.com".to_owned())
                    .into_iter()
                    .collect(),
                authentication: Authentication {
                    dmarc: if weak {
                        Verdict::Fail
                    } else {
                        Verdict::Unknown
                    },
                    ..Authentication::default()
                },
                ..MessageFacts::default()
            }
        })
}

proptest! {
    /// Whatever the message: each record once, with evidence, the strongest first; two of one kind that have nothing
    /// but one shared address are never both sure.
    #[test]
    fn candidates_are_in_order_and_nobody_is_guessed(facts in any_facts()) {
        let known = known();
        let all = candidates(THIS, &facts, &known);
        prop_assert_eq!(&all, &candidates(THIS, &facts, &known));
        let records: HashSet<RecordRef> = all.iter().map(|one| one.record).collect();
        prop_assert_eq!(records.len(), all.len());
        prop_assert!(all.iter().all(|one| !one.evidence.is_empty()));
        prop_assert!(all.windows(2).all(|two| two[0].weight() >= two[1].weight()));
        let berta = all.iter().find(|one| one.record == contact(2));
        prop_assert!(berta.is_none_or(|one| !one.is_sure()), "Berta has nothing of her own");
        if facts.authentication.dmarc == Verdict::Fail {
            prop_assert!(all.iter().all(|one| !one.is_sure()));
        }
        let _ = standing(THIS, &facts, &known);
    }
}
