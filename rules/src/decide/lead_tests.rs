#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use crate::compile::RuleSet;
use crate::decision::{Action, LeadFields, Outcome};
use crate::facts::{Address, Author, Detail, DetailName, DetailSource, Facts, Form, Kind, Role};
use crate::rule::Rule;
use crate::rule::action::ActionSpec;
use crate::shared::Shared;

fn made(facts: &Facts) -> LeadFields {
    let rule = Rule {
        then: vec![ActionSpec::CreateLead(Box::default())],
        ..Rule::named("R")
    };
    let set = RuleSet::compile(&[rule], &Shared::default()).unwrap();
    let planned = set.decide(facts).unwrap().actions.remove(0);
    assert_eq!(planned.outcome, Outcome::Do);
    match planned.action {
        Action::CreateLead(fields) => fields,
        other => panic!("{other:?}"),
    }
}

fn detail(name: DetailName, value: &str, confidence: u8, source: DetailSource) -> Detail {
    Detail {
        name,
        value: value.to_owned(),
        confidence,
        source,
    }
}

fn from(name: &str) -> Facts {
    let mut facts = Facts::default();
    facts.message.from = vec![Address {
        email: "anna.rossi@example.it".to_owned(),
        name: name.to_owned(),
    }];
    "R: Re: Sedie".clone_into(&mut facts.message.subject);
    "Vorrei 12 sedie.\n> scrivi qui".clone_into(&mut facts.message.text);
    "Vorrei 12 sedie.".clone_into(&mut facts.message.new_text);
    facts
}

#[test]
fn a_signature_fills_in_what_the_header_does_not_say() {
    use DetailSource::Signature;
    let mut facts = from("Anna Rossi");
    facts.message.details.known = vec![
        detail(DetailName::Name, "Dott.ssa A. Rossi", 90, Signature),
        detail(DetailName::Company, "Sedie SpA", 80, Signature),
        detail(DetailName::Phone, "+39 06 1", 59, Signature),
        detail(DetailName::Mobile, "+39 333 1", 60, Signature),
    ];
    let lead = made(&facts);
    assert_eq!(
        (lead.first_name.as_str(), lead.last_name.as_str()),
        ("Anna", "Rossi")
    );
    assert_eq!(lead.company, "Sedie SpA");
    assert_eq!(lead.phone, "+39 333 1", "what is not sure is left out");
    assert_eq!(lead.title, "Sedie");
    assert_eq!(lead.description, "Vorrei 12 sedie.");

    "".clone_into(&mut facts.message.from[0].name);
    facts.message.details.known[0].value = "Anna Maria Rossi".to_owned();
    let lead = made(&facts);
    assert_eq!(
        (lead.first_name.as_str(), lead.last_name.as_str()),
        ("Anna Maria", "Rossi")
    );
}

#[test]
fn a_form_says_who_filled_it_in_and_what_about() {
    use DetailSource::Form as Filled;
    let mut facts = from("Shop");
    facts.message.kind = Kind::System;
    facts.message.details.form = Some(Form::default());
    facts.message.author = Some(Author {
        address: Address {
            email: "jan@example.pl".to_owned(),
            name: "jan k".to_owned(),
        },
        role: Role::Form,
    });
    facts.message.details.known = vec![
        detail(DetailName::FirstName, "Jan", 95, Filled),
        detail(DetailName::LastName, "Kowalski", 95, Filled),
        detail(DetailName::Subject, "Krzesła", 95, Filled),
        detail(
            DetailName::Message,
            "Proszę o ofertę.\nDziękuję",
            95,
            Filled,
        ),
    ];
    let lead = made(&facts);
    assert_eq!(
        (lead.first_name.as_str(), lead.last_name.as_str()),
        ("Jan", "Kowalski")
    );
    assert_eq!(lead.email, "jan@example.pl");
    assert_eq!(lead.title, "Krzesła");
    assert_eq!(lead.description, "Proszę o ofertę.\nDziękuję");
}

#[test]
fn where_nothing_is_told_apart_the_whole_text_describes_the_lead() {
    let mut facts = from("Anna Rossi");
    facts.message.new_text.clear();
    assert_eq!(made(&facts).description, "Vorrei 12 sedie.\n> scrivi qui");
}
