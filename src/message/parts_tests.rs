use super::super::notes::Notes;
use super::{MAX_DEPTH, MAX_PARTS, read};

/// Type and body of each part, and the notes.
fn tree(raw: &str) -> (Vec<(String, String)>, Vec<String>) {
    let mut notes = Notes::default();
    let tree = read(raw.as_bytes(), &mut notes);
    let part = |part: &super::Part<'_>| {
        (
            part.content_type.value.clone(),
            String::from_utf8_lossy(part.body).into_owned(),
        )
    };
    (tree.parts.iter().map(part).collect(), notes.into_list())
}

fn bodies(raw: &str) -> Vec<String> {
    tree(raw).0.into_iter().map(|(_, body)| body).collect()
}

fn mixed(rest: &str) -> String {
    format!("Content-Type: multipart/mixed; boundary=XX\r\n\r\n{rest}")
}

#[test]
fn a_boundary_is_a_whole_line() {
    let raw =
        mixed("--XX\r\n\r\none --XX two\r\n--XXL\r\n --XX\r\n--XX  \r\n\r\nthree\r\n--XX--\r\n");
    assert_eq!(bodies(&raw), ["one --XX two\r\n--XXL\r\n --XX", "three"]);
}

#[test]
fn the_longer_of_two_boundaries_is_not_the_shorter() {
    let raw = mixed(
        "--XX\nContent-Type: multipart/alternative; boundary=XX1\n\n--XX1\n\na\n--XX1\n\nb\n--XX1--\n--XX\n\nc\n--XX--",
    );
    assert_eq!(bodies(&raw), ["a", "b", "c"]);
}

#[test]
fn what_is_not_closed_ends_with_its_parent() {
    let raw = mixed("--XX\nContent-Type: multipart/mixed; boundary=in\n\n--in\n\na\n--XX\n\nb\n");
    let (parts, notes) = tree(&raw);
    assert_eq!(parts.len(), 2);
    assert_eq!(parts[0].1, "a");
    assert_eq!(notes.len(), 2, "{notes:?}");
}

#[test]
fn a_part_may_lack_its_header_and_its_body() {
    assert_eq!(
        bodies(&mixed("--XX\n\nno header\n--XX\nA: b\n--XX\n--XX--")),
        ["no header", "", ""]
    );
}

#[test]
fn a_message_inside_ends_where_its_part_does() {
    let raw = mixed(
        "--XX\nContent-Type: message/rfc822\n\nSubject: in\n\ninside\n--XX\n\noutside\n--XX--",
    );
    let (parts, _) = tree(&raw);
    assert_eq!(
        parts[0],
        (
            "message/rfc822".to_owned(),
            "Subject: in\n\ninside".to_owned()
        )
    );
    assert_eq!(parts[1].1, "inside");
    assert_eq!(parts[2].1, "outside");
}

#[test]
fn multiparts_inside_a_message_inside_belong_to_it() {
    let raw = mixed(
        "--XX\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=in\n\n--in\n\na\n--in--\n--XX\n\nout\n--XX--",
    );
    let mut notes = Notes::default();
    let tree = read(raw.as_bytes(), &mut notes);
    let nested: Vec<usize> = tree.parts.iter().map(|part| part.nested).collect();
    assert_eq!(nested, [0, 1, 0]);
}

#[test]
fn the_parts_of_a_digest_are_messages() {
    let raw = "Content-Type: multipart/digest; boundary=XX\n\n--XX\n\nSubject: a\n\nx\n--XX--";
    assert_eq!(tree(raw).0[0].0, "message/rfc822");
}

#[test]
fn a_wrong_boundary_is_found_by_the_header_behind_it() {
    let raw = mixed("--real\nContent-Type: text/plain\n\na\n--real--");
    assert_eq!(bodies(&raw), ["a"]);
}

#[test]
fn nesting_ends_at_its_limit_and_says_so() {
    let level = |at: usize| format!("Content-Type: multipart/mixed; boundary=b{at}.\n\n--b{at}.\n");
    let raw: String = (0..MAX_DEPTH + 5).map(level).collect();
    let (parts, notes) = tree(&(raw + "\nbottom"));
    assert_eq!(parts.len(), 1);
    assert!(parts[0].1.ends_with("bottom"));
    assert!(notes[0].contains("nested too deep"));
}

#[test]
fn the_number_of_parts_is_limited() {
    let (parts, notes) = tree(&mixed(&"--XX\n\n".repeat(MAX_PARTS + 10)));
    assert_eq!(parts.len(), MAX_PARTS);
    assert!(notes[0].contains("Only the first 10000 parts"));
}

#[test]
fn text_around_the_parts_is_remembered() {
    let raw = mixed("before\n--XX\n\na\n--XX--\nbehind\n");
    let mut notes = Notes::default();
    let tree = read(raw.as_bytes(), &mut notes);
    assert_eq!(tree.asides, [b"before".as_slice(), b"behind"]);
}
