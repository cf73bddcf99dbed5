#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use crate::compile::RuleSet;
use crate::decision::{Action, Decision, Outcome};
use crate::facts::{
    Address, Candidate, Direction, Evidence, Facts, Header, Kind, KindReason, RecordKind,
    RecordRef, Role,
};
use crate::problem::DecideError;
use crate::rule::Rule;
use crate::shared::Shared;

fn set(yaml: &str) -> RuleSet {
    let rules: Vec<Rule> = serde_saphyr::from_str(yaml).unwrap_or_else(|error| panic!("{error}"));
    RuleSet::compile(&rules, &Shared::default()).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn stranger(subject: &str, text: &str) -> Facts {
    let mut facts = Facts::default();
    facts.message.from = vec![Address {
        email: "anna.rossi@example.it".to_owned(),
        name: "Anna Rossi".to_owned(),
    }];
    facts.message.subject = subject.to_owned();
    facts.message.text = text.to_owned();
    facts.place.scanner = "Sales".to_owned();
    facts
}

fn candidate(kind: RecordKind, name: &str, evidence: Evidence) -> Candidate {
    Candidate {
        record: RecordRef { kind, id: 7 },
        name: name.to_owned(),
        evidence: vec![evidence],
        doubt: None,
    }
}

fn by_address(role: Role) -> Evidence {
    Evidence::Address {
        email: "anna.rossi@example.it".to_owned(),
        role,
        field: "email".to_owned(),
    }
}

fn by_thread() -> Evidence {
    Evidence::Thread {
        message_id: "earlier@example.com".to_owned(),
        stranger: false,
    }
}

/// A decision as a person reads it: a line a rule with its reasons, a line an action.
fn told(decision: &Decision) -> String {
    let mut lines = Vec::new();
    for tried in &decision.rules {
        let verdict = if tried.matched {
            "matched"
        } else {
            "did not match"
        };
        let stopped = if tried.stopped { ", stopped" } else { "" };
        lines.push(format!("{}: {verdict}{stopped}", tried.rule));
        for held in &tried.because {
            let sign = if held.held { '+' } else { '-' };
            let found = held
                .found
                .as_ref()
                .map_or(String::new(), |found| format!(" → {found}"));
            lines.push(format!("  {sign} {}{found}", held.condition));
        }
    }
    for planned in &decision.actions {
        let outcome = match &planned.outcome {
            Outcome::Do => "do".to_owned(),
            Outcome::Skip(why) => format!("skip, {why}"),
            Outcome::TakenBack(why) => format!("taken back, {why}"),
        };
        let action = match &planned.action {
            Action::CreateLead(lead) if planned.outcome == Outcome::Do => {
                format!("CreateLead {lead:?}")
            }
            Action::CreateLead(_) => "CreateLead".to_owned(),
            other => format!("{other:?}"),
        };
        lines.push(format!("{}: {action}: {outcome}", planned.rule));
    }
    lines.join("\n")
}

fn skipped(decision: &Decision) -> Option<&str> {
    decision
        .actions
        .iter()
        .find_map(|planned| match &planned.outcome {
            Outcome::Skip(why) => Some(why.as_str()),
            Outcome::Do | Outcome::TakenBack(_) => None,
        })
}

const OFFICE: &str = r#"
- name: Newsletters
  when: {kind: {is: [bulk, bounce]}}
  then:
    - ignore: nobody wrote it
    - tag: [newsletter]
- name: Known people
  when: {any: [{sender: {is: known}}, {reply: {is: linked}}]}
  then: [link]
- name: Enquiries
  scanners: [Sales]
  when:
    all:
      - any:
          - subject: {word: [offer, quote, offerta, preventivo, wycena, "zapytanie ofertowe", orçamento, ofertă, teklif]}
          - text: {contains: ["request for quote", "richiesta di offerta", "prosimy o wycenę", "pedido de orçamento", "cerere de ofertă"]}
      - not: {from: {in: ["@competitor.example", spam@example.com]}}
      - not: {attachment: {ends: [.exe, .scr]}}
  then:
    - create_lead:
        company: "{{ sender.domain }}"
        source: web
    - tag: [sales]
    - stop
- name: The rest
  then:
    - tag: [unsorted]
"#;

#[test]
fn realistic_messages_are_decided_and_say_why() {
    let set = set(OFFICE);
    let mut turkish = stranger("TEKLİF istiyoruz", "Merhaba");
    turkish.message.from[0].name = String::new();
    let mut newsletter = stranger("Our best offer", "Unsubscribe here");
    newsletter.message.kind = Kind::Bulk;
    newsletter.message.kind_reason = KindReason("List-Unsubscribe is present".to_owned());
    let mut contact = stranger("New offer?", "Hello again");
    contact.candidates = vec![candidate(
        RecordKind::Contact,
        "Anna Rossi",
        by_address(Role::From),
    )];
    let mut answer = stranger("Re: offer", "Thank you");
    answer.message.in_reply_to = vec!["earlier@example.com".to_owned()];
    answer.candidates = vec![candidate(RecordKind::Lead, "Acme", by_thread())];
    let mut competitor = stranger("Offer", "");
    competitor.message.from[0].email = "sales@competitor.example".to_owned();
    let mut elsewhere = stranger("Offer", "");
    elsewhere.place.scanner = "Support".to_owned();
    let mut away = stranger("Out of office: offer", "");
    away.message.kind = Kind::AutoReply;
    for (name, facts) in [
        (
            "english",
            stranger("Request for a Quote", "Dear Sir or Madam"),
        ),
        (
            "italian",
            stranger("Richiesta PREVENTIVO", "Buongiorno, vorrei un preventivo."),
        ),
        (
            "italian_text_wrapped",
            stranger("Buongiorno", "vi mando una richiesta\ndi  offerta per"),
        ),
        (
            "polish",
            stranger("Dzień dobry", "PROSIMY O WYCENĘ 200 sztuk"),
        ),
        (
            "portuguese_decomposed",
            stranger("Pedido de orc\u{327}amento", "Bom dia"),
        ),
        (
            "romanian_cedilla",
            stranger("Cerere", "Vă rugăm, cerere de OFERTĂ pentru şuruburi"),
        ),
        ("turkish_dotted_capital", turkish),
        ("newsletter", newsletter),
        ("known_contact", contact),
        ("answer_to_linked", answer),
        ("competitor", competitor),
        ("other_scanner", elsewhere),
        ("auto_reply", away),
        ("nothing_asked", stranger("Hello", "How are you?")),
    ] {
        insta::assert_snapshot!(name, told(&set.decide(&facts).unwrap()));
    }
}

#[test]
fn a_decision_is_data_and_comes_back_from_json() {
    let mut facts = stranger("Offer", "");
    facts.candidates = vec![candidate(RecordKind::Contact, "Anna", by_address(Role::To))];
    let decision = set(OFFICE).decide(&facts).unwrap();
    let json = serde_json::to_string(&decision).unwrap();
    assert_eq!(serde_json::from_str::<Decision>(&json).unwrap(), decision);
}

#[test]
fn nothing_that_should_not_makes_a_lead() {
    let set = set("[{name: All, then: [create_lead]}]");
    let change = |change: fn(&mut Facts)| {
        let mut facts = stranger("Hello", "");
        change(&mut facts);
        let decision = set.decide(&facts).unwrap();
        skipped(&decision).map(str::to_owned)
    };
    assert_eq!(change(|_| ()), None);
    assert_eq!(change(|facts| facts.message.kind = Kind::Calendar), None);
    assert_eq!(
        change(|facts| {
            facts.message.kind = Kind::Bulk;
            facts.message.kind_reason = KindReason("Precedence: bulk".to_owned());
        })
        .unwrap(),
        "the kind of mail is bulk: Precedence: bulk"
    );
    for (kind, word) in [
        (Kind::AutoReply, "auto_reply"),
        (Kind::Bounce, "bounce"),
        (Kind::System, "system"),
    ] {
        let mut facts = stranger("Hello", "");
        facts.message.kind = kind;
        let decision = set.decide(&facts).unwrap();
        assert_eq!(
            skipped(&decision).unwrap(),
            format!("the kind of mail is {word}")
        );
    }
    assert_eq!(
        change(|facts| facts.candidates = vec![candidate(
            RecordKind::Contact,
            "Anna Rossi",
            by_address(Role::From)
        )])
        .unwrap(),
        "the sender is known: contact Anna Rossi"
    );
    assert_eq!(
        change(|facts| facts.candidates = vec![candidate(
            RecordKind::Lead,
            "Anna",
            by_address(Role::ReplyTo)
        )])
        .unwrap(),
        "the sender is known: lead Anna"
    );
    assert_eq!(
        change(|facts| facts.candidates = vec![candidate(RecordKind::Lead, "Acme", by_thread())])
            .unwrap(),
        "it answers a message of lead Acme"
    );
    assert_eq!(
        change(|facts| facts.message.direction = Direction::Sent).unwrap(),
        "the message was sent by us"
    );
    assert_eq!(
        change(|facts| facts.message.direction = Direction::Internal).unwrap(),
        "the message is from one of us to another"
    );
    assert_eq!(
        change(|facts| facts.message.from.clear()).unwrap(),
        "the message has no sender address"
    );
    assert_eq!(
        change(|facts| facts.message.from[0].email.clear()).unwrap(),
        "the message has no sender address"
    );
}

#[test]
fn a_known_receiver_is_no_known_sender() {
    let set = set("[{name: All, then: [create_lead]}]");
    let mut facts = stranger("Hello", "");
    facts.candidates = vec![candidate(RecordKind::Contact, "Bob", by_address(Role::To))];
    assert_eq!(skipped(&set.decide(&facts).unwrap()), None);
}

#[test]
fn kinds_let_an_admin_allow_more_and_less() {
    let set = set("[{name: Forms, then: [create_lead: {kinds: [system]}]}]");
    let mut facts = stranger("Hello", "");
    assert_eq!(
        skipped(&set.decide(&facts).unwrap()).unwrap(),
        "the kind of mail is personal"
    );
    facts.message.kind = Kind::System;
    assert_eq!(skipped(&set.decide(&facts).unwrap()), None);
}

#[test]
fn a_message_makes_one_lead() {
    let set = set("[{name: A, then: [create_lead, create_lead]}, {name: B, then: [create_lead]}]");
    let decision = set.decide(&stranger("Hello", "")).unwrap();
    let outcomes: Vec<&Outcome> = decision
        .actions
        .iter()
        .map(|planned| &planned.outcome)
        .collect();
    let again = Outcome::Skip("rule `A` makes a lead of it already".to_owned());
    assert_eq!(outcomes, [&Outcome::Do, &again, &again]);
}

#[test]
fn after_ignore_nothing_is_linked_or_made_and_tags_stay() {
    let set = set(
        "[{name: A, then: [link]}, {name: B, then: [{ignore: spam}, link]}, {name: C, then: [create_lead, {tag: x}, ignore]}]",
    );
    let mut facts = stranger("Hello", "");
    facts.candidates = vec![candidate(RecordKind::Contact, "Anna", by_address(Role::To))];
    let decision = set.decide(&facts).unwrap();
    let outcomes: Vec<Outcome> = decision
        .actions
        .into_iter()
        .map(|planned| planned.outcome)
        .collect();
    let skip = Outcome::Skip("the message is ignored by rule `B`".to_owned());
    assert_eq!(
        outcomes,
        [
            Outcome::Do,
            Outcome::Do,
            skip.clone(),
            skip.clone(),
            Outcome::Do,
            skip
        ]
    );
}

#[test]
fn link_says_when_there_is_no_record_of_its_kinds() {
    let set = set("[{name: A, then: [link, {link: [contact, lead]}]}]");
    let decision = set.decide(&stranger("", "")).unwrap();
    let told: Vec<&Outcome> = decision
        .actions
        .iter()
        .map(|planned| &planned.outcome)
        .collect();
    assert_eq!(
        told[0],
        &Outcome::Skip("no record is known that the message may belong to".to_owned())
    );
    assert_eq!(
        told[1],
        &Outcome::Skip("no contact or lead is known that the message may belong to".to_owned())
    );
}

#[test]
fn order_and_stop_hold() {
    let yaml = "[{name: A, then: [{tag: a}]}, {name: B, when: {subject: {is: x}}, then: [{tag: b}], stop: true},
                 {name: C, then: [{tag: c}, stop]}, {name: D, then: [{tag: d}]}]";
    let set = set(yaml);
    let names = |subject: &str| -> Vec<String> {
        let decision = set.decide(&stranger(subject, "")).unwrap();
        assert!(decision.rules.last().unwrap().stopped);
        decision.rules.into_iter().map(|tried| tried.rule).collect()
    };
    assert_eq!(names("x"), ["A", "B"]);
    assert_eq!(names("y"), ["A", "B", "C"]);
}

