//! Conditions and messages of every shape, for properties.

mod actions;

use std::collections::HashSet;

use proptest::prelude::*;

use chrono::{DateTime, FixedOffset, NaiveDate};

use crate::facts::{
    Address, Attachment, Author, Candidate, Detail, DetailName, DetailSource, Direction, Doubt,
    Evidence, Facts, Form, FormField, Header, Kind, RecordKind, RecordRef, Role, Standing, Verdict,
};
use crate::rule::amount::Amount;
use crate::rule::condition::Condition;
use crate::rule::decimal::Decimal;
use crate::rule::fact::Fact;
use crate::rule::fact_kind::FactKind;
use crate::rule::moment::{Moment, Zone};
use crate::rule::test::{Operator, Test};
use crate::rule::texts::Texts;
use crate::shared::Shared;

pub(crate) use actions::then;

/// The names of the lists that conditions look in.
const LISTS: [&str; 2] = ["partners", "words"];

/// The lists that conditions look in.
pub(crate) fn shared() -> Shared {
    let members: Texts = ["anna@example.com", "@b.c", "example.com", "offer", "INBOX"]
        .into_iter()
        .collect();
    let mut shared = Shared {
        lists: LISTS.map(|name| (name.to_owned(), members.clone())).into(),
        ..Shared::default()
    };
    let team = ["anna@example.com", "bob@ours.example"].into_iter();
    shared
        .lists
        .insert(actions::TEAM.to_owned(), team.collect());
    shared
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(vec![
            "offer", "Offerta", "zapytanie", "orçamento", "TEKLİF", "re: ", "a@b.c", "@example.com", "example.com",
            "true", "007", "~", ".pdf", "*x", "- a", "a: b", "\"", "é", "e\u{301}",
        ])
        .prop_map(str::to_owned),
        1 => "\\PC{1,12}".prop_filter("texts are not blank", |text| !crate::fold(text).is_empty()),
    ]
}

fn texts() -> impl Strategy<Value = Texts> {
    prop::collection::vec(text(), 1..4).prop_map(Texts)
}

fn fact() -> impl Strategy<Value = Fact> {
    let mut facts: Vec<Fact> = Fact::fixed().map(|(_, fact)| fact.clone()).collect();
    facts.push(Fact::Header("X-Foo".to_owned()));
    facts.push(Fact::FormField("Your name".to_owned()));
    prop::sample::select(facts)
}

fn lists() -> impl Strategy<Value = Texts> {
    prop::sample::select(LISTS.to_vec()).prop_map(Texts::from)
}

fn moment() -> impl Strategy<Value = Moment> {
    let days = (2020..2030i32, 1..13u32, 1..29u32);
    let day = days.prop_filter_map("a day", |(year, month, day)| {
        NaiveDate::from_ymd_opt(year, month, day).map(Moment::Day)
    });
    let at = (0..2_000_000_000i64).prop_filter_map("a moment", |seconds| {
        Some(Moment::At(
            DateTime::from_timestamp(seconds, 0)?.fixed_offset(),
        ))
    });
    prop_oneof![day, at]
}

fn operator(fact: &Fact) -> BoxedStrategy<Operator> {
    match fact.kind() {
        FactKind::Count | FactKind::Bytes => prop_oneof![
            (0u64..3_000_000).prop_map(|number| Operator::Above(Amount(number))),
            (0u64..3_000_000).prop_map(|number| Operator::Below(Amount(number))),
        ]
        .boxed(),
        FactKind::Decimal => prop_oneof![
            (-900i64..900).prop_map(|number| Operator::AboveDecimal(Decimal(number))),
            (-900i64..900).prop_map(|number| Operator::BelowDecimal(Decimal(number))),
            any::<bool>().prop_map(Operator::Exists),
        ]
        .boxed(),
        FactKind::Moment => prop_oneof![
            moment().prop_map(Operator::After),
            moment().prop_map(Operator::Before),
            any::<bool>().prop_map(Operator::Exists),
        ]
        .boxed(),
        FactKind::Flag => any::<bool>().prop_map(Operator::Holds).boxed(),
        FactKind::Language => prop::sample::select(vec!["it", "pl", "xx"])
            .prop_map(|language| Operator::Is(Texts::from(language)))
            .boxed(),
        FactKind::Words(words) => prop::collection::vec(prop::sample::select(words.to_vec()), 1..3)
            .prop_map(|words| Operator::Is(words.into_iter().collect()))
            .boxed(),
        kind => prop_oneof![
            texts().prop_map(Operator::Is),
            texts().prop_map(Operator::In),
            lists().prop_map(Operator::InList),
            texts().prop_map(Operator::Contains),
            texts().prop_map(Operator::Word),
            texts().prop_map(Operator::Starts),
            texts().prop_map(Operator::Ends),
            lists().prop_map(Operator::ContainsList),
            lists().prop_map(Operator::WordList),
            prop_oneof![
                lists().prop_map(Operator::StartsList),
                lists().prop_map(Operator::EndsList),
            ],
            texts().prop_map(move |texts| match kind {
                FactKind::Address => Operator::Domain(texts),
                _ => Operator::Contains(texts),
            }),
            lists().prop_map(move |lists| match kind {
                FactKind::Address => Operator::DomainList(lists),
                _ => Operator::InList(lists),
            }),
            texts()
                .prop_map(|texts| { Operator::Regex(texts.iter().map(regex::escape).collect()) }),
            any::<bool>().prop_map(Operator::Exists),
        ]
        .boxed(),
    }
}

