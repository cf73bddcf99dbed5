use super::{MAX_EXCEPTIONS, check_exceptions, check_list};
use crate::rule::texts::Texts;

#[test]
fn exceptions_are_addresses_and_domains() {
    for entry in [
        "spam@example.com",
        "@example.org",
        "example.org",
        "müller@bücher.example",
        "a.b+c@x",
    ] {
        assert_eq!(check_exceptions(&[entry.to_owned()]), [], "{entry}");
    }
    for entry in [
        "",
        "@",
        "a b@example.com",
        "spam@",
        "a@b@example.com",
        "x\n@y",
    ] {
        let problems = check_exceptions(&["@example.org".to_owned(), entry.to_owned()]);
        assert!(
            matches!(problems.as_slice(), [one] if one.entry == Some(1)),
            "{entry}: {problems:?}"
        );
    }
    let many = vec!["a@b".to_owned(); MAX_EXCEPTIONS + 1];
    assert!(matches!(check_exceptions(&many).as_slice(), [one] if one.entry.is_none()));
}

#[test]
fn lists_have_a_name_and_members_with_letters() {
    let members: Texts = ["anna@example.it", "@example.com"].into_iter().collect();
    assert_eq!(check_list("partners", &members), []);
    for name in ["", " partners", "a\nb"] {
        assert_eq!(check_list(name, &members).len(), 1, "{name:?}");
    }
    let blank: Texts = ["a", "\u{200b} "].into_iter().collect();
    assert!(matches!(check_list("l", &blank).as_slice(), [one] if one.entry == Some(1)));
}
