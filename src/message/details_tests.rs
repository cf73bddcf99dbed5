use rules::{DetailName, Form, FormField};

use super::{of_form, of_text};
use crate::message::split::Split;

fn known(fields: &[(&str, &str)]) -> Vec<(DetailName, String)> {
    let fields = fields.iter().map(|(label, value)| FormField {
        label: (*label).to_owned(),
        value: (*value).to_owned(),
    });
    let form = Form {
        service: None,
        fields: fields.collect(),
    };
    of_form(&form)
        .into_iter()
        .map(|detail| (detail.name, detail.value))
        .collect()
}

#[test]
fn fields_become_details() {
    use DetailName::{Email, Message, Name, Subject};
    assert_eq!(
        known(&[
            ("From", "Carla Bianchi <carla@bianchi.example>"),
            ("Subject", "Desks"),
            ("Message Body", "Ten\ndesks"),
            ("Budget", "10")
        ]),
        [
            (Email, "carla@bianchi.example".to_owned()),
            (Name, "Carla Bianchi".to_owned()),
            (Subject, "Desks".to_owned()),
            (Message, "Ten\ndesks".to_owned()),
        ]
    );
    assert_eq!(known(&[("Email", "none"), ("Phone", "")]), []);
}

#[test]
fn a_name_beside_a_family_name_is_the_given_one() {
    use DetailName::{FirstName, LastName};
    assert_eq!(
        known(&[("Nome", "Carla"), ("Cognome", "Bianchi")]),
        [
            (FirstName, "Carla".to_owned()),
            (LastName, "Bianchi".to_owned())
        ]
    );
    assert_eq!(
        known(&[("Nom", "Dubois"), ("Prénom", "Marie")]),
        [
            (LastName, "Dubois".to_owned()),
            (FirstName, "Marie".to_owned())
        ]
    );
}

#[test]
fn an_address_is_known_though_its_label_says_nothing() {
    let asked = ("Where can we reach you?", "carla@bianchi.example");
    let email = (DetailName::Email, "carla@bianchi.example".to_owned());
    assert_eq!(known(&[asked, ("What for?", "Desks")]), [email]);
    assert_eq!(known(&[asked, ("Who else?", "bruno@verdi.example")]), []);
    assert_eq!(
        known(&[("What for?", "Write to carla@bianchi.example")]),
        []
    );
}

#[test]
fn a_number_in_the_text_is_known_where_there_is_one() {
    let number = |text: &str| {
        let split = Split {
            new_text: text.to_owned(),
            ..Split::default()
        };
        of_text(&split).map(|detail| detail.value)
    };
    assert_eq!(
        number("Hello,\nyou can call me at 338 555 0921 after six.\nThanks"),
        Some("338 555 0921".to_owned())
    );
    assert_eq!(number("Call 338 555 0921 or 338 555 0922."), None);
    assert_eq!(number("We need it on 09.11.2026, order 4711."), None);
}

#[test]
fn a_moment_is_no_number_and_a_label_counts_where_it_stands() {
    let number = |text: &str| {
        let split = Split {
            new_text: text.to_owned(),
            ..Split::default()
        };
        of_text(&split).map(|detail| detail.value)
    };
    assert_eq!(number("Can we meet on 23.11.2026 10:30?"), None);
    assert_eq!(number("It came at 2026-11-23 10:30."), None);
    let long = "and so on, ".repeat(30);
    assert_eq!(
        number(&format!("{long}la nostra partita IVA 01234567890")),
        None
    );
}