fn test() -> impl Strategy<Value = Test> {
    fact().prop_flat_map(|fact| {
        let takes_texts = matches!(fact.kind(), FactKind::Text | FactKind::Address);
        let operators = prop::collection::vec(operator(&fact), 1..4);
        (operators, any::<bool>()).prop_map(move |(mut operators, flag)| {
            // A file has each operator once.
            let mut names = HashSet::new();
            operators.retain(|operator| names.insert(operator.name()));
            let zone = FixedOffset::east_opt(3_600).filter(|_| flag && fact.has_zone());
            let listed = operators.iter().any(|operator| operator.lists().is_some());
            let domain =
                |one: &Operator| matches!(one, Operator::Domain(_) | Operator::DomainList(_));
            Test {
                exact: takes_texts && flag && !listed,
                subdomains: flag && operators.iter().any(domain),
                zone: zone.map(Zone),
                ..Test::of(fact.clone(), operators)
            }
        })
    })
}

/// A condition that compiles.
pub(crate) fn condition() -> impl Strategy<Value = Condition> {
    let leaf = prop_oneof![
        1 => Just(Condition::Always),
        9 => test().prop_map(Condition::Test),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Condition::All),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Condition::Any),
            inner.prop_map(|member| Condition::Not(Box::new(member))),
        ]
    })
}

fn address() -> impl Strategy<Value = Address> {
    let email = prop_oneof![
        Just("anna@example.com".to_owned()),
        Just("a@b.c".to_owned()),
        Just(String::new()),
        "\\PC{0,8}",
    ];
    (email, "\\PC{0,8}").prop_map(|(email, name)| Address { email, name })
}

fn doubt() -> impl Strategy<Value = Option<Doubt>> {
    prop::sample::select(vec![
        None,
        Some(Doubt::Tie),
        Some(Doubt::Stranger),
        Some(Doubt::WeakIdentity),
    ])
}

fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
    let evidence = prop_oneof![
        Just(Evidence::Thread {
            message_id: "m@x".to_owned(),
            stranger: false,
        }),
        prop::sample::select(vec![Role::From, Role::To]).prop_map(|role| Evidence::Address {
            email: "anna@example.com".to_owned(),
            role,
            field: "email".to_owned(),
        }),
    ];
    let candidate = (
        evidence,
        prop::sample::select(RecordKind::ALL.to_vec()),
        doubt(),
    )
        .prop_map(|(evidence, kind, doubt)| Candidate {
            record: RecordRef { kind, id: 1 },
            name: "Anna".to_owned(),
            evidence: vec![evidence],
            doubt,
        });
    prop::collection::vec(candidate, 0..3)
}

/// A message of any shape.
pub(crate) fn facts() -> impl Strategy<Value = Facts> {
    let addresses = || prop::collection::vec(address(), 0..3);
    let body = prop_oneof![text(), any::<String>()];
    let kinds = vec![Kind::Personal, Kind::Bulk, Kind::Calendar];
    (
        (addresses(), addresses(), addresses(), candidates()),
        (text(), body, "\\PC{0,8}", prop::sample::select(kinds)),
        (any::<u64>(), any::<bool>(), "\\PC{0,8}"),
        (text(), -2_000..2_000i32, 0..2_000_000_000i64),
    )
        .prop_map(
            |(
                (from, to, reply_to, candidates),
                (subject, text, header, kind),
                (size, flag, file),
                (value, score, seconds),
            )| {
                let mut facts = Facts {
                    candidates,
                    ..Facts::default()
                };
                let message = &mut facts.message;
                message.from = from;
                message.to = to;
                message.reply_to = reply_to;
                message.subject = subject;
                message.text = text;
                message.kind = kind;
                message.size = size;
                message.headers = vec![Header {
                    name: "x-foo".to_owned(),
                    value: header,
                }];
                message.attachments = vec![Attachment {
                    name: file,
                    media_type: "image/png".to_owned(),
                    size,
                    inline: flag,
                    content_id: None,
                }];
                if flag {
                    message.direction = Direction::Sent;
                    message.language = Some("it".to_owned());
                    message.author = message.to.first().map(|address| Author {
                        address: address.clone(),
                        role: Role::Form,
                    });
                    message.authentication.dmarc = Verdict::Fail;
                    message.date =
                        DateTime::from_timestamp(seconds, 0).map(|moment| moment.fixed_offset());
                }
                message.new_text.clone_from(&value);
                message.spam.score = Some(score);
                message.spam.is_spam = Some(score > 500);
                message.details.known.push(Detail {
                    name: DetailName::Company,
                    value: value.clone(),
                    confidence: u8::try_from(size % 100).unwrap_or_default(),
                    source: DetailSource::Signature,
                });
                message.details.form = Some(Form {
                    service: None,
                    fields: vec![FormField {
                        label: "your NAME".to_owned(),
                        value,
                    }],
                });
                facts.place.arrived = DateTime::from_timestamp(seconds, 0);
                facts.sender = Standing {
                    colleague: flag,
                    free_mail: score > 0,
                    ..Standing::default()
                };
                facts
            },
        )
}
