#![allow(clippy::unwrap_used, clippy::panic)]

use crate::compile::RuleSet;
use crate::decision::{Action, Outcome};
use crate::facts::{Address, Facts, Header, Verdict};
use crate::rule::Rule;
use crate::shared::Shared;

fn planned(action: &str, facts: &Facts) -> (Action, Outcome) {
    let yaml = format!("{{name: R, then: [{action}]}}");
    let rule: Rule = serde_saphyr::from_str(&yaml).unwrap();
    let set = RuleSet::compile(&[rule], &Shared::default()).unwrap();
    let planned = set.decide(facts).unwrap().actions.remove(0);
    (planned.action, planned.outcome)
}

fn message() -> Facts {
    let mut facts = Facts::default();
    facts.message.from = vec![Address {
        email: "Anna@example.it".to_owned(),
        name: "Anna".to_owned(),
    }];
    facts.message.to = vec![Address {
        email: "info@ours.example".to_owned(),
        name: String::new(),
    }];
    facts.message.subject = "R: Sedie".to_owned();
    facts.message.message_id = Some("last@example.it".to_owned());
    facts.place.mailbox = "info@ours.example".to_owned();
    facts
}

#[test]
fn an_answer_refers_to_what_it_answers() {
    let mut facts = message();
    facts.message.references = (0..50).map(|n| format!("{n}@example.it")).collect();
    let action = "{auto_reply: {text: 'Grazie, {{ sender.name }}!'}}";
    let (Action::AutoReply(reply), Outcome::Do) = planned(action, &facts) else {
        panic!("no answer");
    };
    assert_eq!(reply.to, "anna@example.it");
    assert_eq!(reply.from, "info@ours.example");
    assert_eq!(reply.subject, "Re: Sedie");
    assert_eq!(reply.text, "Grazie, Anna!");
    assert_eq!(reply.in_reply_to.as_deref(), Some("last@example.it"));
    assert_eq!(reply.references.len(), 20);
    assert_eq!(reply.references.first().unwrap(), "0@example.it");
    assert_eq!(reply.references.last().unwrap(), "last@example.it");
}

#[test]
fn mail_is_not_passed_on_in_circles() {
    let header = |name: &str| Header {
        name: name.to_owned(),
        value: "x".to_owned(),
    };
    let refused = |facts: &Facts, action: &str| match planned(action, facts).1 {
        Outcome::Skip(why) | Outcome::TakenBack(why) => why,
        Outcome::Do => panic!("passed on"),
    };
    let all = "{forward: [anna@EXAMPLE.it, info@ours.example, boss@ours.example]}";
    let (Action::Forward(passed_on), Outcome::Do) = planned(all, &message()) else {
        panic!("not passed on");
    };
    assert_eq!(passed_on.to, ["boss@ours.example"]);
    assert!(refused(&message(), "{forward: info@ours.example}").contains("found there"));

    let mut before = message();
    before.message.headers = vec![header("x-mailroom-forwarded")];
    assert!(refused(&before, all).contains("passed on by a rule before"));
    let mut circling = message();
    circling.message.headers = vec![header("Received"); 51];
    assert!(refused(&circling, all).contains("51 servers"));
    let mut forged = message();
    forged.message.authentication.dmarc = Verdict::Fail;
    assert!(refused(&forged, all).contains("even_weak"));
    let even = "{forward: {to: boss@ours.example, even_weak: true}}";
    assert_eq!(planned(even, &forged).1, Outcome::Do);
}
