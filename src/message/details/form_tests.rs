use rules::{Form, MessageFacts};

use super::read;

fn form(text: &str) -> Option<Form> {
    read(&MessageFacts::default(), text)
}

fn fields(text: &str) -> Vec<(String, String)> {
    let form = form(text).expect(text);
    form.fields
        .into_iter()
        .map(|field| (field.label, field.value))
        .collect()
}

fn are(text: &str, wanted: &[(&str, &str)]) {
    let wanted: Vec<(String, String)> = wanted
        .iter()
        .map(|(label, value)| ((*label).to_owned(), (*value).to_owned()))
        .collect();
    assert_eq!(fields(text), wanted, "{text}");
}

#[test]
fn each_way_to_lay_out_a_form_is_read() {
    let told = [
        ("Name", "Carla Bianchi"),
        ("Email", "carla@bianchi.example"),
        ("Message", "Ten desks\nplease."),
    ];
    for text in [
        "Name: Carla Bianchi\nEmail: carla@bianchi.example\nMessage: Ten desks\nplease.",
        "Name: Carla Bianchi\n\nEmail: carla@bianchi.example\n\nMessage:\nTen desks\nplease.\n\n-- \nsent from our site",
        "Name\nCarla Bianchi\n\nEmail\ncarla@bianchi.example\n\nMessage\nTen desks\nplease.",
        "New entry\n\n--- Name ---\n\nCarla Bianchi\n\n--- Email ---\n\ncarla@bianchi.example\n\n--- Message ---\n\nTen desks\nplease.",
        "Name\tCarla Bianchi\nEmail\tcarla@bianchi.example\nMessage\tTen desks\nplease.",
        "*Name*: Carla Bianchi\n*Email*: carla@bianchi.example\n*Message*: Ten desks\nplease.",
    ] {
        are(text, &told);
    }
}

#[test]
fn a_message_keeps_its_lines_until_a_label_that_is_known() {
    are(
        "Name: Carla\nEmail: c@d.e\nMessage: Hello\n\nDelivery to: Bologna\nColour: red\n\n---\n\nDate: 9 November\nPage URL: https://example.com\nUser Agent: x\nPowered by: Elementor",
        &[
            ("Name", "Carla"),
            ("Email", "c@d.e"),
            ("Message", "Hello\n\nDelivery to: Bologna\nColour: red"),
            ("Date", "9 November"),
            ("Page URL", "https://example.com"),
            ("User Agent", "x"),
        ],
    );
}

#[test]
fn what_a_program_says_around_the_fields_is_no_field() {
    are(
        "Hai ricevuto un messaggio dal tuo sito:\n\nNome: Carla\nE-mail: c@d.e\nRichiesta: Dieci sedie\nAcconsento al trattamento dei dati: Sì\n\nUser Information\nReferrer\nhttps://shop.example",
        &[
            ("Nome", "Carla"),
            ("E-mail", "c@d.e"),
            ("Richiesta", "Dieci sedie"),
            ("Acconsento al trattamento dei dati", "Sì"),
        ],
    );
}

#[test]
fn fields_that_are_not_known_are_kept() {
    are(
        "Nome: Carla\nE-mail: c@d.e\nBudget: 10.000\nNumero di sedie: 20\nMessaggio: ciao",
        &[
            ("Nome", "Carla"),
            ("E-mail", "c@d.e"),
            ("Budget", "10.000"),
            ("Numero di sedie", "20"),
            ("Messaggio", "ciao"),
        ],
    );
}

#[test]
fn questions_of_a_service_are_labels() {
    let told = |first: &str| {
        let text = format!(
            "{first}\n\nAnd your name?\nCarla Bianchi\n\nTo which address may we write the answer to you, please?\ncarla@bianchi.example\n\nYour company?\nBianchi SRL\nWhat do you need?\nTen desks.\nAnd four chairs?"
        );
        fields(&text)
    };
    let field = |label: &str, value: &str| (label.to_owned(), value.to_owned());
    assert_eq!(
        told("Your typeform Desks has a new response:"),
        [
            field("And your name?", "Carla Bianchi"),
            field(
                "To which address may we write the answer to you, please?",
                "carla@bianchi.example"
            ),
            field("Your company?", "Bianchi SRL"),
            field("What do you need?", "Ten desks.\nAnd four chairs?"),
        ]
    );
}

#[test]
fn a_letter_with_colons_is_no_form() {
    for text in [
        "",
        "Dear all,\nplease note: the office is closed.\nPhone: 051 555",
        "Anna Rossi\nTel: 051 555555\nEmail: anna@rossi.example\nWeb: www.rossi.example",
        "Name: Anna",
        "Hello\n\nI need chairs.\n\nEmail: anna@rossi.example",
    ] {
        assert_eq!(form(text), None, "{text}");
    }
}

#[test]
fn programs_tell_their_names() {
    let body = "Name: Carla\nEmail: c@d.e\nMessage: hello";
    for (text, service) in [
        (
            format!(
                "{body}\n\n-- \nThis e-mail was sent from a contact form on Site (https://example.com)"
            ),
            "Contact Form 7",
        ),
        (format!("{body}\n\n---\nPowered by: Elementor"), "Elementor"),
        (
            format!("Sent via form submission from Example\n\n{body}"),
            "Squarespace",
        ),
        (
            format!("You received a new message from your online store's contact form.\n\n{body}"),
            "Shopify",
        ),
        (
            format!("You've just received a new submission to your Contact Form.\n\n{body}"),
            "Webflow",
        ),
    ] {
        assert_eq!(
            form(&text).and_then(|form| form.service).as_deref(),
            Some(service),
            "{text}"
        );
    }
    assert_eq!(form(body).expect("a form").service, None);
}

#[test]
fn no_more_is_kept_than_a_form_has() {
    let text = "Name: a\nEmail: b@c.d\nMessage: x\n".repeat(1_000);
    assert_eq!(fields(&text).len(), 200);
}
