//! The name in a signature and what its bearer does: told by the sender's own name, by words of roles, by their place.

use rules::{Address, DetailName, is_title};

use super::super::super::folded::folded;
use super::Piece;

/// A name that is the sender's, and one that only stands where names stand.
const OF_THE_SENDER: u8 = 85;
const BY_ITS_PLACE: u8 = 50;
/// A role with a word of roles, and a line between name and company.
const BY_A_WORD: u8 = 75;
const BETWEEN: u8 = 50;
/// How many words a name may have, and a role.
const MAX_NAME: usize = 5;
const MAX_ROLE: usize = 8;

const ROLES: &[&str] = &[
    "manager",
    "director",
    "sales",
    "engineer",
    "consultant",
    "officer",
    "ceo",
    "cto",
    "cfo",
    "coo",
    "founder",
    "owner",
    "head",
    "assistant",
    "specialist",
    "president",
    "partner",
    "buyer",
    "purchasing",
    "marketing",
    "account",
    "responsabile",
    "direttore",
    "direttrice",
    "direzione",
    "ufficio",
    "amministratore",
    "amministrazione",
    "titolare",
    "vendite",
    "acquisti",
    "commerciale",
    "tecnico",
    "segreteria",
    "impiegata",
    "impiegato",
    "presidente",
    "consulente",
    "kierownik",
    "dyrektor",
    "prezes",
    "handlowiec",
    "specjalista",
    "specjalistka",
    "dzial",
    "sprzedazy",
    "zakupow",
    "wlasciciel",
    "ksiegowa",
    "doradca",
    "gerente",
    "diretor",
    "diretora",
    "vendas",
    "compras",
    "tecnica",
    "responsavel",
    "administrador",
    "administrativa",
    "comercial",
    "leiter",
    "leiterin",
    "vertrieb",
    "einkauf",
    "geschaftsfuhrer",
    "geschaftsfuhrerin",
    "geschaftsleitung",
    "abteilung",
    "abteilungsleiter",
    "inhaber",
    "projektleiter",
    "sachbearbeiterin",
    "directeur",
    "directrice",
    "responsable",
    "commercial",
    "achats",
    "chef",
    "gerant",
    "assistante",
    "ventas",
    "jefe",
    "jefa",
    "inginer",
    "manageri",
    "vanzari",
    "achizitii",
    "administrator",
    "sef",
    "departament",
    "developer",
    "architect",
    "architetto",
    "secretary",
    "coordinator",
    "coordinatore",
    "supervisor",
    "technician",
    "procurement",
    "representative",
];

/// Tells name and role by the pieces that say nothing else, in their order.
pub(super) fn read(
    pieces: &[&Piece],
    sender: Option<&Address>,
    mut add: impl FnMut(DetailName, &str, u8),
) {
    let own = pieces.iter().take(6).position(|piece| {
        sender.is_some_and(|sender| is_senders(&piece.text, sender)) && !is_role(piece)
    });
    let by_place = || {
        pieces
            .iter()
            .take(1)
            .position(|piece| !is_role(piece) && is_name(&untitled(&piece.text), 2))
    };
    let named = own.or_else(by_place);
    if let Some(piece) = named.and_then(|at| pieces.get(at)) {
        let name = untitled(&piece.text);
        if is_name(&name, 1) {
            let sure = if own.is_some() {
                OF_THE_SENDER
            } else {
                BY_ITS_PLACE
            };
            add(DetailName::Name, &name, sure);
            if let Some((first, last)) = given_and_family(&name) {
                add(DetailName::FirstName, &first, sure.saturating_sub(5));
                add(DetailName::LastName, &last, sure.saturating_sub(5));
            }
        }
    }
    let behind = pieces.iter().skip(named.map_or(0, |at| at + 1));
    let worded = behind.clone().take(6).find(|piece| is_role(piece));
    let between = || {
        named
            .and_then(|_| behind.clone().next())
            .filter(|piece| is_words(&piece.text))
    };
    if let Some(role) = worded {
        add(DetailName::Role, role.text.trim_end_matches(','), BY_A_WORD);
    } else if let Some(role) = between() {
        add(DetailName::Role, &role.text, BETWEEN);
    }
}

