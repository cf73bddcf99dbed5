//! What labels of form fields mean, in the languages our forms are in.
//!
//! A label is compared word by word, in lower case and without accents; possessives (`your`, `il tuo`) and what stands in
//! brackets count for nothing.

use std::collections::HashMap;
use std::sync::LazyLock;

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
/// How labels begin under which somebody agrees to something.
const CONSENTS: &[&str] = &[
    "acconsento",
    "ho letto",
    "accetto",
    "i agree",
    "i accept",
    "i have read",
    "wyrazam zgode",
    "akceptuje",
    "concordo",
    "aceito",
    "autorizo",
    "sunt de acord",
    "ich stimme",
    "ich habe die",
    "j'accepte",
    "acepto",
    "he leido",
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
    if CONSENTS.iter().any(|words| label.starts_with(words)) {
        return Some(Meaning::Form);
    }
    let whole = WHOLE.get(label.as_str()).copied();
    whole.or_else(|| by_a_word(&label).map(Meaning::Of))
}

/// Every label that is known as it stands.
static WHOLE: LazyLock<HashMap<&str, Meaning>> = LazyLock::new(|| {
    let mut labels = HashMap::new();
    labels.extend(OF_THE_FORM.iter().map(|label| (*label, Meaning::Form)));
    for (name, list) in TABLE {
        for label in *list {
            labels.entry(*label).or_insert(Meaning::Of(*name));
        }
    }
    labels
});

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
    let telling = words.iter().filter(|word| !ONLY_WHOLE.contains(word));
    let of_words: Vec<DetailName> = telling
        .filter_map(|word| match WHOLE.get(word) {
            Some(Meaning::Of(name)) => Some(*name),
            _ => None,
        })
        .collect();
    // `Imię i nazwisko`, `Nome e cognome`, `Nombre y apellidos`, `Nume și prenume`.
    let has = |name| of_words.contains(&name);
    let called = words.iter().any(|word| NAME.contains(word));
    let (given, family) = (has(DetailName::FirstName), has(DetailName::LastName));
    if words.len() > 1 && ((called || given) && family || called && given) {
        return Some(DetailName::Name);
    }
    let mut names = TABLE.iter().map(|(name, _)| *name);
    names.clone().find(|name| has(*name)).or_else(|| {
        names.find(|name| {
            let phrases = PHRASES.iter().filter(|(of, _)| of == name);
            words.len() > 2
                && phrases
                    .map(|(_, phrase)| phrase)
                    .any(|phrase| label.contains(phrase))
        })
    })
}

/// The labels of several words, which may be a part of a longer one.
static PHRASES: LazyLock<Vec<(DetailName, &str)>> = LazyLock::new(|| {
    let lists = TABLE
        .iter()
        .flat_map(|(name, list)| list.iter().map(|label| (*name, *label)));
    lists.filter(|(_, label)| label.contains(' ')).collect()
});

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
