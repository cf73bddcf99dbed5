#![allow(clippy::unwrap_used, clippy::panic)]

use crate::compile::RuleSet;
use crate::decision::{Action, OwnerChoice, Turn};
use crate::facts::{Address, Candidate, Doubt, Evidence, Facts, RecordKind, RecordRef, Role};
use crate::rule::Rule;
use crate::shared::Shared;

fn candidate(kind: RecordKind, id: i64, doubt: Option<Doubt>) -> Candidate {
    Candidate {
        record: RecordRef { kind, id },
        name: "Anna".to_owned(),
        evidence: vec![Evidence::Address {
            email: "anna@example.it".to_owned(),
            role: Role::From,
            field: "email".to_owned(),
        }],
        doubt,
    }
}

fn planned(owner: &str, facts: &Facts) -> OwnerChoice {
    let yaml = format!("{{name: R, then: [{{create_ticket: {{owner: {owner}}}}}]}}");
    let rule: Rule = serde_saphyr::from_str(&yaml).unwrap();
    let set = RuleSet::compile(&[rule], &Shared::default()).unwrap();
    match set.decide(facts).unwrap().actions.remove(0).action {
        Action::CreateTicket(fields) => {
            assert_eq!(fields.owner, "", "nobody is chosen yet");
            *fields.owner_choice.unwrap()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_choice_is_planned_and_not_made() {
    let mut facts = Facts::default();
    facts.message.from = vec![Address {
        email: "anna@example.it".to_owned(),
        name: String::new(),
    }];
    facts.candidates = vec![
        candidate(RecordKind::Organization, 3, None),
        candidate(RecordKind::Contact, 5, None),
        candidate(RecordKind::Contact, 6, Some(Doubt::Tie)),
    ];
    let choice = planned(
        "{of: [contact, organization], round_robin: [anna@a.example, BOB@a.example], at_most: 20, otherwise: 'boss@{{ \"a\" }}.example'}",
        &facts,
    );
    assert_eq!(
        choice.to_string(),
        "the owner of contact 5, else the owner of organization 3, \
         else round robin among anna@a.example, bob@a.example, at most 20 each, else boss@a.example"
    );
    assert_eq!(choice.turn, Some(Turn::RoundRobin));
    assert_eq!(choice.chosen, None);

    facts.candidates.clear();
    let choice = planned("{of: contact, least_busy: bob@a.example}", &facts);
    assert_eq!(
        choice.to_string(),
        "the least busy among bob@a.example, else nobody"
    );
}
