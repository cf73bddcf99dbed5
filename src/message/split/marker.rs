//! Lines that announce the mail below them: `---------- Forwarded message ---------`, `Begin forwarded message:`.

use super::Line;

/// What such a line says of the mail below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    /// It is passed on.
    Forwarded,
    /// It is the original of an answer or of what is passed on: Outlook says the same over both.
    Original,
}

/// What Gmail, Thunderbird, Yahoo and Exchange write between dashes.
const FORWARDED: &[&str] = &[
    "forwarded message",
    "forwarded mail",
    "messaggio inoltrato",
    "inizio messaggio inoltrato",
    "wiadomosc przekazana",
    "wiadomosc przekazana dalej",
    "przekazana wiadomosc",
    "przekazana wiadomosc dalej",
    "tresc przekazanej wiadomosci",
    "mensagem encaminhada",
    "mensagem reencaminhada",
    "mesaj redirectionat",
    "mesaj inaintat",
    "mesaj transmis mai departe",
    "weitergeleitete nachricht",
    "weitergeleitete mail",
    "message transfere",
    "message reexpedie",
    "courriel transfere",
    "mensaje reenviado",
    "doorgestuurd bericht",
    "vidaresant meddelande",
    "videresendt meddelelse",
];
const ORIGINAL: &[&str] = &[
    "original message",
    "original appointment",
    "messaggio originale",
    "wiadomosc oryginalna",
    "oryginalna wiadomosc",
    "mensagem original",
    "mesaj original",
    "mesajul original",
    "ursprungliche nachricht",
    "originalnachricht",
    "urspr. nachricht",
    "message d'origine",
    "message original",
    "message initial",
    "mensaje original",
    "oorspronkelijk bericht",
    "oprindelig meddelelse",
];
/// What Apple's programs write, with a colon behind.
const BEGINS: &[&str] = &[
    "begin forwarded message",
    "inizio messaggio inoltrato",
    "inizio del messaggio inoltrato",
    "rozpoczecie przekazywanej wiadomosci",
    "poczatek przekazywanej wiadomosci",
    "inicio da mensagem reencaminhada",
    "inicio da mensagem encaminhada",
    "inceputul mesajului redirectionat",
    "anfang der weitergeleiteten nachricht",
    "anfang der weitergeleiteten e-mail",
    "debut du message transfere",
    "debut du message reexpedie",
    "inicio del mensaje reenviado",
    "begin doorgestuurd bericht",
];

/// What a line announces, if it announces mail.
pub(super) fn of(line: &Line<'_>) -> Option<Marker> {
    let folded = line.folded.as_str();
    let bare = folded.trim_end_matches(':').trim_end();
    if bare.len() < folded.len() && BEGINS.contains(&bare) {
        return Some(Marker::Forwarded);
    }
    if !folded.starts_with('-') && !folded.starts_with('_') {
        return None;
    }
    let words = folded.trim_matches(|c: char| "-_: ".contains(c));
    if FORWARDED.contains(&words) {
        return Some(Marker::Forwarded);
    }
    // Yahoo and Exchange write from whom between the dashes: `----- Forwarded by Anna Rossi on 9.11.2026 -----`.
    if words.starts_with("forwarded by ") {
        return Some(Marker::Forwarded);
    }
    ORIGINAL.contains(&words).then_some(Marker::Original)
}
