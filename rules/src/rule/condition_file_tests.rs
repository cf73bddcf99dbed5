#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use proptest::prelude::*;

use crate::arbitrary;
use crate::rule::condition::Condition;

fn read(yaml: &str) -> Result<Condition, String> {
    serde_saphyr::from_str(yaml).map_err(|error| error.to_string())
}

#[test]
fn every_form_reads_and_writes_back_the_same() {
    for json in [
        r#"{"always":true}"#,
        r#"{"subject":{"contains":["offer","quote"]}}"#,
        r#"{"subject":{"is":"Order","exact":true}}"#,
        r#"{"from":{"domain":"example.com","subdomains":true}}"#,
        r#"{"from":{"in":["anna@example.it"]}}"#,
        r#"{"header.X-Foo":{"exists":true}}"#,
        r#"{"header.X-Foo":{"exists":false}}"#,
        r#"{"kind":{"is":["bulk","bounce"]}}"#,
        r#"{"sender":{"is":"unknown"}}"#,
        r#"{"reply":{"is":"linked"}}"#,
        r#"{"size":{"above":"1MB","below":"5MiB"}}"#,
        r#"{"attachments":{"above":1000}}"#,
        r#"{"attachment":{"ends":".pdf"}}"#,
        r#"{"text":{"regex":"order [0-9]+","word":"urgent","starts":"Dear","ends":"bye"}}"#,
        r#"{"from":{"in":{"list":"partners"}}}"#,
        r#"{"to":{"domain":{"list":["partners","customers"]},"subdomains":true}}"#,
        r#"{"spam":true}"#,
        r#"{"sender.free_mail":false}"#,
        r#"{"spam.score":{"above":5.5,"below":-1}}"#,
        r#"{"date":{"after":"2026-11-01","before":"2026-12-01T00:00:00Z"}}"#,
        r#"{"hour":{"above":7,"below":18,"zone":"+01:00"}}"#,
        r#"{"weekday":{"is":["saturday","sunday"],"zone":"-05:00"}}"#,
        r#"{"form.Your name":{"contains":"Rossi"}}"#,
        r#"{"language":{"is":["it","pl"]}}"#,
        r#"{"all":[{"kind":{"is":"personal"}},{"any":[{"not":{"always":true}}]}]}"#,
    ] {
        let condition: Condition = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&condition).unwrap(), json);
        let yaml = serde_saphyr::to_string(&condition).unwrap();
        assert_eq!(read(&yaml).unwrap(), condition, "{yaml}");
    }
}

#[test]
fn errors_of_lists_flags_and_moments_say_what_was_meant() {
    for (yaml, sentence) in [
        (
            "lang: {is: it}",
            "unknown fact `lang`; did you mean `language`?",
        ),
        (
            "received_at: {after: 2026-11-01}",
            "unknown fact `received_at`; did you mean `arrived`?",
        ),
        (
            "date: {since: 2026-11-01}",
            "unknown operator `since`; did you mean `after`?",
        ),
        (
            "sender: {is: employee}",
            "unknown sender value `employee`; did you mean `colleague`?",
        ),
        (
            "from: {in: {lst: partners}}",
            "unknown key `lst`; did you mean `list`?",
        ),
        (
            "from: {in: {}}",
            "the name of a list is missing; write `{list: partners}`",
        ),
        (
            "kind: {in: {list: kinds}}",
            "`kind` can't be looked up in a shared list; write its words, for example `kind: {is: personal}`",
        ),
        (
            "spam: {above: 5}",
            "`above` does not go with `spam`, which takes `is`",
        ),
        (
            "spam: yes please",
            "`spam` needs an operator, for example `spam: true`",
        ),
        (
            "language: {is: italian}",
            "`italian` is no language; write its two letters (ISO 639-1), for example `it`",
        ),
        (
            "date: {after: yesterday}",
            "`yesterday` is no moment; write a day such as 2026-11-01",
        ),
        (
            "hour: {above: 7, zone: CET}",
            "`CET` is no offset from UTC; write it in quotes",
        ),
        (
            "weekday: {is: Monday}",
            "unknown weekday value `Monday`; did you mean `monday`?",
        ),
        (
            "spam.score: {above: high}",
            "`high` is no number; write it as 5, -1 or 7.35",
        ),
        (
            "form.: {exists: true}",
            "`form.` needs the label of a form's field",
        ),
        (
            "detail.fone: {exists: true}",
            "unknown fact `detail.fone`; did you mean `detail.phone`?",
        ),
        (
            "bounce: {domain: example.com}",
            "for the address ask `bounce.email`",
        ),
    ] {
        let error = read(yaml).unwrap_err();
        assert!(error.contains(sentence), "{yaml}: {error}");
    }
}

