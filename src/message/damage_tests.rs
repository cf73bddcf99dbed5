//! The four ways in which mail-parser 0.11 loses content, and that we do not; where it loses nothing we agree
//! with it.

use mail_parser::{MessageParser, MimeHeaders};

use super::corpus_tests::{folder, own};
use super::{Own, or_if_it_panics, read};

fn text(raw: &str) -> String {
    read(raw.as_bytes(), &Own::default()).facts.text
}

#[test]
fn the_beginning_of_a_boundary_in_a_line_cuts_nothing() {
    let raw =
        "Content-Type: multipart/mixed; boundary=XX\n\n--XX\n\nbefore --XX behind\nlast\n--XX--\n";
    assert_eq!(text(raw), "before --XX behind\nlast");
}

#[test]
fn a_double_equals_sign_leaves_nothing_encoded() {
    assert_eq!(
        text("Content-Transfer-Encoding: quoted-printable\n\na == caf=C3=A9\n"),
        "a == café"
    );
}

#[test]
fn base64_without_padding_keeps_its_last_bytes() {
    assert_eq!(
        text("Content-Transfer-Encoding: base64\n\naGVsbG8gd29ybGQ\n"),
        "hello world"
    );
}

#[test]
fn a_character_split_over_two_encoded_words_stays_one() {
    let raw = "Subject: =?utf-8?B?w6ni?= =?utf-8?B?gqw=?=\nFrom: =?utf-8?B?w6ni?= =?utf-8?B?gqw=?= <a@b.c>\n\n";
    let facts = read(raw.as_bytes(), &Own::default()).facts;
    assert_eq!(facts.subject, "é€");
    assert_eq!(facts.from[0].name, "é€");
}

/// Every word of text and every attached name that mail-parser finds in the corpus is found by us too.
#[test]
fn mail_parser_finds_nothing_that_we_do_not() {
    // Files in which it sees what is not there: bytes of a boundary, of base64 or of another charset.
    let apart = [
        "base64_footer_behind",
        "base64_declared_but_plain",
        "base64_with_foreign_characters",
        "boundary_differs_from_header",
        "encoded_word_whole_address",
        "garbage_bytes",
        "hebrew_iso_8859_8_i",
        "koi8_r_body_without_charset",
        "latin1_body_declared_as_utf8",
        "no_headers_at_all",
        "nul_bytes",
        "only_cr",
        "quoted_printable_with_double_equals",
        "twenty_nested_multiparts",
        "two_hundred_nested_multiparts",
        "unknown_charset_name",
        "windows_1251_body_without_charset",
        "utf8_body_declared_as_latin1",
        "utf8_body_declared_as_ascii",
        "content_type_twice",
        "inner_boundary_never_closed",
        "rfc2231_filename_continued",
        "text_after_the_last_boundary",
        "filename_with_path",
        "filename_turned_around",
        "filename_with_dots_up",
        // It glues together what stands in cells of a table.
        "form_jotform_with_list_headers",
        "form_two_columns_ninja_forms",
        // It names the package, we what is in it.
        "winmail_cut_off",
        "winmail_file_with_accents",
        "winmail_html_only",
        "winmail_not_encoded",
    ];
    let mut missed = Vec::new();
    for file in std::fs::read_dir(folder()).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let raw = std::fs::read(&path).unwrap();
        let Some(theirs) = MessageParser::default()
            .parse(&raw)
            .filter(|_| !apart.contains(&name.as_str()))
        else {
            continue;
        };
        let ours = read(&raw, &own()).facts;
        let (text, names) = (
            ours.text.clone(),
            ours.attachments
                .iter()
                .map(|file| file.name.as_str())
                .collect::<Vec<_>>(),
        );
        let bodies = (0..theirs.text_body_count()).filter_map(|at| theirs.body_text(at));
        missed.extend(
            bodies
                .flat_map(|body| {
                    body.split_whitespace()
                        .map(str::to_owned)
                        .collect::<Vec<_>>()
                })
                .filter(|word| !text.contains(word.as_str()) && word != ">")
                .map(|word| format!("{name}: {word}\n")),
        );
        let attached = theirs
            .attachments()
            .filter_map(|part| part.attachment_name());
        missed.extend(
            attached
                .filter(|their| !names.contains(their))
                .map(|their| format!("{name}: file {their}\n")),
        );
    }
    assert!(missed.is_empty(), "{}", missed.concat());
}

#[test]
fn a_panic_inside_becomes_another_way_of_reading() {
    std::panic::set_hook(Box::new(|_| {}));
    assert_eq!(or_if_it_panics(|| panic!("bad mail"), || 7), 7);
    let _ = std::panic::take_hook();
}

#[test]
fn what_breaks_the_reading_is_still_shown() {
    let raw = b"Subject: =?utf-8?Q?caf=C3=A9?=\nFrom: a@b.c\nMessage-ID: <i@b.c>\n\nthe body\n";
    let bare = super::read_bare(raw, &Own::default());
    assert_eq!(bare.facts.subject, "café");
    assert_eq!(bare.facts.from[0].email, "a@b.c");
    assert_eq!(bare.facts.text, "the body\n");
    assert_eq!(bare.identity, read(raw, &Own::default()).identity);
    assert!(bare.facts.notes[0].contains("could not be taken apart"));
}
