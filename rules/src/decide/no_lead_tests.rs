#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use crate::compile::RuleSet;
use crate::decision::{Outcome, Planned};
use crate::facts::{
    Address, Author, Authorless, Candidate, Direction, Doubt, Evidence, Facts, RecordKind,
    RecordRef, Role, Verdict,
};
use crate::rule::Rule;
use crate::rule::action::{ActionSpec, LinkRecords, Ties};
use crate::shared::Shared;

fn outcome(facts: &Facts, then: ActionSpec) -> String {
    let rule = Rule {
        then: vec![then],
        ..Rule::named("R")
    };
    let set = RuleSet::compile(&[rule], &Shared::default()).unwrap();
    match set.decide(facts).unwrap().actions.remove(0) {
        Planned {
            outcome: Outcome::Skip(why),
            ..
        } => why,
        Planned { records, .. } => {
            let records = records.iter().map(|record| record.id.to_string());
            format!("do {}", records.collect::<Vec<_>>().join(" "))
        }
    }
}

fn lead(facts: &Facts) -> String {
    outcome(facts, ActionSpec::CreateLead(Box::default()))
}

fn from(email: &str) -> Facts {
    let mut facts = Facts::default();
    facts.message.from = vec![Address {
        email: email.to_owned(),
        name: String::new(),
    }];
    facts
}

fn candidate(kind: RecordKind, id: i64, email: &str, doubt: Option<Doubt>) -> Candidate {
    Candidate {
        record: RecordRef { kind, id },
        name: format!("Anna {id}"),
        evidence: vec![Evidence::Address {
            email: email.to_owned(),
            role: Role::From,
            field: "email".to_owned(),
        }],
        doubt,
    }
}

#[test]
fn with_reply_to_from_is_no_sender_and_lends_its_name_to_no_lead() {
    let mut facts = from("anna@b.c");
    facts.candidates = vec![candidate(RecordKind::Contact, 1, "anna@b.c", None)];
    assert_eq!(lead(&facts), "the sender is known: contact Anna 1");
    facts.message.reply_to = vec![Address {
        email: "eve@evil.example".to_owned(),
        name: String::new(),
    }];
    assert_eq!(facts.sender_records().count(), 0);
    assert_eq!(
        lead(&facts),
        "it is sent with the address of contact Anna 1, who is known"
    );
    // A portal that is known sends in other people's names, where a form tells them.
    facts.message.author = Some(Author {
        address: Address {
            email: "carla@bianchi.example".to_owned(),
            name: String::new(),
        },
        role: Role::Form,
    });
    assert_eq!(lead(&facts), "do ");
}

#[test]
fn each_refusal_says_why() {
    let mut spam = from("a@b.c");
    spam.message.spam.is_spam = Some(true);
    "X-Spam-Flag".clone_into(&mut spam.message.spam.header);
    assert_eq!(lead(&spam), "a spam filter takes it for spam (X-Spam-Flag)");

    let mut forged = from("a@b.c");
    forged.message.authentication.spf = Verdict::Fail;
    forged.message.authentication.dmarc = Verdict::Fail;
    forged.message.authentication.server = Some("mx.example.com".to_owned());
    assert_eq!(
        lead(&forged),
        "it may not be from whom it says: SPF and DMARC failed, says mx.example.com"
    );

    let mut colleague = from("a@b.c");
    colleague.sender.colleague = true;
    assert_eq!(lead(&colleague), "the sender is one of us");
    let mut ours = from("new@b.c");
    ours.sender.our_domain = true;
    assert_eq!(lead(&ours), "the sender is at our own domain b.c");

    let mut tied = from("info@b.c");
    for id in [1, 2] {
        let tie = candidate(RecordKind::Contact, id, "info@b.c", Some(Doubt::Tie));
        tied.candidates.push(tie);
    }
    assert_eq!(lead(&tied), "the sender is known: contact Anna 1");
}

#[test]
fn a_site_is_no_lead() {
    let mut site = from("wordpress@theirs.example");
    site.message.authorless = Some(Authorless::NotBelieved);
    let why = "it reports a form, and wordpress@theirs.example is not among those whose forms are believed: put it in the list \"forms\" if it reports forms of yours";
    assert_eq!(lead(&site), why);
    assert_eq!(
        outcome(&site, ActionSpec::CreateContact(Box::default())),
        why
    );
    assert_eq!(
        outcome(&site, ActionSpec::CreateOrganization(Box::default())),
        why
    );
    site.message.authorless = Some(Authorless::NamesNobody);
    assert_eq!(
        lead(&site),
        "the form that wordpress@theirs.example reports tells no address of somebody outside who filled it in"
    );
}

#[test]
fn the_author_counts_and_not_who_passed_the_mail_on() {
    let mut facts = from("colleague@ours.example");
    facts.message.direction = Direction::Internal;
    facts.candidates = vec![candidate(
        RecordKind::Contact,
        1,
        "colleague@ours.example",
        None,
    )];
    assert_eq!(lead(&facts), "the message is from one of us to another");
    facts.message.author = Some(Author {
        address: Address {
            email: "anna@example.it".to_owned(),
            name: "Anna".to_owned(),
        },
        role: Role::PassedOn,
    });
    assert_eq!(lead(&facts), "do ");
    facts.candidates.push(Candidate {
        evidence: vec![Evidence::Address {
            email: "anna@example.it".to_owned(),
            role: Role::PassedOn,
            field: "email".to_owned(),
        }],
        ..candidate(RecordKind::Lead, 2, "", None)
    });
    assert_eq!(lead(&facts), "the sender is known: lead Anna 2");
}

#[test]
fn only_sure_candidates_are_linked_unless_ties_are_wanted() {
    let link = |ties| {
        ActionSpec::Link(LinkRecords {
            kinds: Vec::new(),
            ties,
        })
    };
    let mut facts = from("info@b.c");
    let mut add = |kind, id, doubt| {
        let one = candidate(kind, id, "info@b.c", doubt);
        facts.candidates.push(one);
        facts.clone()
    };
    add(RecordKind::Contact, 1, Some(Doubt::Tie));
    let tied = add(RecordKind::Contact, 2, Some(Doubt::Tie));
    assert_eq!(
        outcome(&tied, link(Ties::Ask)),
        "two contacts have this address: a person must choose"
    );
    assert_eq!(outcome(&tied, link(Ties::All)), "do 1 2");
    let some = add(RecordKind::Organization, 3, None);
    assert_eq!(outcome(&some, link(Ties::Ask)), "do 3");
    assert_eq!(outcome(&some, link(Ties::All)), "do 1 2 3");

    for (doubt, why) in [
        (
            Doubt::Stranger,
            "its sender has nothing to do with ticket Anna 4, whose mail it answers or whom it names",
        ),
        (
            Doubt::WeakIdentity,
            "it may not be from whom it says, so ticket Anna 4 is not linked",
        ),
    ] {
        let mut facts = from("info@b.c");
        let one = candidate(RecordKind::Ticket, 4, "info@b.c", Some(doubt));
        facts.candidates.push(one);
        for ties in [Ties::Ask, Ties::All] {
            assert!(outcome(&facts, link(ties)).starts_with(why), "{why}");
        }
    }
}
