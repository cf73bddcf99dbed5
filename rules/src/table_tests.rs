//! The decision table: a condition, a message, and whether it holds, for every fact and every operator it takes.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;

use crate::compile::RuleSet;
use crate::rule::Rule;
use crate::rule::action::ActionName;
use crate::rule::case::CaseMessage;
use crate::rule::condition::Condition;
use crate::rule::fact::Fact;
use crate::rule::test::{MODIFIERS, Operator};
use crate::rule::texts::Texts;
use crate::shared::Shared;
use crate::{Case, Expect, check_cases};

/// A condition, a message for which it holds, and one for which it does not.
type Row = (&'static str, &'static str, &'static str);

const ROWS: &[Row] = &[
    // Addresses and names.
    (
        "from: {is: anna@example.it}",
        "from: Anna <ANNA@example.it>",
        "from: anna@example.com",
    ),
    (
        "from: {is: [anna@example.it, \"@example.com\"]}",
        "from: bob@example.com",
        "from: bob@mail.example.com",
    ),
    (
        "from: {in: [anna@example.it]}",
        "from: anna@example.it",
        "from: bob@example.it",
    ),
    (
        "from: {in: {list: people}}",
        "from: bob@partner.example",
        "from: bob@sub.partner.example",
    ),
    (
        "from: {in: {list: people}}",
        "from: anna@example.it",
        "from: eva@example.it",
    ),
    (
        "from: {domain: example.it}",
        "from: anna@example.it",
        "from: anna@mail.example.it",
    ),
    (
        "from: {domain: example.it, subdomains: true}",
        "from: anna@mail.example.it",
        "from: anna@badexample.it",
    ),
    (
        "from: {domain: {list: people}}",
        "from: x@partner.example",
        "from: x@y.partner.example",
    ),
    (
        "from: {domain: {list: people}, subdomains: true}",
        "from: x@y.partner.example",
        "from: x@example.it",
    ),
    (
        "from: {contains: sales}",
        "from: sales-team@example.it",
        "from: anna@example.it",
    ),
    (
        "from: {word: sales}",
        "from: sales-team@example.it",
        "from: salesman@example.it",
    ),
    (
        "from: {starts: [info@, sales@]}",
        "from: sales@example.it",
        "from: presales@example.it",
    ),
    (
        "from: {ends: .it}",
        "from: anna@example.it",
        "from: anna@example.com",
    ),
    (
        "from: {regex: '^[a-z]+\\.[a-z]+@'}",
        "from: anna.rossi@example.it",
        "from: anna@example.it",
    ),
    (
        "from: {exists: true}",
        "from: anna@example.it",
        "subject: nobody",
    ),
    (
        "from: {contains: anna, exact: true}",
        "from: anna@example.it",
        "from: bob@example.it",
    ),
    (
        "from.name: {is: anna rossi}",
        "from: Anna Rossi <a@b.c>",
        "from: Anna <a@b.c>",
    ),
    (
        "reply_to: {domain: example.it}",
        "reply_to: anna@example.it",
        "from: anna@example.it",
    ),
    (
        "reply_to.name: {word: rossi}",
        "reply_to: Anna Rossi <a@b.c>",
        "from: Anna Rossi <a@b.c>",
    ),
    (
        "sender.email: {is: anna@example.it}",
        "{from: shop@b.c, reply_to: anna@example.it}",
        "{from: anna@example.it, reply_to: x@y.z}",
    ),
    (
        "sender.email: {is: anna@example.it}",
        "{from: shop@b.c, form: {Mail: anna@example.it}}",
        "from: shop@b.c",
    ),
    (
        "sender.email: {is: anna@example.it}",
        "{from: bob@b.c, passed_on: {from: anna@example.it}}",
        "from: bob@b.c",
    ),
    (
        "sender.name: {is: Anna}",
        "from: Anna <a@b.c>",
        "from: Bob <a@b.c>",
    ),
    (
        "sender.domain: {is: example.it}",
        "from: a@example.it",
        "from: a@mail.example.it",
    ),
    (
        "sender.domain: {in: {list: people}}",
        "from: a@partner.example",
        "from: anna@example.it",
    ),
    (
        "to: {is: sales@example.com}",
        "to: [x@y.z, sales@example.com]",
        "cc: sales@example.com",
    ),
    (
        "to.name: {contains: sales}",
        "to: Sales <s@example.com>",
        "to: sales@example.com",
    ),
    (
        "cc: {is: sales@example.com}",
        "cc: sales@example.com",
        "to: sales@example.com",
    ),
    (
        "cc.name: {contains: sales}",
        "cc: Sales <s@example.com>",
        "to: Sales <s@example.com>",
    ),
    (
        "bcc: {is: sales@example.com}",
        "bcc: sales@example.com",
        "to: sales@example.com",
    ),
    (
        "recipient: {is: sales@example.com}",
        "bcc: sales@example.com",
        "from: sales@example.com",
    ),
    (
        "recipient.name: {is: sales}",
        "cc: Sales <s@example.com>",
        "from: Sales <s@example.com>",
    ),
    // What we know of the sender.
    (
        "sender: {is: known}",
        "{from: a@b.c, sender: contact}",
        "from: a@b.c",
    ),
    (
        "sender: {is: [lead, organization]}",
        "{from: a@b.c, sender: lead}",
        "{from: a@b.c, sender: contact}",
    ),
    (
        "sender: {in: [unknown]}",
        "from: a@b.c",
        "{from: a@b.c, sender: contact}",
    ),
    (
        "sender: {is: colleague}",
        "{from: a@b.c, colleague: true}",
        "from: a@b.c",
    ),
    (
        "sender: {is: ticket}",
        "{from: a@b.c, sender: ticket}",
        "{from: a@b.c, sender: lead}",
    ),
    ("sender.free_mail: true", "free_mail: true", "from: a@b.c"),
    (
        "sender.free_mail: {is: false}",
        "from: a@b.c",
        "free_mail: true",
    ),
    (
        "sender.first_contact: true",
        "first_contact: true",
        "from: a@b.c",
    ),
    ("sender.our_domain: true", "our_domain: true", "from: a@b.c"),
    // Texts.
    (
        "subject: {is: [order, angebot]}",
        "subject: Angebot",
        "subject: Angebote",
    ),
    (
        "subject: {in: [order]}",
        "subject: ORDER",
        "subject: orders",
    ),
    (
        "subject: {in: {list: words}}",
        "subject: Preventivo",
        "subject: preventivi",
    ),
    (
        "subject: {contains: [offer, preventivo]}",
        "subject: Richiesta PREVENTIVO",
        "subject: Richiesta",
    ),
    (
        "subject: {word: offer}",
        "subject: 'An offer, please'",
        "subject: Coffers",
    ),
    (
        "subject: {starts: 'urgent:'}",
        "subject: 'URGENT: chairs'",
        "subject: 'Not urgent: chairs'",
    ),
    (
        "subject: {ends: '?'}",
        "subject: Chairs?",
        "subject: Chairs",
    ),
    (
        "subject: {regex: 'T-[0-9]{4}'}",
        "subject: about t-1042",
        "subject: about t-10",
    ),
    ("subject: {exists: false}", "from: a@b.c", "subject: x"),
    (
        "subject: {contains: RFQ, exact: true}",
        "subject: RFQ 7",
        "subject: rfq 7",
    ),
    (
        "text: {contains: price list}",
        "text: \"your price\\nlist\"",
        "subject: price list",
    ),
    (
        "new_text: {contains: offer}",
        "{text: 'x > offer', new_text: offer}",
        "{text: 'x > offer', new_text: x}",
    ),
    (
        "header.X-Shop: {is: chairs}",
        "headers: {x-shop: Chairs}",
        "headers: {X-Shop: tables}",
    ),
    (
        "header.X-Shop: {exists: false}",
        "headers: {X-Other: x}",
        "headers: {X-Shop: x}",
    ),
    ("language: {is: [it, pl]}", "language: pl", "language: en"),
    ("language: {in: [it]}", "language: it", "text: unknown"),
    ("language: {exists: false}", "text: x", "language: it"),
    (
        "message_id: {ends: \"@shop.example\"}",
        "message_id: 1@shop.example",
        "message_id: 1@example.it",
    ),
    (
        "in_reply_to: {ends: \"@crm.example\"}",
        "in_reply_to: [1@x, 2@crm.example]",
        "message_id: 2@crm.example",
    ),
    (
        "folder: {is: inbox/web}",
        "folder: INBOX/Web",
        "folder: INBOX",
    ),
    (
        "mailbox: {is: sales@example.com}",
        "mailbox: sales@example.com",
        "mailbox: info@example.com",
    ),
    // Files and sizes.
    (
        "attachment: {ends: [.pdf, .docx]}",
        "attachments: [a.txt, Offer.PDF]",
        "attachments: a.txt",
    ),
    (
        "attachment.type: {starts: image/}",
        "attachments: a.png",
        "attachments: a.pdf",
    ),
    (
        "attachment.size: {below: 1KB}",
        "attachments: a.pdf",
        "text: no file",
    ),
    (
        "attachments: {above: 1}",
        "attachments: [a, b]",
        "attachments: a",
    ),
    (
        "attachments: {below: 2}",
        "attachments: a",
        "attachments: [a, b]",
    ),
    ("size: {above: 1MB}", "size: 1000001", "size: 1000000"),
    ("size: {below: 1MiB, above: 10}", "size: 11", "size: 10"),
    // What sort of mail.
    ("kind: {is: [bulk, bounce]}", "kind: bulk", "kind: system"),
    (
        "kind: {in: [auto_reply]}",
        "kind: auto_reply",
        "kind: calendar",
    ),
    (
        "direction: {is: sent}",
        "direction: sent",
        "direction: internal",
    ),
    (
        "direction: {in: [internal]}",
        "direction: internal",
        "subject: x",
    ),
    ("conversation: {is: new}", "subject: x", "in_reply_to: a@b"),
    (
        "conversation: {in: [forward]}",
        "passed_on: {subject: x}",
        "conversation: reply",
    ),
    ("reply: {is: linked}", "answers: lead", "in_reply_to: a@b"),
    (
        "reply: {in: [unlinked]}",
        "in_reply_to: a@b",
        "answers: lead",
    ),
    ("reply: {exists: false}", "subject: x", "answers: lead"),
    (
        "answered: {is: [lead, ticket]}",
        "answers: ticket",
        "answers: contact",
    ),
    (
        "answered: {in: [contact]}",
        "answers: contact",
        "{from: a@b.c, sender: contact}",
    ),
    (
        "answered: {exists: true}",
        "answers: organization",
        "in_reply_to: a@b",
    ),
    (
        "candidates: {is: contact}",
        "{from: a@b.c, sender: contact}",
        "{from: a@b.c, sender: lead}",
    ),
    (
        "candidates: {in: [ticket]}",
        "answers: ticket",
        "subject: x",
    ),
    ("candidates: {exists: false}", "subject: x", "answers: lead"),
    (
        "doubt: {is: tie}",
        "{from: a@b.c, sender: contact, doubt: tie}",
        "{from: a@b.c, sender: contact}",
    ),
    (
        "doubt: {in: [stranger, weak_identity]}",
        "{answers: lead, doubt: stranger}",
        "{from: a@b.c, sender: contact, doubt: tie}",
    ),
    (
        "doubt: {exists: true}",
        "{answers: lead, doubt: weak_identity}",
        "answers: lead",
    ),
    // Forms, people, mail passed on.
    (
        "form: {exists: true}",
        "form: {Name: Anna}",
        "text: 'Name: Anna'",
    ),
    (
        "form: {contains: contact form}",
        "{form: {Name: Anna}, form_service: Contact Form 7}",
        "form: {Name: Anna}",
    ),
    (
        "\"form.Your name\": {contains: rossi}",
        "form: {your NAME: Anna Rossi}",
        "form: {Name: Anna Rossi}",
    ),
    (
        "form.Newsletter: {exists: false}",
        "form: {Newsletter: ''}",
        "form: {Newsletter: 'yes'}",
    ),
    (
        "detail.name: {is: anna rossi}",
        "details: {name: Anna Rossi}",
        "from: Anna Rossi <a@b.c>",
    ),
    (
        "detail.first_name: {is: anna}",
        "details: {first_name: Anna}",
        "details: {last_name: Anna}",
    ),
    (
        "detail.last_name: {is: rossi}",
        "details: {last_name: Rossi}",
        "details: {first_name: Rossi}",
    ),
    (
        "detail.role: {word: [buyer, einkauf]}",
        "details: {role: Leiter Einkauf}",
        "details: {role: CEO}",
    ),
    (
        "detail.company: {exists: true}",
        "details: {company: Example}",
        "details: {name: Anna}",
    ),
    (
        "detail.email: {ends: \"@example.it\"}",
        "details: {email: anna@example.it}",
        "from: anna@example.it",
    ),
    (
        "detail.phone: {starts: \"+39\"}",
        "details: {phone: +39 06 1}",
        "details: {mobile: +39 3}",
    ),
    (
        "detail.mobile: {exists: true}",
        "details: {mobile: +39 3}",
        "details: {phone: +39 06 1}",
    ),
    (
        "detail.address: {contains: roma}",
        "details: {address: 'Via Po 1, Roma'}",
        "text: Roma",
    ),
    (
        "detail.website: {contains: example}",
        "details: {website: www.example.it}",
        "text: www.example.it",
    ),
    (
        "detail.subject: {contains: chairs}",
        "details: {subject: Chairs}",
        "subject: Chairs",
    ),
    (
        "detail.message: {contains: chairs}",
        "details: {message: 12 chairs}",
        "text: 12 chairs",
    ),
    (
        "passed_on: {domain: example.it}",
        "passed_on: {from: anna@example.it}",
        "from: anna@example.it",
    ),
    (
        "passed_on.name: {is: anna}",
        "passed_on: {from: Anna <a@b.c>}",
        "from: Anna <a@b.c>",
    ),
    (
        "passed_on.subject: {contains: offer}",
        "passed_on: {subject: Offer}",
        "subject: Offer",
    ),
    // Whether it is true.
    ("spf: {is: fail}", "spf: fail", "spf: pass"),
    ("spf: {in: [neutral, error]}", "spf: neutral", "subject: x"),
    ("dkim: {is: pass}", "dkim: pass", "spf: pass"),
    ("dkim: {in: [unknown]}", "subject: x", "dkim: fail"),
    ("dmarc: {is: pass}", "dmarc: pass", "dkim: pass"),
    ("dmarc: {in: [fail]}", "dmarc: fail", "dmarc: error"),
    ("identity: {is: weak}", "identity: weak", "identity: strong"),
    (
        "identity: {in: [strong, unknown]}",
        "subject: x",
        "spf: fail",
    ),
    ("spam: true", "spam: true", "spam: false"),
    ("spam: false", "subject: x", "spam: true"),
    ("spam: {is: true}", "spam: true", "subject: x"),
    (
        "spam.score: {above: 5}",
        "spam_score: 5.01",
        "spam_score: 5",
    ),
    (
        "spam.score: {below: -0.5}",
        "spam_score: -1.2",
        "spam_score: 0",
    ),
    ("spam.score: {exists: false}", "spam: true", "spam_score: 0"),
    (
        "bounce: {is: hard}",
        "bounce: {anna@example.it: hard}",
        "bounce: {anna@example.it: soft}",
    ),
    (
        "bounce: {in: [delayed, delivered]}",
        "bounce: {anna@example.it: delayed}",
        "kind: bounce",
    ),
    (
        "bounce: {exists: true}",
        "bounce: {anna@example.it: soft}",
        "kind: bounce",
    ),
    (
        "bounce.email: {domain: example.it}",
        "bounce: {anna@example.it: hard}",
        "to: anna@example.it",
    ),
    // Time. 2026-11-23 is a Monday.
    (
        "date: {after: 2026-11-01}",
        "date: 2026-11-01",
        "date: 2026-10-31T23:59:59Z",
    ),
    (
        "date: {before: 2026-11-01}",
        "date: 2026-10-31",
        "date: 2026-11-01",
    ),
    (
        "date: {after: 2026-11-01, zone: \"+01:00\"}",
        "date: 2026-10-31T23:00:00Z",
        "date: 2026-10-31T22:59:59Z",
    ),
    (
        "date: {exists: false}",
        "arrived: 2026-11-01",
        "date: 2026-11-01",
    ),
    (
        "arrived: {after: \"2026-11-23T08:00:00+01:00\"}",
        "arrived: 2026-11-23T07:00:00Z",
        "arrived: 2026-11-23T06:59:59Z",
    ),
    (
        "arrived: {before: 2026-11-24, after: 2026-11-23}",
        "arrived: 2026-11-23T12:00:00Z",
        "arrived: 2026-11-24",
    ),
    (
        "arrived: {before: 2026-11-24, zone: \"-05:00\"}",
        "arrived: 2026-11-24T04:59:59Z",
        "arrived: 2026-11-24T05:00:00Z",
    ),
    (
        "arrived: {exists: true}",
        "arrived: 2026-11-23",
        "date: 2026-11-23",
    ),
    (
        "weekday: {is: [saturday, sunday]}",
        "arrived: 2026-11-22",
        "arrived: 2026-11-23",
    ),
    (
        "weekday: {in: [monday]}",
        "arrived: 2026-11-23",
        "subject: x",
    ),
    (
        "weekday: {is: monday, zone: \"+02:00\"}",
        "arrived: 2026-11-22T22:00:00Z",
        "arrived: 2026-11-22T21:59:00Z",
    ),
    (
        "hour: {above: 7, below: 18}",
        "arrived: 2026-11-23T08:00:00Z",
        "arrived: 2026-11-23T18:00:00Z",
    ),
    (
        "hour: {below: 9, zone: \"-05:00\"}",
        "arrived: 2026-11-23T13:59:00Z",
        "arrived: 2026-11-23T14:00:00Z",
    ),
    // Joints.
    ("always: true", "subject: x", ""),
    ("not: {subject: {contains: x}}", "subject: z", "subject: x"),
    (
        "all: [{subject: {contains: x}}, {text: {contains: z}}]",
        "{subject: x, text: z}",
        "subject: x",
    ),
    (
        "any: [{subject: {contains: x}}, {text: {contains: z}}]",
        "text: z",
        "subject: z",
    ),
];

fn shared() -> Shared {
    let list = |members: &[&str]| members.iter().copied().collect::<Texts>();
    let lists = [
        ("people", list(&["anna@example.it", "@partner.example"])),
        ("words", list(&["preventivo", "offerta"])),
    ];
    Shared {
        lists: lists
            .map(|(name, members)| (name.to_owned(), members))
            .into(),
        ..Shared::default()
    }
}

fn condition(yaml: &str) -> Condition {
    serde_saphyr::from_str(yaml).unwrap_or_else(|error| panic!("{yaml}: {error}"))
}

fn message(yaml: &str) -> CaseMessage {
    serde_saphyr::from_str(yaml).unwrap_or_else(|error| panic!("{yaml}: {error}"))
}

#[test]
fn every_condition_holds_where_it_should_and_nowhere_else() {
    for (when, holds, fails) in ROWS {
        let case = |yaml: &str, matches: bool| Case {
            name: yaml.to_owned(),
            message: message(yaml),
            expect: Expect {
                matches,
                ..serde_json::from_str(r#"{"matches": true}"#).unwrap()
            },
        };
        let mut cases = Vec::new();
        if !holds.is_empty() {
            cases.push(case(holds, true));
        }
        if !fails.is_empty() {
            cases.push(case(fails, false));
        }
        let rule = Rule {
            when: condition(when),
            stop: true,
            cases,
            ..Rule::named(*when)
        };
        assert_eq!(check_cases(&[rule], &shared()), [], "{when}");
    }
}

/// The fact and the operators and modifiers of each row that compares one.
fn compared() -> BTreeSet<(String, String)> {
    let mut compared = BTreeSet::new();
    for (when, ..) in ROWS {
        let Condition::Test(test) = condition(when) else {
            continue;
        };
        let fact = match &test.fact {
            Fact::Header(_) => "header".to_owned(),
            Fact::FormField(_) => "form field".to_owned(),
            fact => fact.to_string(),
        };
        let mut add = |name: &str| compared.insert((fact.clone(), name.to_owned()));
        for operator in &test.operators {
            add(operator.name());
        }
        let given = [test.exact, test.subdomains, test.zone.is_some()];
        for (name, given) in MODIFIERS.iter().zip(given) {
            if given {
                add(name);
            }
        }
    }
    compared
}

#[test]
fn every_fact_and_every_operator_of_its_kind_has_a_row() {
    let compared = compared();
    let facts: BTreeSet<&str> = compared.iter().map(|(fact, _)| fact.as_str()).collect();
    for name in Fact::names().chain(["header", "form field"]) {
        assert!(facts.contains(name), "no row for {name}");
    }
    // Facts of one kind share their operators; one of each stands for all.
    for name in [
        "from",
        "subject",
        "language",
        "spam.score",
        "date",
        "reply",
        "weekday",
        "hour",
        "size",
        "spam",
    ] {
        for operator in Fact::parse(name).unwrap().operators() {
            let row = (name.to_owned(), (*operator).to_owned());
            assert!(compared.contains(&row), "no row for {name} {operator}");
        }
    }
    // Words differ from fact to fact, so each has a row for each operator.
    for name in Fact::names() {
        let fact = Fact::parse(name).unwrap();
        if matches!(fact.kind(), crate::FactKind::Words(_)) {
            for operator in fact.operators() {
                let row = (name.to_owned(), (*operator).to_owned());
                assert!(compared.contains(&row), "no row for {name} {operator}");
            }
        }
    }
}

/// A rule's actions, a message, and what is done with it or refused.
const ACTIONS: &[(&str, &str, &str, &str)] = &[
    ("[link]", "{from: a@b.c, sender: contact}", "[link]", "[]"),
    ("[link]", "from: a@b.c", "[]", "[link]"),
    (
        "[{link: [lead]}]",
        "{from: a@b.c, sender: contact}",
        "[]",
        "[link]",
    ),
    (
        "[link]",
        "{from: a@b.c, sender: contact, doubt: tie}",
        "[]",
        "[link]",
    ),
    (
        "[{link: {ties: all}}]",
        "{from: a@b.c, sender: contact, doubt: tie}",
        "[link]",
        "[]",
    ),
    (
        "[{link: {kinds: [contact], ties: all}}]",
        "{answers: contact, doubt: stranger}",
        "[]",
        "[link]",
    ),
    ("[create_lead]", "from: a@b.c", "[create_lead]", "[]"),
    (
        "[create_lead, create_lead]",
        "from: a@b.c",
        "[create_lead]",
        "[create_lead]",
    ),
    (
        "[create_lead]",
        "{from: a@b.c, sender: lead}",
        "[]",
        "[create_lead]",
    ),
    (
        "[create_lead]",
        "{from: a@b.c, sender: contact, doubt: tie}",
        "[]",
        "[create_lead]",
    ),
    (
        "[create_lead]",
        "{from: a@b.c, answers: contact}",
        "[]",
        "[create_lead]",
    ),
    (
        "[create_lead]",
        "{from: a@b.c, kind: bulk}",
        "[]",
        "[create_lead]",
    ),
    (
        "[create_lead]",
        "{from: a@b.c, kind: system}",
        "[]",
        "[create_lead]",
    ),
    (
        "[{create_lead: {kinds: [system]}}]",
        "{from: a@b.c, kind: system}",
        "[create_lead]",
        "[]",
    ),
    (
        "[create_lead]",
        "{from: web@b.c, kind: system, form: {Mail: anna@example.it}}",
        "[create_lead]",
        "[]",
    ),
    (
        "[create_lead]",
        "{from: web@b.c, kind: system, form: {Name: Anna}}",
        "[]",
        "[create_lead]",
    ),
    (
        "[create_lead]",
        "{from: web@b.c, kind: bulk, form: {Mail: anna@example.it}}",
        "[]",
        "[create_lead]",
    ),
    (
        "[create_lead]",
        "{from: web@b.c, kind: auto_reply, form: {Mail: anna@example.it}}",
        "[]",
        "[create_lead]",
    ),
    (
        "[create_lead]",
        "{from: web@b.c, kind: bounce, form: {Mail: anna@example.it}}",
        "[]",
        "[create_lead]",
    ),
    (
        "[create_lead]",
        "{from: a@b.c, direction: sent}",
        "[]",
        "[create_lead]",
    ),
    (
        "[create_lead]",
        "{from: a@b.c, direction: internal}",
        "[]",
        "[create_lead]",
    ),
    (
        "[create_lead]",
        "{from: a@b.c, direction: internal, passed_on: {from: anna@example.it}}",
        "[create_lead]",
        "[]",
    ),
    (
        "[create_lead]",
        "{from: a@b.c, direction: internal, form: {Mail: anna@example.it}}",
        "[create_lead]",
        "[]",
    ),
    (
        "[create_lead]",
        "{from: a@b.c, direction: internal, our_domain: true, passed_on: {from: x@b.c}}",
        "[]",
        "[create_lead]",
    ),
    (
        "[create_lead]",
        "{from: a@b.c, colleague: true}",
        "[]",
        "[create_lead]",
    ),
    (
        "[create_lead]",
        "{from: a@b.c, our_domain: true}",
        "[]",
        "[create_lead]",
    ),
    (
        "[create_lead]",
        "{from: a@b.c, spam: true}",
        "[]",
        "[create_lead]",
    ),
    (
        "[create_lead]",
        "{from: a@b.c, spam: false}",
        "[create_lead]",
        "[]",
    ),
    (
        "[create_lead]",
        "{from: a@b.c, identity: weak}",
        "[]",
        "[create_lead]",
    ),
    (
        "[create_lead]",
        "subject: nobody wrote this",
        "[]",
        "[create_lead]",
    ),
    ("[ignore]", "from: a@b.c", "[ignore]", "[]"),
    (
        "[ignore, create_lead, {tag: x}]",
        "from: a@b.c",
        "[ignore, tag]",
        "[create_lead]",
    ),
    (
        "[ignore, link]",
        "{from: a@b.c, sender: contact}",
        "[ignore]",
        "[link]",
    ),
    ("[{tag: [x, z]}]", "from: a@b.c", "[tag]", "[]"),
    ("[{tag: x}, stop]", "from: a@b.c", "[tag]", "[]"),
];

#[test]
fn every_action_is_done_or_refused_as_it_should_be() {
    let mut asked = BTreeSet::new();
    for (then, said, done, skipped) in ACTIONS {
        let yaml = format!(
            "{{name: R, then: {then}, cases: [{{name: c, message: {}, expect: {{matches: true, actions: {done}, skipped: {skipped}}}}}]}}",
            if said.starts_with('{') {
                (*said).to_owned()
            } else {
                format!("{{{said}}}")
            }
        );
        let rule: Rule =
            serde_saphyr::from_str(&yaml).unwrap_or_else(|error| panic!("{yaml}: {error}"));
        asked.extend(rule.then.iter().map(|action| action.name().as_str()));
        assert_eq!(check_cases(&[rule], &shared()), [], "{then} on {said}");
    }
    let all: BTreeSet<&str> = ActionName::ALL.map(ActionName::as_str).into();
    assert_eq!(asked, all, "each action has a row");
}

#[test]
fn an_operator_that_is_not_in_the_table_is_not_in_the_language() {
    let compared = compared();
    let used: BTreeSet<&str> = compared
        .iter()
        .map(|(_, operator)| operator.as_str())
        .collect();
    let known: BTreeSet<&str> = crate::rule::test::OPERATORS
        .iter()
        .chain(MODIFIERS)
        .copied()
        .collect();
    assert_eq!(used, known);
}

#[test]
fn a_list_that_nobody_looks_in_is_allowed_and_an_unknown_one_is_not() {
    let rule = |when: &str| Rule {
        when: condition(when),
        stop: true,
        ..Rule::named("R")
    };
    assert!(RuleSet::compile(&[], &shared()).is_ok());
    let told = |when: &str, shared: &Shared| -> String {
        RuleSet::compile(&[rule(when)], shared).unwrap_err()[0].to_string()
    };
    assert_eq!(
        told("from: {in: {list: [people, peopel]}}", &shared()),
        "rule `R`, when.from.in.list[1]: unknown list `peopel`; did you mean `people`?"
    );
    assert_eq!(
        told("from: {domain: {list: people}}", &Shared::default()),
        "rule `R`, when.from.domain.list: unknown list `people`; write its members under `lists`"
    );
    assert!(
        told("subject: {in: {list: words}, exact: true}", &shared())
            .contains("`exact` does not go with a shared list")
    );
    assert!(matches!(
        rule("from: {in: {list: people}}").when,
        Condition::Test(test) if matches!(test.operators[0], Operator::InList(_))
    ));
}
