use rules::Address;

use super::super::fields::Fields;
use super::super::headers::Headers;
use super::super::notes::Notes;
use super::{MAX_ADDRESSES, Reader};

fn read(value: &str) -> (Vec<Address>, Vec<String>) {
    let raw = format!("To: {value}\n\n");
    let mut notes = Notes::default();
    let fields = Fields::read(raw.as_bytes(), &mut notes);
    let headers = Headers::decode(&fields.list, None, &mut notes);
    let list = Reader::new(&headers, &mut notes).read(&["To"], true);
    (list, notes.into_list())
}

fn one(value: &str) -> (String, String) {
    let (list, notes) = read(value);
    assert_eq!(list.len(), 1, "{value}: {list:?} {notes:?}");
    (list[0].name.clone(), list[0].email.clone())
}

#[test]
fn names_and_addresses_are_told_apart() {
    for (written, name, email) in [
        ("Anna@Example.NET", "", "anna@example.net"),
        ("Anna Rossi <a@b.c>", "Anna Rossi", "a@b.c"),
        ("\"Rossi, Anna\" <a@b.c>", "Rossi, Anna", "a@b.c"),
        ("Rossi, Anna <a@b.c>", "Rossi, Anna", "a@b.c"),
        ("a@b.c (Anna)", "Anna", "a@b.c"),
        ("<<a@b.c>>", "", "a@b.c"),
        ("a@b.c <a@b.c>", "", "a@b.c"),
        ("\"x@y.z\" <a@b.c>", "x@y.z", "a@b.c"),
        ("\"Anna <a@b.c>", "Anna", "a@b.c"),
        ("Anna <a@b.c", "Anna", "a@b.c"),
        ("Anna a@b.c", "Anna", "a@b.c"),
        ("a @ b.c", "", "a@b.c"),
        ("'a@b.c'", "", "a@b.c"),
        ("<mailto:a@b.c>", "", "a@b.c"),
        ("<@r.s,@t.u:a@b.c>", "", "a@b.c"),
        ("\"a b\"@c.d", "", "a b@c.d"),
        ("=?utf-8?B?w6ni?= =?utf-8?B?gqw=?= <a@b.c>", "é€", "a@b.c"),
        ("\"=?utf-8?Q?a=22b?=\" <a@b.c>", "a\"b", "a@b.c"),
        ("=?utf-8?Q?Anna_=3Ca=40b=2Ec=3E?=", "Anna", "a@b.c"),
        ("=?utf-8?Q?Rossi=2C_Anna?= <a@b.c>", "Rossi, Anna", "a@b.c"),
        ("x=?y <a@b.c>", "x=?y", "a@b.c"),
        ("a@B\u{dc}cher.example.", "", "a@bücher.example"),
        ("a@xn--bcher-kva.example", "", "a@bücher.example"),
        ("a@xn--zzzzzzzzzzz.example", "", "a@xn--zzzzzzzzzzz.example"),
    ] {
        assert_eq!(
            one(written),
            (name.to_owned(), email.to_owned()),
            "{written}"
        );
    }
}

#[test]
fn lists_and_groups_are_flattened() {
    let (list, notes) = read("T: a@b.c, B <b@b.c>;, c@b.c; d@b.c,, e@b.c");
    let emails: Vec<&str> = list.iter().map(|one| one.email.as_str()).collect();
    assert_eq!(emails, ["a@b.c", "b@b.c", "c@b.c", "d@b.c", "e@b.c"]);
    assert!(notes.is_empty());
    assert_eq!(read("undisclosed-recipients:;"), (Vec::new(), Vec::new()));
}

#[test]
fn what_is_no_address_is_told() {
    let (list, notes) = read("Reception, a@b.c");
    assert_eq!(list.len(), 1);
    assert_eq!(notes, ["The To header names no address here: Reception"]);
}

#[test]
fn only_so_many_are_read() {
    let (list, notes) = read(&"a@b.c, ".repeat(MAX_ADDRESSES + 5));
    assert_eq!(list.len(), MAX_ADDRESSES);
    assert_eq!(notes, ["Only the first 1000 addresses were read."]);
}
