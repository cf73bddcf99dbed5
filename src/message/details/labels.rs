//! What labels of form fields mean, in the languages our forms are in.
//!
//! A label is compared word by word, in lower case and without accents; possessives (`your`, `il tuo`) and what stands in
//! brackets count for nothing.

use rules::DetailName;

use super::super::folded::folded;

/// Longer than any label that is one.
const MAX_LABEL: usize = 80;
/// More words than a label has whose meaning one word tells.
const MAX_WORDS: usize = 6;

const EMAIL: &[&str] = &[
    "email",
    "e-mail",
    "mail",
    "courriel",
    "correo",
    "e-mail-adresse",
    "email-adresse",
    "emailadresse",
    "mailadresse",
    "e-mailadres",
    "posta elettronica",
    "poczta",
    "adresse electronique",
];
const FIRST: &[&str] = &[
    "first name",
    "first",
    "firstname",
    "given name",
    "imie",
    "prenume",
    "prenumele",
    "vorname",
    "prenom",
    "primeiro nome",
    "primo nome",
    "primer nombre",
    "voornaam",
];
const LAST: &[&str] = &[
    "last name",
    "last",
    "lastname",
    "surname",
    "family name",
    "cognome",
    "nazwisko",
    "apelido",
    "sobrenome",
    "nume de familie",
    "nachname",
    "familienname",
    "apellido",
    "apellidos",
    "nom de famille",
    "achternaam",
];
const NAME: &[&str] = &[
    "name",
    "full name",
    "nome",
    "nominativo",
    "nome completo",
    "nume",
    "numele",
    "nume complet",
    "nombre",
    "nombre completo",
    "nom",
    "nom complet",
    "contact person",
    "referente",
    "persona di contatto",
    "ansprechpartner",
    "osoba kontaktowa",
    "vor- und nachname",
    "naam",
    "contatto",
    "da",
    "from",
    "od",
    "de la",
    "von",
    "de",
];
const COMPANY: &[&str] = &[
    "company",
    "company name",
    "azienda",
    "ditta",
    "societa",
    "ragione sociale",
    "firma",
    "nazwa firmy",
    "firmy",
    "empresa",
    "companie",
    "compania",
    "compagnia",
    "firmenname",
    "unternehmen",
    "entreprise",
    "societe",
    "organizzazione",
    "organization",
    "organisation",
    "organizacja",
    "razao social",
    "razon social",
    "denumire firma",
    "ente",
    "bedrijf",
    "business name",
    "raison sociale",
];
const PHONE: &[&str] = &[
    "phone",
    "telephone",
    "telefono",
    "tel",
    "tel.",
    "telefon",
    "telefonnummer",
    "telefonu",
    "telefone",
    "fone",
    "rufnummer",
    "fon",
    "recapito telefonico",
    "phone number",
    "numer telefonu",
    "telefoon",
    "telefonul",
    "fisso",
];
const MOBILE: &[&str] = &[
    "mobile",
    "cell",
    "cell.",
    "cellulare",
    "cellphone",
    "komorka",
    "komorkowy",
    "komorkowego",
    "telemovel",
    "celular",
    "handy",
    "handynummer",
    "mobil",
    "mobilnummer",
    "portable",
    "movil",
    "whatsapp",
    "gsm",
];
const ROLE: &[&str] = &[
    "role",
    "position",
    "job title",
    "title",
    "ruolo",
    "posizione",
    "mansione",
    "qualifica",
    "stanowisko",
    "cargo",
    "funcao",
    "functie",
    "functia",
    "pozitie",
    "funktion",
    "fonction",
    "poste",
    "puesto",
];
const ADDRESS: &[&str] = &[
    "address",
    "indirizzo",
    "adres",
    "endereco",
    "morada",
    "adresa",
    "adresse",
    "anschrift",
    "direccion",
    "street",
    "street address",
    "ulica",
    "via",
];
const WEBSITE: &[&str] = &[
    "website",
    "web",
    "web site",
    "sito",
    "sito web",
    "sito internet",
    "strona www",
    "strona internetowa",
    "site",
    "site web",
    "webseite",
    "sitio web",
    "homepage",
    "website url",
];
const SUBJECT: &[&str] = &[
    "subject",
    "oggetto",
    "temat",
    "assunto",
    "subiect",
    "subiectul",
    "betreff",
    "objet",
    "sujet",
    "asunto",
    "topic",
    "motivo",
    "onderwerp",
];
const MESSAGE: &[&str] = &[
    "message",
    "message body",
    "messaggio",
    "corpo del messaggio",
    "testo",
    "richiesta",
    "body",
    "comment",
    "comments",
    "commenti",
    "commento",
    "note",
    "notes",
    "wiadomosc",
    "tresc",
    "tresc wiadomosci",
    "zapytanie",
    "uwagi",
    "pytanie",
    "mensagem",
    "corpo da mensagem",
    "mesaj",
    "mesajul",
    "corpul mesajului",
    "nachricht",
    "nachrichtentext",
    "anfrage",
    "kommentar",
    "bemerkungen",
    "mensaje",
    "cuerpo del mensaje",
    "comentarios",
    "consulta",
    "corps du message",
    "demande",
    "commentaire",
    "question",
    "questions",
    "domanda",
    "enquiry",
    "inquiry",
    "intrebare",
    "observacoes",
    "comentario",
    "comentariu",
    "descrizione",
    "description",
    "opis",
    "how can we help",
    "bericht",
];
/// What forms tell of themselves; such a label ends a message that is open.
const OF_THE_FORM: &[&str] = &[
    "date",
    "time",
    "data",
    "ora",
    "datum",
    "uhrzeit",
    "page url",
    "page",
    "pagina",
    "url",
    "referrer",
    "user agent",
    "remote ip",
    "ip",
    "ip address",
    "indirizzo ip",
    "powered by",
    "form",
    "form name",
    "form id",
    "privacy",
    "gdpr",
    "consent",
    "consenso",
    "submitted on",
    "submission id",
    "country code",
    "reply to",
    "source",
    "utm_source",
    "utm_campaign",
    "newsletter",
    "accettazione",
];
/// What counts for nothing at the beginning of a label.
const POSSESSIVES: &[&str] = &[
    "your",
    "il tuo",
    "la tua",
    "il suo",
    "la sua",
    "il vostro",
    "la vostra",
    "twoje",
    "twoja",
    "twoj",
    "seu",
    "sua",
    "o seu",
    "a sua",
    "ihr",
    "ihre",
    "ihren",
    "dein",
    "deine",
    "votre",
    "vos",
    "su",
    "tu",
    "sus",
    "please enter your",
    "what is your",
    "what's your",
    "tua",
    "tuo",
];

