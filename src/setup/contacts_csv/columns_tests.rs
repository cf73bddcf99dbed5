use super::*;

#[test]
fn headers_are_known_in_five_languages_whatever_their_case_spaces_and_accents() {
    for (header, expected) in [
        ("First Name", Column::FirstName),
        ("first_name", Column::FirstName),
        ("FIRSTNAME", Column::FirstName),
        ("Nome", Column::FirstName),
        ("Imię", Column::FirstName),
        ("IMIĘ ", Column::FirstName),
        ("Prenume", Column::FirstName),
        ("Primeiro nome", Column::FirstName),
        ("Last-Name", Column::LastName),
        ("Cognome", Column::LastName),
        ("Nazwisko", Column::LastName),
        ("Nume", Column::LastName),
        ("Sobrenome", Column::LastName),
        ("Apelido", Column::LastName),
        ("Full name", Column::FullName),
        ("Imię i nazwisko", Column::FullName),
        ("Nome e cognome", Column::FullName),
        ("E-mail", Column::Email),
        ("E-Mail Address", Column::Email),
        ("Adres e-mail", Column::Email),
        ("Endereço de e-mail", Column::Email),
        ("Adresă de email", Column::Email),
        ("Indirizzo e-mail", Column::Email),
        ("other_emails", Column::OtherEmails),
        ("E-mail 2", Column::OtherEmails),
        ("Altre e-mail", Column::OtherEmails),
        ("Inne e-maile", Column::OtherEmails),
        ("Outros e-mails", Column::OtherEmails),
        ("Company", Column::Organization),
        ("Società", Column::Organization),
        ("Firma", Column::Organization),
        ("Organização", Column::Organization),
        ("Organizaţie", Column::Organization),
        ("Przedsiębiorstwo", Column::Organization),
        ("Phone number", Column::Phone),
        ("Telefono", Column::Phone),
        ("Telemóvel", Column::Phone),
        ("Komórka", Column::Phone),
        ("Număr de telefon", Column::Phone),
        ("ID", Column::ExternalId),
        ("External ID", Column::ExternalId),
        ("Właściciel", Column::Owner),
        ("Assegnato a", Column::Owner),
    ] {
        assert_eq!(column(header), Some(expected), "{header}");
    }
    for header in ["", "Birthday", "Notes", "@"] {
        assert_eq!(column(header), None, "{header}");
    }
}

#[test]
fn no_header_means_two_things() {
    let all: Vec<&str> = HEADERS
        .iter()
        .flat_map(|(_, names)| names.iter().copied())
        .collect();
    let mut once = all.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), all.len());
    for name in all {
        assert_eq!(plain(name), name, "can never be met");
    }
}
