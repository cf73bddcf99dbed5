#![allow(clippy::panic, clippy::indexing_slicing)]

use crate::cases::check_cases;
use crate::rule::Rule;
use crate::shared::Shared;

/// One rule that asks for everything, but for what keeps the rest from being done.
const RULE: &str = "
name: All
then:
  - create_organization: {name: '{{ detail.company }}', phone: '1'}
  - create_contact: {owner: anna@ours.example}
  - create_ticket: {title: 'About {{ subject }}', priority: high}
  - {ticket: {status: open, priority: urgent}}
  - assign: {round_robin: [anna@ours.example, bob@ours.example]}
  - {status: pending}
  - {priority: low}
  - {notify: {to: [owner, bob@ours.example], text: See this}}
  - {auto_reply: {subject: Thank you, text: 'Dear {{ sender.first_name }}'}}
  - {forward: [archive@ours.example, b@c.d]}
  - {tag: [x, w]}
  - {tag: z}
  - {flag: [flagged, $Seen2]}
  - {unflag: seen}
  - {move: Done}
cases:
  - name: c
    message:
      from: Carla Rossi <carla@example.it>
      to: info@ours.example
      mailbox: info@ours.example
      subject: Chairs
      details: {company: Rossi}
    expect: {matches: true, EXPECT}
";

fn failures(rule: &str, expect: &str) -> Vec<String> {
    let yaml = rule.replace("EXPECT", expect);
    let rule: Rule =
        serde_saphyr::from_str(&yaml).unwrap_or_else(|error| panic!("{expect}: {error}"));
    let failures = check_cases(&[rule], &Shared::default());
    failures.into_iter().map(|failed| failed.failure).collect()
}

#[test]
fn what_every_action_says_can_be_expected() {
    for (right, wrong, told) in [
        (
            "organization: {name: Rossi, domain: example.it, phone: '1', owner: ''}",
            "organization: {name: Bianchi}",
            "expected the organization's name to be \"Bianchi\", but it is \"Rossi\"",
        ),
        (
            "contact: {first_name: Carla, last_name: Rossi, email: carla@example.it, organization: Rossi, phone: '', owner: anna@ours.example}",
            "contact: {owner: bob@ours.example}",
            "expected the contact's owner to be \"bob@ours.example\", but it is \"anna@ours.example\"",
        ),
        (
            "ticket: {title: About Chairs, priority: high, description: '', owner: ''}",
            "ticket: {priority: low}",
            "expected the ticket's priority to be \"low\", but it is \"high\"",
        ),
        (
            "assign: 'round robin among anna@ours.example, bob@ours.example, else nobody'",
            "assign: anna@ours.example",
            "expected `assign` to be \"anna@ours.example\", but it is \"round robin",
        ),
        (
            "status: pending",
            "status: done",
            "expected `status` to be \"done\", but it is \"pending\"",
        ),
        (
            "priority: low",
            "priority: high",
            "expected `priority` to be",
        ),
        (
            "notify: [bob@ours.example, owner]",
            "notify: owner",
            "expected `notify` to be \"owner\"",
        ),
        (
            "auto_reply: {to: carla@example.it, from: info@ours.example, subject: Thank you, text: Dear Carla}",
            "auto_reply: {text: Hello}",
            "expected the auto reply's text to be \"Hello\", but it is \"Dear Carla\"",
        ),
        (
            "forward: [b@c.d, archive@ours.example]",
            "forward: b@c.d",
            "expected `forward` to be \"b@c.d\", but it is \"archive@ours.example, b@c.d\"",
        ),
        (
            "tag: [w, x, z]",
            "tag: []",
            "expected `tag` to be \"\", but it is \"w, x, z\"",
        ),
        (
            "flag: [flagged, $Seen2]",
            "flag: flagged",
            "expected `flag` to be",
        ),
        ("unflag: seen", "unflag: flagged", "expected `unflag` to be"),
        (
            "move: Done",
            "move: Elsewhere",
            "expected `move` to be \"Elsewhere\", but it is \"Done\"",
        ),
        (
            "tag: [w, x, z], status: pending",
            "link: [contact]",
            "expected `link` to be \"contact\", but it is \"\"",
        ),
        (
            "move: Done",
            "lead: {company: x}",
            "expected a lead, but none is made",
        ),
        (
            "move: Done",
            "changed_ticket: open",
            "expected the changed ticket's status to be \"open\", but it is \"\"",
        ),
        (
            "move: Done",
            "hold: x",
            "expected `hold` to be \"x\", but it is \"\"",
        ),
    ] {
        assert_eq!(failures(RULE, right), Vec::<String>::new(), "{right}");
        let failed = failures(RULE, wrong);
        assert!(
            failed.len() == 1 && failed[0].starts_with(told),
            "{wrong}: {failed:?}"
        );
    }
}

#[test]
fn what_is_said_of_mail_of_known_people_and_of_what_waits_can_be_expected() {
    let known = "
name: Known
then: [link, {ticket: {status: open, priority: urgent}}]
cases: [{name: c, message: {from: a@b.c, sender: contact, answers: ticket}, expect: {matches: true, EXPECT}}]
";
    let all = "link: [ticket, contact], changed_ticket: {status: open, priority: urgent}";
    assert_eq!(failures(known, all), Vec::<String>::new());
    for short in ["changed_ticket: open", "changed_ticket: {status: open}"] {
        assert_eq!(failures(known, short), Vec::<String>::new());
    }
    let failed = failures(known, "changed_ticket: {status: closed}");
    assert_eq!(failed.len(), 1, "{failed:?}");
    let held = "
name: Held
then: [{hold: Look first}, {tag: x}]
cases: [{name: c, message: {from: a@b.c}, expect: {matches: true, EXPECT}}]
";
    assert_eq!(
        failures(held, "hold: Look first, actions: [hold], skipped: [tag]"),
        Vec::<String>::new()
    );
    let ignored = held.replace("{hold: Look first}", "{ignore: Noise}");
    assert_eq!(
        failures(&ignored, "ignore: Noise, tag: x"),
        Vec::<String>::new()
    );
}

#[test]
fn a_key_that_nothing_has_is_no_case() {
    for expect in [
        "lead: {colour: x}",
        "contact: {company: x}",
        "ticket: {status: open}",
        "organization: {email: x}",
        "auto_reply: {body: x}",
        "colour: x",
        "status: new",
    ] {
        let yaml = RULE.replace("EXPECT", expect);
        let error = serde_saphyr::from_str::<Rule>(&yaml).map(|_| ());
        assert!(error.is_err(), "{expect}");
    }
}
