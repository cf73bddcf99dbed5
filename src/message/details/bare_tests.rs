#![allow(clippy::expect_used)]

use rules::MessageFacts;

use super::super::form;
use super::is_all_of;

const FIELDS: &str = "Name: Zoe Neri\nE-mail: zoe@neri.example\nPhone: +39 333 1234567";
const WANTS: &str = "Message: I want a quote for 12 chairs.\nKind regards\nZoe";

fn is_report(text: &str, free_mail: bool) -> bool {
    let form = form::read(&MessageFacts::default(), text).expect(text);
    is_all_of(text, &form, free_mail)
}

#[test]
fn a_report_is_fields_with_a_few_lines_around() {
    for text in [
        format!("{FIELDS}\n{WANTS}"),
        format!("New lead from your page\n\n{FIELDS}\n{WANTS}"),
        format!(
            "Camila Rocha sent your form: Contact\nat Lumina\n\nDetails:\n{FIELDS}\n\n{WANTS}\n\nReport this as spam."
        ),
        FIELDS.to_owned(),
        format!("* {}", FIELDS.replace('\n', "\n* ")),
    ] {
        assert!(is_report(&text, true), "{text}");
        assert!(is_report(&text, false), "{text}");
    }
    // A line above fields of which none says what is wanted: of a portal it is its own, of free mail it may be a letter.
    let called = format!("Call back, please\n\n{FIELDS}");
    assert!(is_report(&called, false));
    assert!(!is_report(&called, true));
}

#[test]
fn a_letter_with_fields_is_no_report() {
    for text in [
        format!("Buongiorno,\n\n{FIELDS}\n{WANTS}"),
        format!("Szanowni Państwo,\nzamawiam.\n\n{FIELDS}\n{WANTS}"),
        format!("Here is my order.\n\nMessage: 12 chairs\n{FIELDS}\n\nCordiali saluti\nBo Berg"),
        format!(
            "We saw you at the fair.\nWe liked the chairs.\nWe would like to have twelve.\nCan you send a quote?\n\n{FIELDS}"
        ),
        format!("{FIELDS}\n\nHello, do you deliver to Bari?"),
        format!("{}\n\n{FIELDS}", "a long sentence ".repeat(20)),
        format!("{FIELDS}\n\nWe need them soon.\nBy May.\nIn green.\nWith arms."),
    ] {
        assert!(!is_report(&text, false), "{text}");
    }
}

#[test]
fn words_that_only_begin_like_a_greeting_are_none() {
    assert!(is_report(
        &format!("History of your leads\n{FIELDS}\n{WANTS}"),
        false
    ));
    assert!(is_report(
        &format!("Salutation form\n{FIELDS}\n{WANTS}"),
        false
    ));
}
