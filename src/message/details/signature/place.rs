//! Postal addresses and web sites in a signature.

use std::sync::LazyLock;

use regex::Regex;
use rules::DetailName;

use super::Piece;

const WITH_STREET: u8 = 75;
const TOWN_ONLY: u8 = 62;
/// Sites where companies have pages that are not theirs.
const OF_OTHERS: &[&str] = &[
    "facebook.",
    "linkedin.",
    "twitter.",
    "x.com",
    "instagram.",
    "youtube.",
    "youtu.be",
    "t.me",
    "wa.me",
    "goo.gl",
    "google.",
    "bit.ly",
    "aka.ms",
    "calendly.",
    "pinterest.",
    "tiktok.",
    "xing.",
];

static STREET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?:^|[\s,(])(?:via|viale|v\.le|piazza|piazzale|p\.zza|corso|c\.so|largo|vicolo|localita|loc\.|strada|ul\.|ulica|al\.|aleja|aleje|os\.|plac|rua|av\.|avenida|travessa|praca|str\.|bd\.|bulevardul|b-dul|calea|sos\.|aleea|rue|avenue|boulevard|chemin|allee|calle|c/|plaza|paseo|carrer|[0-9]+\s.*(?:street|st\.?|road|rd\.?|lane|drive|square|avenue|way))(?:[\s,]|$)|(?:strasse|straße|str\.|weg|platz|gasse|allee|ring|damm)\s+[0-9]",
    )
    .ok()
});
/// `40126 Bologna`, `00-950 Warszawa`, `1250-096 Lisboa`, `D-10115 Berlin`, `Austin, TX 78701`.
static TOWN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:^|[\s,-])(?:[0-9]{5,6}|[0-9]{2}-[0-9]{3}|[0-9]{4}-[0-9]{3})\s+\p{L}{2}|,\s*[a-z]{2}\s+[0-9]{5}(?:\s|-|$)").ok()
});
static SITE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:https?://)?[\p{L}0-9-]+(?:\.[\p{L}0-9-]+)*\.[a-z]{2,10}(?:/[^\s<>]*)?").ok()
});

/// The address that pieces without another meaning give together.
pub(super) fn read(pieces: &[&Piece], mut add: impl FnMut(DetailName, &str, u8)) {
    let is = |pattern: &LazyLock<Option<Regex>>, piece: &Piece| {
        pattern
            .as_ref()
            .is_some_and(|pattern| pattern.is_match(&piece.folded))
    };
    let street = pieces
        .iter()
        .position(|piece| is(&STREET, piece) && piece.text.contains(|c: char| c.is_ascii_digit()));
    let Some(at) = street else {
        if let Some(town) = pieces.iter().find(|piece| is(&TOWN, piece)) {
            add(DetailName::Address, &town.text, TOWN_ONLY);
        }
        return;
    };
    let Some(first) = pieces.get(at) else {
        return;
    };
    let town = pieces
        .get(at + 1)
        .filter(|next| is(&TOWN, next) && !is(&TOWN, first));
    let whole = match town {
        Some(town) => format!("{}, {}", first.text.trim_end_matches(','), town.text),
        None => first.text.clone(),
    };
    let whole = whole
        .split_once(": ")
        .map_or(whole.as_str(), |(label, rest)| {
            if label.contains(|c: char| c.is_ascii_digit()) {
                whole.as_str()
            } else {
                rest
            }
        });
    add(DetailName::Address, whole, WITH_STREET);
}

/// The site in a line: one that says so, or that of the sender's domain.
pub(super) fn website(text: &str, domain: &str) -> Option<(String, u8)> {
    let words = text
        .split([' ', '\u{A0}', '<', '>', '(', ')', '[', ']', '"'])
        .filter(|word| word.contains('.') && !word.contains('@'));
    for word in words.take(10) {
        let Some(found) = SITE.as_ref().and_then(|site| site.find(word)) else {
            continue;
        };
        let site = found.as_str().trim_end_matches(['/', '.', ',']);
        let lower = site.to_lowercase();
        let host = lower
            .trim_start_matches("https://")
            .trim_start_matches("http://")
            .trim_start_matches("www.");
        let own = !domain.is_empty() && host.split('/').next() == Some(domain);
        let says_so = lower.starts_with("http") || lower.starts_with("www.");
        if OF_OTHERS
            .iter()
            .any(|other| host.starts_with(other) || host.contains(&format!(".{other}")))
        {
            continue;
        }
        if own || says_so {
            return Some((site.to_owned(), if own { 85 } else { 75 }));
        }
    }
    None
}
