#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use super::{Modifiers, TextMatcher};
use crate::rule::test::Operator;
use crate::rule::texts::Texts;
use crate::seen::{REGEX_CAP, Value};

const PLAIN: Modifiers = Modifiers {
    exact: false,
    subdomains: false,
    addresses: false,
};
const EXACT: Modifiers = Modifiers {
    exact: true,
    ..PLAIN
};
const ADDRESS: Modifiers = Modifiers {
    addresses: true,
    ..PLAIN
};
const SUBDOMAINS: Modifiers = Modifiers {
    subdomains: true,
    ..ADDRESS
};

fn find(
    make: fn(Texts) -> Operator,
    list: &[&str],
    modifiers: Modifiers,
    value: &str,
) -> Option<String> {
    let operator = make(list.iter().copied().collect());
    let matcher = TextMatcher::compile(&operator, modifiers).unwrap().unwrap();
    matcher.find(&Value::new(value)).map(str::to_owned)
}

type Row = (
    fn(Texts) -> Operator,
    &'static [&'static str],
    Modifiers,
    &'static str,
    Option<&'static str>,
);

const TABLE: &[Row] = &[
    (Operator::Is, &["Order"], PLAIN, "ORDER", Some("Order")),
    (Operator::Is, &["Order"], PLAIN, " order ", Some("Order")),
    (Operator::Is, &["Order"], PLAIN, "orders", None),
    (Operator::Is, &["Order"], EXACT, "ORDER", None),
    (Operator::Is, &["Order"], EXACT, "Order", Some("Order")),
    (Operator::In, &["a", "b"], PLAIN, "B", Some("b")),
    (
        Operator::Contains,
        &["quote", "offer"],
        PLAIN,
        "Your OFFER",
        Some("offer"),
    ),
    (
        Operator::Contains,
        &["offer"],
        PLAIN,
        "coffers",
        Some("offer"),
    ),
    (Operator::Contains, &["offer"], EXACT, "OFFER", None),
    (
        Operator::Contains,
        &["re "],
        PLAIN,
        "more stuff",
        Some("re "),
    ),
    (Operator::Contains, &["re "], PLAIN, "re", None),
    (
        Operator::Contains,
        &["request for quote"],
        PLAIN,
        "Request\n for\tQuote",
        Some("request for quote"),
    ),
    (
        Operator::Contains,
        &["città"],
        PLAIN,
        "CITTA\u{300}",
        Some("città"),
    ),
    (Operator::Word, &["offer"], PLAIN, "coffers", None),
    (
        Operator::Word,
        &["offer"],
        PLAIN,
        "no coffers, an Offer!",
        Some("offer"),
    ),
    (
        Operator::Word,
        &["offer", "offers"],
        PLAIN,
        "offers",
        Some("offers"),
    ),
    (Operator::Word, &["prix"], PLAIN, "l'prix", Some("prix")),
    (Operator::Word, &["preț"], PLAIN, "prețul", None),
    (Operator::Word, &["c++"], PLAIN, "in C++ only", Some("c++")),
    (Operator::Word, &["報價"], PLAIN, "請報價。", None),
    (
        Operator::Contains,
        &["報價"],
        PLAIN,
        "請報價。",
        Some("報價"),
    ),
    (
        Operator::Starts,
        &["Re:", "Aw:"],
        PLAIN,
        "AW: Angebot",
        Some("Aw:"),
    ),
    (Operator::Starts, &["Re:"], PLAIN, "Fwd: Re: x", None),
    (
        Operator::Ends,
        &[".pdf", ".docx"],
        PLAIN,
        "Offer.PDF",
        Some(".pdf"),
    ),
    (Operator::Ends, &[".pdf"], EXACT, "Offer.PDF", None),
    (
        Operator::Regex,
        &["^order [0-9]+$"],
        PLAIN,
        "Order 17",
        Some("^order [0-9]+$"),
    ),
    (
        Operator::Regex,
        &["^order [0-9]+$"],
        EXACT,
        "Order 17",
        None,
    ),
    (
        Operator::Regex,
        &["citta\u{300}"],
        PLAIN,
        "Città",
        Some("citta\u{300}"),
    ),
    (
        Operator::Regex,
        &["città"],
        PLAIN,
        "Citta\u{300}",
        Some("città"),
    ),
    (
        Operator::Domain,
        &["example.com"],
        ADDRESS,
        "anna@EXAMPLE.com",
        Some("example.com"),
    ),
    (
        Operator::Domain,
        &["example.com"],
        ADDRESS,
        "anna@mail.example.com",
        None,
    ),
    (
        Operator::Domain,
        &["example.com"],
        SUBDOMAINS,
        "anna@mail.example.com",
        Some("example.com"),
    ),
    (
        Operator::Domain,
        &["example.com"],
        SUBDOMAINS,
        "anna@badexample.com",
        None,
    ),
    (
        Operator::Domain,
        &["@example.com"],
        ADDRESS,
        "anna@example.com",
        Some("@example.com"),
    ),
    (
        Operator::Domain,
        &["xn--mnchen-3ya.example"],
        ADDRESS,
        "a@münchen.example",
        Some("xn--mnchen-3ya.example"),
    ),
    (
        Operator::Domain,
        &["example.com"],
        ADDRESS,
        "example.com",
        None,
    ),
    (
        Operator::Is,
        &["Anna@Example.com"],
        ADDRESS,
        "anna@example.com",
        Some("Anna@Example.com"),
    ),
    (
        Operator::In,
        &["@example.com"],
        ADDRESS,
        "bob@example.com",
        Some("@example.com"),
    ),
    (
        Operator::In,
        &["@example.com"],
        ADDRESS,
        "bob@sub.example.com",
        None,
    ),
    (
        Operator::Is,
        &["a@xn--mnchen-3ya.example"],
        ADDRESS,
        "a@münchen.example",
        Some("a@xn--mnchen-3ya.example"),
    ),
];

