#![allow(clippy::unwrap_used, clippy::panic)]

use crate::compile::RuleSet;
use crate::decision::{Action, TicketFields};
use crate::facts::{Address, Facts};
use crate::rule::Rule;
use crate::rule::action::ActionSpec;
use crate::rule::owner::Owner;
use crate::rule::ticket::{CreateTicket, Priority};
use crate::shared::Shared;

#[test]
fn a_ticket_is_about_what_the_message_is_about_unless_the_rule_says_otherwise() {
    let mut facts = Facts::default();
    facts.message.from = vec![Address {
        email: "anna@example.it".to_owned(),
        name: "Anna".to_owned(),
    }];
    facts.message.subject = "Re: A chair is broken".to_owned();
    facts.message.text = "It broke.\n> How is the chair?".to_owned();
    facts.message.new_text = "It broke.".to_owned();
    let made = |spec: CreateTicket| -> TicketFields {
        let rule = Rule {
            then: vec![ActionSpec::CreateTicket(Box::new(spec))],
            ..Rule::named("R")
        };
        let set = RuleSet::compile(&[rule], &Shared::default()).unwrap();
        match set.decide(&facts).unwrap().actions.remove(0).action {
            Action::CreateTicket(fields) => fields,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        made(CreateTicket::default()),
        TicketFields {
            title: "A chair is broken".to_owned(),
            description: "It broke.".to_owned(),
            owner: String::new(),
            owner_choice: None,
            priority: Priority::Normal,
        }
    );
    let spec = CreateTicket {
        title: Some("{{ sender.name }}: {{ subject }}".to_owned()),
        owner: Some(Owner::Named("bob@ours.example".to_owned())),
        priority: Priority::Urgent,
        ..CreateTicket::default()
    };
    let fields = made(spec);
    assert_eq!(fields.title, "Anna: Re: A chair is broken");
    assert_eq!(fields.owner, "bob@ours.example");
    assert_eq!(fields.priority, Priority::Urgent);
}
