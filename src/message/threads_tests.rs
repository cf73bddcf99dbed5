#![allow(clippy::format_collect)]

use super::super::fields::Fields;
use super::super::headers::Headers;
use super::super::notes::Notes;
use super::{MAX_IDS, ids, message_id};

fn headers(raw: &str) -> Headers {
    let mut notes = Notes::default();
    let fields = Fields::read(raw.as_bytes(), &mut notes);
    Headers::decode(&fields.list, None, &mut notes)
}

#[test]
fn ids_stand_in_brackets_or_alone() {
    assert_eq!(
        ids(
            &headers("References: <a@b> <c@d>\n\t<e@f>\n\n"),
            "references"
        ),
        ["a@b", "c@d", "e@f"]
    );
    assert_eq!(
        ids(&headers("References: a@b, c@d\n\n"), "references"),
        ["a@b", "c@d"]
    );
    assert_eq!(
        ids(&headers("References: <a@b><c@d\n\n"), "references"),
        ["a@b", "c@d"]
    );
    assert!(ids(&headers("References: nothing here\n\n"), "references").is_empty());
}

#[test]
fn words_around_an_id_are_not_ids() {
    let headers =
        headers("In-Reply-To: Anna's message of \"Mon, 1 Jan\" <a@b>, anna@example.net\n\n");
    assert_eq!(ids(&headers, "in-reply-to"), ["a@b"]);
}

#[test]
fn repeats_are_taken_out() {
    assert_eq!(
        ids(&headers("References: <a@b> <c@d> <a@b>\n\n"), "references"),
        ["a@b", "c@d"]
    );
}

#[test]
fn of_a_long_thread_the_beginning_and_the_end_are_kept() {
    let all: String = (0..300).map(|at| format!("<{at}@x> ")).collect();
    let ids = ids(&headers(&format!("References: {all}\n\n")), "references");
    assert_eq!(ids.len(), MAX_IDS);
    assert_eq!(ids[0], "0@x");
    assert_eq!(ids[1], "201@x");
    assert_eq!(ids[99], "299@x");
}

#[test]
fn an_encoded_id_is_decoded() {
    let headers = headers("Message-ID: =?utf-8?q?=3Ca=40b=3E?=\n\n");
    assert_eq!(
        message_id(&headers, &mut Notes::default()).as_deref(),
        Some("a@b")
    );
}

#[test]
fn a_missing_id_is_told() {
    let mut notes = Notes::default();
    assert_eq!(message_id(&headers("A: b\n\n"), &mut notes), None);
    assert_eq!(
        message_id(&headers("Message-ID: <>\n\n"), &mut notes),
        Some("<>".to_owned())
    );
    assert_eq!(notes.into_list(), ["The message has no Message-ID."]);
}
