#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::compile::RuleSet;
use crate::rule::Rule;
use crate::rule::texts::Texts;
use crate::shared::Shared;

fn compiled(owner: &str) -> Result<(), String> {
    let yaml = format!("{{name: R, then: [{{create_lead: {{owner: {owner}}}}}]}}");
    let rule: Rule = serde_saphyr::from_str(&yaml).map_err(|error| error.to_string())?;
    let lists = [
        ("sales team", vec!["anna@a.example", "bob@a.example"]),
        ("partners", vec!["@b.example"]),
    ];
    let shared = Shared {
        lists: lists
            .map(|(name, members)| (name.to_owned(), members.into_iter().collect::<Texts>()))
            .into(),
        ..Shared::default()
    };
    let names = rule.list_names();
    assert_eq!(!names.is_empty(), owner.contains("list"), "{names:?}");
    let written = serde_json::to_string(&rule).unwrap();
    assert_eq!(serde_json::from_str::<Rule>(&written).unwrap(), rule);
    RuleSet::compile(&[rule], &shared)
        .map(|_| ())
        .map_err(|problems| problems[0].to_string())
}

#[test]
fn an_owner_is_named_or_chosen() {
    for owner in [
        "anna@a.example",
        "{of: contact}",
        "{of: [contact, organization], otherwise: boss@a.example}",
        "{round_robin: [anna@a.example, bob@a.example], at_most: 20}",
        "{least_busy: {list: sales team}, of: lead}",
        "{round_robin: {list: [sales team]}}",
    ] {
        assert_eq!(compiled(owner), Ok(()), "{owner}");
    }
}

#[test]
fn what_chooses_nobody_is_told() {
    for (owner, sentence) in [
        ("{}", "it is not said how the owner is chosen"),
        ("{otherwise: a@b.c}", "it is not said how"),
        (
            "{round_robin: [a@b.c], least_busy: [a@b.c]}",
            "owner: `round_robin` and `least_busy` are two ways",
        ),
        ("{round_robin: []}", "round_robin: nobody is named"),
        ("{round_robin: [anna]}", "`anna` is no user's e-mail"),
        ("{round_robin: ['@b.c']}", "`@b.c` is no user's e-mail"),
        (
            "{least_busy: {list: partners}}",
            "`@b.example` is no user's e-mail",
        ),
        (
            "{least_busy: {list: sale team}}",
            "unknown list `sale team`; did you mean `sales team`?",
        ),
        ("{round_robin: [a@b.c], at_most: 0}", "with 0 nobody"),
        ("{of: contact, at_most: 3}", "it counts only among several"),
        ("{of: account}", "unknown kind of record `account`"),
        ("{robin: [a@b.c]}", "unknown field `robin`"),
        ("{round_robin: {lists: x}}", "did you mean `list`?"),
        ("{otherwise: '{{ sendr }}', of: contact}", "can't be filled"),
    ] {
        let told = compiled(owner).unwrap_err();
        assert!(told.contains(sentence), "{owner}: {told}");
    }
}
