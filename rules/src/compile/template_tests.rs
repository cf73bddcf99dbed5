#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use super::super::view::{sample, view};
use super::{MAX_TEMPLATE, Templates, shorten};
use crate::facts::{Facts, Header};

fn fill(source: &str, facts: &Facts) -> Result<String, String> {
    let mut templates = Templates::default();
    templates.add("t", source)?;
    templates.fill("t", &view(facts))
}

#[test]
fn over_what_the_engine_breaks_the_template_is_refused_and_never_the_program_ended() {
    let backwards = "{{ header['X-None'][::-1] }}";
    let refused = fill(backwards, &sample()).unwrap_err();
    assert!(
        refused.contains("the template engine broke off"),
        "{refused}"
    );

    // Of what is only met later, the message says that its rule fails.
    let seldom = format!("{{% if subject == 'Rare' %}}{backwards}{{% endif %}}");
    let mut facts = Facts::default();
    assert_eq!(fill(&seldom, &facts).unwrap(), "");
    facts.message.subject = "Rare".to_owned();
    assert_eq!(fill(&seldom, &facts).unwrap_err(), "invalid operation");
}

#[test]
fn the_view_shows_what_the_manual_says() {
    let mut facts = sample();
    facts.message.headers.push(Header {
        name: "X-Shop".to_owned(),
        value: "Roma".to_owned(),
    });
    for (source, filled) in [
        ("{{ sender }}", "anna.rossi@example.it"),
        ("{{ sender.email }}", "anna.rossi@example.it"),
        ("{{ sender.name }}", "Anna Rossi"),
        (
            "{{ sender.first_name }}|{{ sender.last_name }}",
            "Anna|Rossi",
        ),
        ("{{ sender.domain }}", "example.it"),
        ("{{ from }}", "anna.rossi@example.it"),
        ("{{ to[0].name }}", "Anna Rossi"),
        ("{{ to | join(' ') }}", "anna.rossi@example.it"),
        ("{{ subject | upper }}", "REQUEST FOR AN OFFER"),
        ("{{ text | lines | first }}", "Good morning,"),
        ("{{ text | truncate(5) }}", "Good…"),
        ("{{ date }}", ""),
        ("{{ header['X-Shop'] }}", "Roma"),
        ("{{ header['x-shop'] }}", "Roma"),
        ("{{ header['X-None'] }}", ""),
        ("{{ header['X-None'] or 'none' }}", "none"),
        (
            "{{ kind }} {{ mailbox }} {{ folder }}",
            "personal sales@example.com INBOX",
        ),
        ("{{ message_id }}", "sample@example.it"),
        (
            "{% if 'offer' in subject %}yes{% else %}no{% endif %}",
            "yes",
        ),
        (
            "{{ subject | replace('an ', 'our ') }}",
            "Request for our offer",
        ),
        ("{{ subject.x is defined }}", "False"),
        (
            "<b>{{ subject }}</b> & co",
            "<b>Request for an offer</b> & co",
        ),
    ] {
        assert_eq!(fill(source, &facts).as_deref(), Ok(filled), "{source}");
    }
}

#[test]
fn mistakes_are_known_when_the_template_is_added() {
    for (source, sentence) in [
        ("{{ subject", "can't be read"),
        ("{{ subjct }}", "can't be filled: undefined value"),
        ("{{ sender.nmae }}", "undefined value"),
        ("{{ subject | shout }}", "known are lower"),
        (
            "{% for a in to %}x{% endfor %}",
            "`{% for %}` is not available",
        ),
        (
            "{%- set a = text ~ text -%}",
            "`{% set %}` is not available",
        ),
        (
            "{% with a = text %}{% endwith %}",
            "`{% with %}` is not available",
        ),
        ("{{ 'x' * 100000000 }}", "`*` is not available"),
        ("{{ range(10) }}", "unknown function"),
        (
            "{{ text | replace('', text | replace('', text | replace('', text | replace('', text)))) }}",
            "too long",
        ),
    ] {
        let error = fill(source, &Facts::default()).unwrap_err();
        assert!(error.contains(sentence), "{source}: {error}");
    }
}

#[test]
fn a_failure_on_a_message_tells_nothing_of_its_text() {
    let mut facts = sample();
    let source =
        "{{ text.secret }}{% if subject == 'x' %}{{ text | replace('', text) }}{% endif %}";
    assert!(fill(source, &facts).is_err());
    let source = "{% if subject == 'x' %}{{ text | replace('', text) }}{% endif %}";
    facts.message.subject = "x".to_owned();
    facts.message.text = "secret".repeat(10_000);
    let error = fill(source, &facts).unwrap_err();
    assert_eq!(error, "invalid operation");
}

#[test]
fn the_longest_template_stays_cheap() {
    let source = "{{ text ~ text }}".repeat(MAX_TEMPLATE / 17);
    let mut facts = Facts::default();
    facts.message.text = "x".repeat(10_000_000);
    assert!(fill(&source, &facts).unwrap().len() <= MAX_TEMPLATE * 2 * (64 << 10));
}

#[test]
fn work_is_limited() {
    let source = "{{ 1 + 1 }}".repeat(5_000);
    assert!(
        fill(&source, &Facts::default())
            .unwrap_err()
            .contains("fuel")
    );
}

#[test]
fn shortening_cuts_between_characters_and_shows_it() {
    assert_eq!(shorten("città", 5), "città");
    assert_eq!(shorten("città di Roma", 6), "città…");
    assert_eq!(shorten("", 0), "");
}