#[test]
fn one_value_must_meet_all_operators() {
    let set = set("[{name: A, when: {to: {domain: example.com, starts: sales}}, stop: true}]");
    let to = |emails: &[&str]| {
        let mut facts = Facts::default();
        facts.message.to = emails
            .iter()
            .map(|email| Address {
                email: (*email).to_owned(),
                name: String::new(),
            })
            .collect();
        set.decide(&facts).unwrap().rules[0].matched
    };
    assert!(to(&["bob@example.com", "sales@example.com"]));
    assert!(!to(&["bob@example.com", "sales@example.org"]));
}

#[test]
fn facts_that_are_there_and_not_there() {
    let matches = |when: &str, facts: &Facts| {
        let set = set(&format!("[{{name: A, when: {when}, stop: true}}]"));
        set.decide(facts).unwrap().rules[0].matched
    };
    let mut facts = stranger("  ", "text");
    facts.message.headers = vec![Header {
        name: "x-foo".to_owned(),
        value: "1".to_owned(),
    }];
    facts.message.references = vec!["earlier@example.com".to_owned()];
    facts.message.size = 1_500_000;
    facts.place.folder = "INBOX/Büro".to_owned();
    for (when, holds) in [
        ("{subject: {exists: true}}", false),
        ("{subject: {exists: false}}", true),
        ("{header.X-Foo: {exists: true}}", true),
        ("{header.X-FOO: {is: '1'}}", true),
        ("{header.X-Bar: {exists: false}}", true),
        ("{header.X-Bar: {contains: a}}", false),
        ("{not: {header.X-Bar: {contains: a}}}", true),
        ("{cc: {exists: true}}", false),
        ("{attachment: {exists: false}}", true),
        ("{attachments: {below: 1}}", true),
        ("{size: {above: 1MB, below: 2MB}}", true),
        ("{size: {above: 2MB}}", false),
        ("{reply: {is: unlinked}}", true),
        ("{reply: {exists: true}}", true),
        ("{sender: {is: unknown}}", true),
        ("{sender: {in: [known, contact]}}", false),
        ("{sender.name: {is: anna rossi}}", true),
        ("{sender.email: {domain: example.it}}", true),
        ("{direction: {is: received}}", true),
        ("{folder: {ends: /BÜRO}}", true),
        ("{recipient: {exists: false}}", true),
        ("{from.name: {word: rossi}}", true),
    ] {
        assert_eq!(matches(when, &facts), holds, "{when}");
    }
}