#[test]
fn errors_say_what_was_meant() {
    for (yaml, sentence) in [
        (
            "subjct: {contains: x}",
            "unknown fact `subjct`; did you mean `subject`?",
        ),
        (
            "body: {contains: x}",
            "unknown fact `body`; did you mean `text`?",
        ),
        ("and: []", "unknown fact `and`; did you mean `all`?"),
        (
            "subject: {contain: x}",
            "unknown operator `contain`; did you mean `contains`?",
        ),
        (
            "subject: {equals: x}",
            "unknown operator `equals`; did you mean `is`?",
        ),
        (
            "size: {greater: 1MB}",
            "unknown operator `greater`; did you mean `above`?",
        ),
        (
            "subject: offer",
            "`subject` needs an operator, for example `subject: {contains: [offer, quote]}`",
        ),
        (
            "kind: bulk",
            "`kind` needs an operator, for example `kind: {is: personal}`",
        ),
        (
            "size: 5",
            "`size` needs an operator, for example `size: {above: 1MB}`",
        ),
        (
            "from:",
            "`from` needs an operator, for example `from: {domain: example.com}`",
        ),
        (
            "subject: {domain: x.org}",
            "`domain` does not go with `subject`, which takes",
        ),
        (
            "sender: {contains: x}",
            "for the sender's address ask `sender.email`",
        ),
        (
            "kind: {is: bulky}",
            "unknown kind value `bulky`; did you mean `bulk`?",
        ),
        (
            "kind: {in: [bulk, newsletter]}",
            "unknown kind value `newsletter`; did you mean `bulk`?",
        ),
        ("direction: {is: incoming}", "did you mean `received`?"),
        (
            "header.: {exists: true}",
            "`header.` needs the name of a header",
        ),
        (
            "{from: {is: a@b.c}, to: {is: a@b.c}}",
            "one key, this one has `from` and `to`",
        ),
        ("[{always: true}]", "put it under `all:` or `any:`"),
        (
            "all: {always: true}",
            "a list of conditions under `all`, each with a dash",
        ),
        ("offer", "a condition such as `subject: {contains: offer}`"),
        ("{}", "a condition is empty"),
        ("always: false", "`enabled: false`"),
        (
            "from: {in: partners}",
            "a list, or by its name one that rules share: `{list: partners}`; for one value write `is`",
        ),
        ("subject: {contains: 7}", "put it in quotes: \"7\""),
        ("size: {above: huge}", "`huge` is no size"),
    ] {
        let error = read(yaml).unwrap_err();
        assert!(error.contains(sentence), "{yaml}: {error}");
    }
}

#[test]
fn an_operator_twice_is_an_error_in_json_too() {
    let twice = r#"{"subject":{"contains":"a","contains":"b"}}"#;
    let error = serde_json::from_str::<Condition>(twice)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("`contains` stands twice under `subject`"),
        "{error}"
    );
}

#[test]
fn the_yaml_reader_tells_the_place_of_the_slip() {
    let yaml = "all:\n  - subject: {contains: offer}\n  - any:\n      - subjct: {is: x}\n";
    let error = read(yaml).unwrap_err();
    assert!(
        error.contains("line 4") && error.contains("column 9"),
        "{error}"
    );
    let yaml = "subject:\n  contains: offer\n  contian: quote\n";
    let error = read(yaml).unwrap_err();
    assert!(
        error.contains("line 3") && error.contains("column 3"),
        "{error}"
    );
    let yaml = "all:\n  - kind: {is: personal}\n  - kind:\n      is: [bulk, bulkk]\n";
    let error = read(yaml).unwrap_err();
    assert!(error.contains("line 4"), "{error}");
}

#[test]
fn nesting_without_end_is_an_error_not_a_crash() {
    let deep = format!(
        "{}{}{}",
        r#"{"not":"#.repeat(5_000),
        r#"{"always":true}"#,
        "}".repeat(5_000)
    );
    assert!(serde_json::from_str::<Condition>(&deep).is_err());
    assert!(read(&deep).is_err());
}

proptest! {
    #[test]
    fn any_condition_comes_back_from_json_and_yaml(condition in arbitrary::condition()) {
        let json = serde_json::to_string(&condition).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Condition>(&json).unwrap(), &condition);
        let yaml = serde_saphyr::to_string(&condition).unwrap();
        prop_assert_eq!(&read(&yaml).unwrap(), &condition);
    }

    #[test]
    fn no_text_makes_reading_panic(text in any::<String>()) {
        let _ = read(&text);
    }
}