/// Whether a short line has a word of the sender's name, or of the local part of the address.
pub(super) fn is_senders(line: &str, sender: &Address) -> bool {
    let line = folded(line);
    let words: Vec<&str> = line
        .split([' ', ','])
        .filter(|word| !word.is_empty())
        .collect();
    if words.len() > MAX_NAME
        || line.contains(['@', ':', '?', '!'])
        || line.contains(|c: char| c.is_ascii_digit())
    {
        return false;
    }
    let name = folded(&sender.name);
    let local = folded(sender.email.split('@').next().unwrap_or_default());
    let called = name
        .split([' ', ','])
        .chain(local.split(['.', '_', '-', '+']));
    let called: Vec<&str> = called.filter(|word| word.chars().count() >= 3).collect();
    words.iter().any(|word| called.contains(word))
}

fn is_role(piece: &Piece) -> bool {
    let mut words = piece.folded.split(|c: char| !c.is_alphanumeric());
    piece.text.split_whitespace().count() <= MAX_ROLE
        && !piece
            .text
            .contains(|c: char| c.is_ascii_digit() || c == '@')
        && words.any(|word| ROLES.contains(&word))
}

fn is_words(text: &str) -> bool {
    let words = text.split_whitespace().count();
    (1..=MAX_ROLE).contains(&words)
        && !text.contains(|c: char| c.is_ascii_digit() || "@:?!".contains(c))
        && !text.ends_with('.')
}

/// Without titles, and in one order: `Rossi, Anna` is `Anna Rossi`.
fn untitled(text: &str) -> String {
    let text = text.trim_matches([',', '.', '-', ' ']);
    let bare = |word: &&str| !is_title(word);
    let words: Vec<&str> = text.split_whitespace().collect();
    // `Dott.Ing. Anna Rossi`: dots without blanks.
    let words = words
        .into_iter()
        .filter(bare)
        .filter(|word| !(word.contains('.') && word.ends_with('.') && word.len() > 4));
    let name = words.collect::<Vec<_>>().join(" ");
    match name.split_once(", ") {
        Some((last, first)) if !first.contains(' ') => format!("{first} {last}"),
        _ => name,
    }
}

fn is_name(name: &str, at_least: usize) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    let upper = |word: &&str| {
        word.starts_with(char::is_uppercase)
            || matches!(
                *word,
                "de" | "da" | "di" | "von" | "van" | "der" | "dos" | "del" | "la"
            )
    };
    (at_least..=MAX_NAME).contains(&words.len())
        && words.iter().all(upper)
        && name
            .chars()
            .all(|c| c.is_alphabetic() || " -'’.".contains(c))
}

/// Given and family name; a family name in capitals tells itself wherever it stands.
fn given_and_family(name: &str) -> Option<(String, String)> {
    let words: Vec<&str> = name.split_whitespace().collect();
    let loud = |word: &&str| {
        word.chars().count() > 1
            && word
                .chars()
                .filter(|c| c.is_alphabetic())
                .all(char::is_uppercase)
    };
    let (family, given): (Vec<&str>, Vec<&str>) = words.iter().copied().partition(loud);
    if !family.is_empty() && !given.is_empty() {
        return Some((
            given.join(" "),
            family
                .iter()
                .map(|word| capitalised(word))
                .collect::<Vec<_>>()
                .join(" "),
        ));
    }
    let (first, rest) = words.split_first()?;
    (!rest.is_empty()).then(|| {
        let rest: Vec<String> = rest
            .iter()
            .map(|word| {
                if given.is_empty() {
                    capitalised(word)
                } else {
                    (*word).to_owned()
                }
            })
            .collect();
        let first = if given.is_empty() {
            capitalised(first)
        } else {
            (*first).to_owned()
        };
        (first, rest.join(" "))
    })
}

fn capitalised(word: &str) -> String {
    let mut start = true;
    let letters = word.chars().flat_map(|c| {
        let upper = std::mem::replace(&mut start, "-' ’".contains(c));
        let c: Vec<char> = if upper {
            c.to_uppercase().collect()
        } else {
            c.to_lowercase().collect()
        };
        c
    });
    letters.collect()
}