/// What a label means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Of(DetailName),
    /// It is no person's, but the form's own.
    Form,
}

/// The meaning of a label, if it is known.
pub(super) fn meaning(label: &str) -> Option<Meaning> {
    let label = plain(label)?;
    let is = |list: &[&str]| list.contains(&label.as_str());
    if is(OF_THE_FORM) {
        return Some(Meaning::Form);
    }
    let whole = TABLE
        .iter()
        .find(|(_, list)| is(list))
        .map(|(name, _)| *name);
    whole.or_else(|| by_a_word(&label)).map(Meaning::Of)
}

/// In the order in which they are asked of a label with several words: `Company e-mail` is an address, `Nome azienda` a
/// company.
const TABLE: &[(DetailName, &[&str])] = &[
    (DetailName::Email, EMAIL),
    (DetailName::FirstName, FIRST),
    (DetailName::LastName, LAST),
    (DetailName::Company, COMPANY),
    (DetailName::Mobile, MOBILE),
    (DetailName::Phone, PHONE),
    (DetailName::Role, ROLE),
    (DetailName::Website, WEBSITE),
    (DetailName::Subject, SUBJECT),
    (DetailName::Message, MESSAGE),
    (DetailName::Address, ADDRESS),
    (DetailName::Name, NAME),
];
/// Of these a word within a label says too little.
const ONLY_WHOLE: &[&str] = &[
    "da",
    "de",
    "od",
    "from",
    "von",
    "via",
    "first",
    "last",
    "note",
    "title",
    "site",
    "web",
    "page",
    "nom",
    "nome",
    "name",
    "body",
    "testo",
    "cell",
    "mail",
    "via",
    "portable",
    "form",
    "poste",
    "description",
    "opis",
    "mobile",
    "posizione",
];

fn by_a_word(label: &str) -> Option<DetailName> {
    let words: Vec<&str> = label
        .split([' ', '/', '_', ','])
        .filter(|word| !word.is_empty())
        .collect();
    if words.len() > MAX_WORDS {
        return None;
    }
    let has = |list: &[&str]| {
        words
            .iter()
            .any(|word| list.contains(word) && !ONLY_WHOLE.contains(word))
    };
    // `Imię i nazwisko`, `Nome e cognome`, `Nombre y apellidos`.
    let called = words.iter().any(|word| NAME.contains(word));
    let given = has(FIRST);
    let both = (called || given) && has(LAST) || called && given;
    if words.len() > 1 && both {
        return Some(DetailName::Name);
    }
    let named = TABLE
        .iter()
        .find(|(_, list)| has(list))
        .map(|(name, _)| *name);
    named.or_else(|| {
        let phrase = |list: &[&str]| {
            list.iter()
                .any(|known| known.contains(' ') && label.contains(known))
        };
        TABLE
            .iter()
            .find(|(_, list)| phrase(list))
            .map(|(name, _)| *name)
    })
}

/// A label as it is compared; nothing where it is none.
fn plain(label: &str) -> Option<String> {
    if label.len() > MAX_LABEL {
        return None;
    }
    let label = folded(label);
    let mut label = label.as_str();
    while let Some((before, _)) = label.rsplit_once(['(', '[']) {
        label = before.trim_end();
    }
    let label = label.trim_matches(|c: char| "*:-–?.# ".contains(c) || c.is_whitespace());
    let bare = POSSESSIVES
        .iter()
        .find_map(|own| {
            label
                .strip_prefix(own)
                .and_then(|rest| rest.strip_prefix(' '))
        })
        .unwrap_or(label);
    (!bare.is_empty()).then(|| bare.replace('_', " "))
}

#[cfg(test)]
#[path = "labels_tests.rs"]
mod tests;