#[test]
fn a_picture_inside_the_text_is_no_attachment() {
    let set = set("[{name: A, when: {attachment: {exists: true}}, stop: true}]");
    let mut facts = Facts::default();
    facts.message.attachments = vec![crate::Attachment {
        media_type: "image/png".to_owned(),
        inline: true,
        ..crate::Attachment::default()
    }];
    assert!(!set.decide(&facts).unwrap().rules[0].matched);
    facts.message.attachments[0].media_type = "application/pdf".to_owned();
    assert!(set.decide(&facts).unwrap().rules[0].matched);
}

#[test]
fn the_trace_owns_up_to_what_was_not_looked_at() {
    let set = set("[{name: A, when: {text: {regex: zzz}}, stop: true}]");
    let decision = set.decide(&stranger("", &"a".repeat(300 << 10))).unwrap();
    assert_eq!(
        decision.rules[0].because[0].condition,
        "text regex \"zzz\" (looked at the first 256 KiB only)"
    );
}

#[test]
fn a_template_that_fails_on_a_message_names_rule_and_field_and_no_text() {
    let yaml = "[{name: A, then: [create_lead: {title: \"{% if subject == 'x' %}{{ text | replace('', text) }}{% endif %}\"}]}]";
    let set = set(yaml);
    let error = set
        .decide(&stranger("x", &"secret ".repeat(1_000)))
        .unwrap_err();
    assert_eq!(
        error,
        DecideError::Template {
            rule: "A".to_owned(),
            field: "title".to_owned(),
            cause: "invalid operation".to_owned(),
        }
    );
    assert!(!error.to_string().contains("secret"));
}

