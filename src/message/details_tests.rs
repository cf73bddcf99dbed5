use rules::{DetailName, Form, FormField};

use super::of_form;

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
