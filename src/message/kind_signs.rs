//! Words by which machines give themselves away: local parts and subjects, in the languages our mail comes in.
//!
//! All in lower case and without accents, as [`folded`] makes them.

use super::folded::folded;

/// Beginnings of subjects of automatic answers: English, German, French, Spanish, Italian, Polish, Portuguese,
/// Romanian, Dutch.
const AWAY: [&str; 61] = [
    "automatic reply",
    "auto reply",
    "auto-reply",
    "autoreply",
    "auto response",
    "autoresponse",
    "out of office",
    "out of the office",
    "out-of-office",
    "ooo:",
    "away from the office",
    "vacation reply",
    "automatische antwort",
    "autom. antwort",
    "abwesenheitsnotiz",
    "abwesenheitsnachricht",
    "abwesenheitsmeldung",
    "abwesenheit:",
    "ich bin nicht im buro",
    "nicht im haus",
    "reponse automatique",
    "message d'absence",
    "absence du bureau",
    "notification d'absence",
    "absent du bureau",
    "respuesta automatica",
    "fuera de la oficina",
    "fuera de oficina",
    "ausencia de la oficina",
    "risposta automatica",
    "fuori ufficio",
    "fuori sede",
    "assenza dall'ufficio",
    "assente dall'ufficio",
    "automatyczna odpowiedz",
    "odpowiedz automatyczna",
    "autoodpowiedz",
    "poza biurem",
    "nieobecnosc w biurze",
    "resposta automatica",
    "fora do escritorio",
    "ausencia do escritorio",
    "raspuns automat",
    "nu sunt la birou",
    "absenta de la birou",
    "automatisch antwoord",
    "jestem poza biurem",
    "nie ma mnie w biurze",
    "sono fuori ufficio",
    "sono assente",
    "assenza:",
    "estou fora do escritorio",
    "ausente do escritorio",
    "estou de ferias",
    "in concediu",
    "raspuns automatic",
    "absence :",
    "ausencia:",
    "ich bin abwesend",
    "i am out of",
    "i'm out of the office",
];

/// Beginnings of subjects of delivery reports.
const UNDELIVERED: [&str; 46] = [
    "undelivered mail returned",
    "undeliverable",
    "undelivered",
    "mail delivery failed",
    "mail delivery failure",
    "mail delivery system",
    "delivery status notification",
    "delivery failure",
    "delivery has failed",
    "failure notice",
    "returned mail",
    "mail could not be delivered",
    "message delivery failure",
    "warning: message",
    "warning: could not send",
    "non delivery report",
    "unzustellbar",
    "nicht zustellbar",
    "zustellung fehlgeschlagen",
    "non remis",
    "non distribuable",
    "echec de la remise",
    "no se puede entregar",
    "no entregado",
    "non recapitabile",
    "niedostarczon",
    "nelivrat",
    "niedostarcz",
    "nie mozna dostarczyc",
    "recapito non riuscito",
    "impossibile recapitare",
    "mancato recapito",
    "nao foi possivel entregar",
    "nao entregue",
    "falha na entrega",
    "imposibil de livrat",
    "nelivrabil",
    "mesaj nelivrat",
    "remise impossible",
    "message non distribue",
    "no se ha podido entregar",
    "error en la entrega",
    "delayed:",
    "delivery delayed",
    "message delayed",
    "zustellung verzogert",
];

/// Local parts, without dots, hyphens and underscores, that nobody answers for.
const NOBODY: [&str; 26] = [
    "noreply",
    "donotreply",
    "dontreply",
    "noreplyto",
    "doNotReply",
    "noanswer",
    "nichtantworten",
    "keineantwort",
    "bittenichtantworten",
    "nepasrepondre",
    "nepasrepondreacemail",
    "noresponder",
    "norespuesta",
    "nonrispondere",
    "nieodpowiadaj",
    "naoresponda",
    "nuraspunde",
    "notification",
    "notifications",
    "mailer",
    "robot",
    "cron",
    "cronjob",
    "nagios",
    "zabbix",
    "alertmanager",
];

/// Local parts that send delivery reports.
const POST_OFFICE: [&str; 3] = ["mailer-daemon", "postmaster", "mail-daemon"];

/// Whether a subject begins as automatic answers do; not behind `Re:`, which a person wrote.
pub(super) fn says_away(subject: &str) -> bool {
    begins(subject, &AWAY)
}

/// Whether a subject begins as delivery reports do.
pub(super) fn says_undelivered(subject: &str) -> bool {
    begins(subject, &UNDELIVERED)
}

/// Whether a local part belongs to nobody.
pub(super) fn is_nobody(local: &str) -> bool {
    let plain: String = local.chars().filter(char::is_ascii_alphanumeric).collect();
    NOBODY.contains(&plain.as_str())
        || plain.starts_with("noreply")
        || plain.starts_with("donotreply")
        || plain.ends_with("noreply")
}

/// Whether a local part, or a name where there is no address, belongs to a mail server.
pub(super) fn is_post_office(local: &str) -> bool {
    POST_OFFICE.contains(&local) || local.starts_with("microsoftexchange")
}

fn begins(subject: &str, with: &[&str]) -> bool {
    let subject = folded(subject);
    // Gateways put marks in front: `[EXT]`, `***SPAM***`.
    let unmarked = subject
        .strip_prefix('[')
        .and_then(|mark| mark.split_once(']'));
    let subject = unmarked
        .map_or(subject.as_str(), |(_, behind)| behind)
        .trim_start_matches(['*', ' ', '!']);
    with.iter().any(|words| subject.starts_with(words))
}
