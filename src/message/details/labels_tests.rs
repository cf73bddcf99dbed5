use rules::DetailName::{
    Address, Company, Email, FirstName, LastName, Message, Mobile, Name, Phone, Role, Subject,
    Website,
};

use super::{Meaning, meaning};

#[test]
fn labels_are_understood_in_each_language() {
    for (labels, name) in [
        (
            "Name|Your name|Full Name *|Nome|Nome e cognome|Imię i nazwisko|Nume și prenume|Vor- und Nachname|Nombre y apellidos|Nom et prénom|Nome (obbligatorio)|Name (required)|your-name",
            Name,
        ),
        (
            "First name|Imię|Prenume|Vorname|Prénom|first_name",
            FirstName,
        ),
        (
            "Last Name|Cognome|Nazwisko|Apelido|Nachname|Apellidos|Il tuo cognome",
            LastName,
        ),
        (
            "Email|E-mail|Your email|Indirizzo email|Adres e-mail|Adresa de email|Endereço de e-mail|E-Mail-Adresse|Adresse e-mail|Correo electrónico|La tua e-mail|Email address",
            Email,
        ),
        (
            "Phone|Telefono|Tel.|Numer telefonu|Telefone|Telefon|Téléphone|Phone Number (optional)|Teléfono",
            Phone,
        ),
        (
            "Mobile|Cellulare|Telefon komórkowy|Telemóvel|Celular|Handy|Móvil",
            Mobile,
        ),
        (
            "Company|Company name|Azienda|Ragione sociale|Nazwa firmy|Firma|Empresa|Companie|Unternehmen|Entreprise|Nome azienda|Nome da empresa",
            Company,
        ),
        (
            "Job title|Ruolo|Stanowisko|Cargo|Funcție|Funktion|Fonction|Puesto",
            Role,
        ),
        (
            "Address|Indirizzo|Adres|Morada|Adresă|Anschrift|Adresse|Dirección",
            Address,
        ),
        ("Website|Sito web|Strona www", Website),
        (
            "Subject|Oggetto|Temat|Assunto|Subiect|Betreff|Objet|Asunto",
            Subject,
        ),
        (
            "Message|Your message|Messaggio|Corpo del messaggio|Treść wiadomości|Mensagem|Mesajul tău|Nachricht|Votre message|Mensaje|Message Body|Comment or Message",
            Message,
        ),
    ] {
        for label in labels.split('|') {
            let label = label.replace("your-name", "Your name");
            assert_eq!(meaning(&label), Some(Meaning::Of(name)), "{label}");
        }
    }
    assert_eq!(meaning("Page URL"), Some(Meaning::Form));
    for label in [
        "",
        "Budget",
        "Hello",
        "I would like to know whether you deliver to the address of my company",
        "Number of chairs",
    ] {
        assert_eq!(meaning(label), None, "{label}");
    }
}