#[test]
fn lead_fields_keep_to_their_lengths_and_lines() {
    let set = set(
        "[{name: A, then: [create_lead: {last_name: \"{{ header['X-None'] }}\", company: '{{ text }}', owner: ' bob@example.com '}]}]",
    );
    let facts = stranger("two\r\nlines\u{0}", &"word\n".repeat(2_000));
    let decision = set.decide(&facts).unwrap();
    let Action::CreateLead(lead) = &decision.actions[0].action else {
        panic!("a lead was asked for");
    };
    assert_eq!(lead.title, "two lines");
    assert_eq!(
        (lead.first_name.as_str(), lead.last_name.as_str()),
        ("Anna", "")
    );
    assert_eq!(lead.company.chars().count(), 200);
    assert_eq!(lead.description.chars().count(), 4_000);
    assert_eq!(lead.owner, "bob@example.com");
    assert_eq!(lead.source, "mail");
}

#[test]
fn a_lead_has_an_address_whatever_its_template_says() {
    for (said, email) in [
        ("Bob@Example.com", "bob@example.com"),
        ("", "anna.rossi@example.it"),
        ("none", "anna.rossi@example.it"),
        ("bob@example.com, eve@example.com", "anna.rossi@example.it"),
        ("write to bob@example.com", "anna.rossi@example.it"),
    ] {
        let set = set(&format!(
            "[{{name: A, then: [create_lead: {{email: \"{said}\"}}]}}]"
        ));
        let decision = set.decide(&stranger("Form", "")).unwrap();
        let Action::CreateLead(lead) = &decision.actions[0].action else {
            panic!("a lead was asked for");
        };
        assert_eq!(lead.email, email, "{said:?}");
    }
}
