#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::compile::RuleSet;
use crate::rule::Rule;
use crate::shared::Shared;

fn compiled(action: &str) -> Result<(), String> {
    let yaml = format!("{{name: R, then: [{action}]}}");
    let rule: Rule = serde_saphyr::from_str(&yaml).map_err(|error| error.to_string())?;
    let written = serde_json::to_string(&rule).unwrap();
    assert_eq!(serde_json::from_str::<Rule>(&written).unwrap(), rule);
    RuleSet::compile(&[rule], &Shared::default())
        .map(|_| ())
        .map_err(|problems| problems[0].to_string())
}

#[test]
fn what_is_sent_has_a_receiver_and_a_text() {
    for action in [
        "{notify: [anna@ours.example, owner, assignee]}",
        "{notify: owner}",
        "{notify: {to: assignee, text: 'of {{ sender.name }}'}}",
        "{auto_reply: {text: Thank you.}}",
        "{auto_reply: {subject: 'Re: {{ subject }}', text: x, from: info@ours.example, once_in: 12h, at_most: 5}}",
        "{forward: boss@ours.example}",
        "{forward: {to: [a@b.c, x@y.z], even_weak: true}}",
        "hold",
        "{hold: looks like an order}",
    ] {
        assert_eq!(compiled(action), Ok(()), "{action}");
    }
    for (action, sentence) in [
        ("{notify: []}", "it is not said to whom"),
        ("{notify: anna}", "`anna` is no address"),
        ("{notify: {text: x}}", "missing field `to`"),
        ("notify", "`notify` needs to say whom"),
        ("{auto_reply: {}}", "missing field `text`"),
        ("{auto_reply: {text: ''}}", "the answer says nothing"),
        ("{auto_reply: {text: '{{ sendr }}'}}", "can't be filled"),
        (
            "{auto_reply: {text: x, once_in: 1w}}",
            "write for example 7d",
        ),
        ("{auto_reply: {text: x, once_in: 5m}}", "at least 1h"),
        (
            "{auto_reply: {text: x, at_most: 0}}",
            "nobody is ever answered",
        ),
        ("{auto_reply: {text: x, from: us}}", "`us` is no address"),
        ("{forward: ['{{ sender.email }}']}", "is no address"),
        ("{forward: owner}", "`owner` is no address"),
        ("{forward: {to: a@b.c, weak: true}}", "unknown field `weak`"),
    ] {
        let told = compiled(action).unwrap_err();
        assert!(told.contains(sentence), "{action}: {told}");
    }
}
