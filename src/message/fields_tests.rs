use super::super::notes::Notes;
use super::{Fields, MAX_FIELD, with_line_feeds};

fn read(raw: &str) -> (Vec<(String, String)>, String) {
    let fields = Fields::read(raw.as_bytes(), &mut Notes::default());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let list = fields
        .list
        .iter()
        .map(|field| (text(field.name), text(field.value)));
    (list.collect(), text(fields.body(raw.as_bytes())))
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

#[test]
fn a_fold_stays_in_its_field() {
    let (list, body) = read("A: one\r\n two\r\nB:three\r\n\r\nbody");
    assert_eq!(list, pairs(&[("A", "one\r\n two"), ("B", "three")]));
    assert_eq!(body, "body");
}

#[test]
fn an_mbox_line_blank_lines_and_a_mark_in_front_are_no_header() {
    let (list, body) = read("\u{FEFF}\r\nFrom a@b Tue Nov 10\r\nA: one\r\n\r\nbody");
    assert_eq!(list, pairs(&[("A", "one")]));
    assert_eq!(body, "body");
}

#[test]
fn a_line_that_is_no_field_begins_the_body() {
    let (list, body) = read("A: one\r\nHello you\r\nagain\r\n");
    assert_eq!(list, pairs(&[("A", "one")]));
    assert_eq!(body, "Hello you\r\nagain\r\n");
}

#[test]
fn a_broken_fold_goes_on_where_a_field_follows_it() {
    let (list, _) = read("Subject: one\r\ntwo\r\nMessage-ID: <a@b>\r\n\r\n");
    assert_eq!(
        list,
        pairs(&[("Subject", "one\r\ntwo"), ("Message-ID", "<a@b>")])
    );
}

#[test]
fn blanks_before_the_colon_do_not_belong_to_the_name() {
    assert_eq!(read("Subject \t: x\n\n").0, pairs(&[("Subject", "x")]));
}

#[test]
fn a_blank_line_of_blanks_ends_the_header() {
    assert_eq!(read("A: x\r\n   \r\nbody").1, "body");
}

#[test]
fn a_field_is_cut_at_its_limit() {
    let long = format!("A: {}\n\n", "x".repeat(MAX_FIELD + 10));
    assert!(read(&long).0[0].1.len() < MAX_FIELD);
}

#[test]
fn carriage_returns_alone_end_lines_too() {
    assert_eq!(&*with_line_feeds(b"a\rb"), b"a\nb");
    assert_eq!(&*with_line_feeds(b"a\r\nb\rc"), b"a\r\nb\rc");
}
