//! Telephone numbers, with labels and without; no dates, no tax numbers, no accounts.

use std::sync::LazyLock;

use regex::Regex;

use super::super::super::folded::folded;

/// Blanks, dots, hyphens and brackets between digits; a slash only right between two.
static NUMBER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\+?\(?[0-9](?:[ \x{A0}.()-]{0,3}[0-9]|/[0-9])+").ok());
/// How many digits a number has (E.164 allows 15).
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
/// How much of what stands before a number is looked at, in bytes.
const MAX_BEFORE: usize = 80;
/// How many numbers of a line are looked at.
const MAX_NUMBERS: usize = 6;

const MOBILE: &[&str] = &[
    "c",
    "port",
    "m",
    "mob",
    "mobile",
    "mobil",
    "mobiltelefon",
    "cell",
    "cellulare",
    "cel",
    "celular",
    "kom",
    "komorka",
    "komorkowy",
    "telemovel",
    "tlm",
    "handy",
    "portable",
    "movil",
    "gsm",
    "whatsapp",
    "mobilny",
];
const PHONE: &[&str] = &[
    "telef",
    "t",
    "tel",
    "telefono",
    "telefon",
    "telefone",
    "telephone",
    "phone",
    "ph",
    "p",
    "office",
    "ufficio",
    "fisso",
    "fon",
    "fixe",
    "centralino",
    "direct",
    "d",
    "diretto",
    "landline",
    "stacjonarny",
    "call",
    "direkt",
    "zentrale",
    "fijo",
    "tlf",
    "tfno",
    "o",
    "w",
    "fone",
];
/// What stands before numbers that nobody answers.
const NO_PHONE: &[&str] = &[
    "fax",
    "f",
    "telefax",
    "iva",
    "piva",
    "vat",
    "cf",
    "nip",
    "regon",
    "krs",
    "cui",
    "cif",
    "nif",
    "nipc",
    "ust",
    "ustid",
    "id",
    "ustidnr",
    "steuer",
    "steuernummer",
    "siret",
    "siren",
    "rcs",
    "tva",
    "rea",
    "hrb",
    "iban",
    "bic",
    "swift",
    "soc",
    "capitale",
    "sdi",
    "lgs",
    "art",
    "konto",
    "bdo",
    "fiscale",
    "kapital",
    "registro",
    "euid",
    "konta",
    "kto",
    "cap",
    "rc",
    "no",
    "nr",
    "n",
    "bank",
];
/// Beginnings of mobile numbers: Italy, Spain, France, Germany, Portugal, Romania, the United Kingdom.
const MOBILE_PREFIXES: &[&str] = &[
    "393", "346", "347", "336", "337", "4915", "4916", "4917", "3519", "407", "447",
];

/// A number as written.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) struct Number {
    pub(in super::super) value: String,
    pub(in super::super) mobile: bool,
    pub(super) confidence: u8,
}

/// The numbers in a line.
pub(in super::super) fn in_text(text: &str) -> Vec<Number> {
    let mut numbers = Vec::new();
    // Most lines have none, and need no search.
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let Some(pattern) = NUMBER.as_ref().filter(|_| digits >= *DIGITS.start()) else {
        return numbers;
    };
    let mut behind = 0;
    for found in pattern.find_iter(text).take(MAX_NUMBERS) {
        let before = text.get(behind..found.start()).unwrap_or_default();
        behind = found.end();
        let after = text.get(found.end()..).unwrap_or_default();
        // A part of a longer word, as in IBANs.
        let inside = before.ends_with(|c: char| c.is_alphanumeric() || "/_#€$".contains(c))
            || after.starts_with(|c: char| {
                c.is_alphanumeric() || "/,%€@".contains(c) && !after.starts_with(", ")
            });
        if !inside {
            numbers.extend(number(found.as_str(), before));
        }
    }
    numbers
}

fn number(written: &str, before: &str) -> Option<Number> {
    // A date has the hour behind it.
    let first_word = written.split([' ', '\u{A0}']).next().unwrap_or_default();
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    if !DIGITS.contains(&digits.len()) || is_date(written) || is_date(first_word) {
        return None;
    }
    // What is far before it is about something else.
    let near = before.len().saturating_sub(MAX_BEFORE);
    let label = folded(
        before
            .get(before.ceil_char_boundary(near)..)
            .unwrap_or_default(),
    );
    let words: Vec<&str> = label
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let near = words
        .get(words.len().saturating_sub(3)..)
        .unwrap_or_default();
    let has = |list: &[&str]| near.iter().any(|word| list.contains(word));
    let last_is = |list: &[&str]| near.last().is_some_and(|word| list.contains(word));
    let mobile = has(MOBILE);
    let phone = has(PHONE) || before.ends_with(['☎', '📞', '☏', '✆']);
    if has(NO_PHONE) && !last_is(MOBILE) && !last_is(PHONE) {
        return None;
    }
    let international = written.starts_with('+') || digits.starts_with("00");
    let confidence = match () {
        () if mobile || phone => 90,
        () if international => 80,
        // Grouped as people group telephone numbers.
        () if digits.len() >= 9
            && (written.starts_with(['0', '(', '3', '6', '7'])
                || written.contains([' ', '-', '.'])) =>
        {
            65
        }
        () => return None,
    };
    let bare = digits.trim_start_matches('0');
    let by_prefix = international
        && MOBILE_PREFIXES
            .iter()
            .any(|prefix| bare.starts_with(prefix));
    Some(Number {
        value: written.trim_end_matches(['(', '.', '-', ' ']).to_owned(),
        mobile: mobile || !phone && by_prefix,
        confidence,
    })
}

/// `09.11.2026`, `2026-11-09`, `2019 - 2026`.
fn is_date(written: &str) -> bool {
    let groups: Vec<&str> = written
        .split(|c: char| !c.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .collect();
    let year =
        |group: &str| group.len() == 4 && (group.starts_with("19") || group.starts_with("20"));
    match groups.as_slice() {
        [one, two, three] => {
            one.len() <= 2 && two.len() <= 2 && year(three)
                || year(one) && two.len() <= 2 && three.len() <= 2
        }
        [one, two] => year(one) && year(two),
        _ => false,
    }
}