#[test]
fn each_operator_finds_what_the_manual_says() {
    for (make, list, modifiers, value, found) in TABLE {
        assert_eq!(
            find(*make, list, *modifiers, value).as_deref(),
            *found,
            "{list:?} in {value:?} {modifiers:?}"
        );
    }
}

#[test]
fn a_broken_expression_is_told_in_one_sentence() {
    for (pattern, sentence) in [
        (
            "(open",
            "the regular expression can't be read: unclosed group",
        ),
        ("a{1000}{1000}", "grows too large"),
        (r"(?=x)", "look-around"),
    ] {
        let operator = Operator::Regex(["fine", pattern].into_iter().collect());
        let (member, problem) = TextMatcher::compile(&operator, PLAIN).unwrap().unwrap_err();
        assert_eq!(member, 1);
        assert!(
            problem.contains(sentence) && !problem.contains('\n'),
            "{problem}"
        );
    }
}

#[test]
fn expressions_that_ruin_others_stay_linear() {
    let value = format!("{}!", "a".repeat(1 << 20));
    assert_eq!(
        find(Operator::Regex, &["^(a+)+$"], PLAIN, &value),
        Some("^(a+)+$".to_owned())
    );
    assert_eq!(find(Operator::Regex, &["^(a|aa)+!$"], PLAIN, &value), None);
}

#[test]
fn expressions_see_so_much_of_a_value_and_no_more() {
    let mut value = "é".repeat(REGEX_CAP / 2);
    value.push_str("offer");
    assert_eq!(find(Operator::Regex, &["offer"], PLAIN, &value), None);
    assert_eq!(
        find(Operator::Contains, &["offer"], PLAIN, &value),
        Some("offer".to_owned())
    );
}

#[test]
fn ten_thousand_words_are_found_in_one_pass() {
    let list: Vec<String> = (0..10_000).map(|number| format!("word{number}x")).collect();
    let operator = Operator::Contains(Texts(list));
    let matcher = TextMatcher::compile(&operator, PLAIN).unwrap().unwrap();
    let value = format!("{} word9999x", "lorem ipsum ".repeat(10_000));
    assert_eq!(matcher.find(&Value::new(&value)), Some("word9999x"));
}
