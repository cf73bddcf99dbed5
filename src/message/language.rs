//! The language of a text, where it is told with confidence: by its small words, which is quick, else by its letters.

mod words;

use std::sync::LazyLock;

use whatlang::{Detector, Lang};

/// How many letters it takes: of fewer, a greeting or a product's name may be another language than its writer's.
const MIN_LETTERS: usize = 40;
/// Of languages that are near each other (Spanish, Portuguese) the crate calls no short text reliable.
const MIN_CONFIDENCE: f64 = 0.8;
/// How much of a text is looked at, in bytes.
const MAX_TEXT: usize = 1_000;

/// The languages that are told apart. Fewer are told faster and surer.
const LANGUAGES: &[(Lang, &str)] = &[
    (Lang::Eng, "en"),
    (Lang::Ita, "it"),
    (Lang::Pol, "pl"),
    (Lang::Por, "pt"),
    (Lang::Ron, "ro"),
    (Lang::Deu, "de"),
    (Lang::Fra, "fr"),
    (Lang::Spa, "es"),
    (Lang::Nld, "nl"),
    (Lang::Ces, "cs"),
    (Lang::Slk, "sk"),
    (Lang::Slv, "sl"),
    (Lang::Hrv, "hr"),
    (Lang::Srp, "sr"),
    (Lang::Mkd, "mk"),
    (Lang::Bul, "bg"),
    (Lang::Rus, "ru"),
    (Lang::Ukr, "uk"),
    (Lang::Bel, "be"),
    (Lang::Hun, "hu"),
    (Lang::Ell, "el"),
    (Lang::Tur, "tr"),
    (Lang::Swe, "sv"),
    (Lang::Dan, "da"),
    (Lang::Nob, "nb"),
    (Lang::Fin, "fi"),
    (Lang::Est, "et"),
    (Lang::Lav, "lv"),
    (Lang::Lit, "lt"),
    (Lang::Cat, "ca"),
    (Lang::Heb, "he"),
    (Lang::Ara, "ar"),
    (Lang::Pes, "fa"),
    (Lang::Hin, "hi"),
    (Lang::Cmn, "zh"),
    (Lang::Jpn, "ja"),
    (Lang::Kor, "ko"),
    (Lang::Vie, "vi"),
    (Lang::Tha, "th"),
    (Lang::Ind, "id"),
];

static DETECTOR: LazyLock<Detector> =
    LazyLock::new(|| Detector::with_allowlist(LANGUAGES.iter().map(|(lang, _)| *lang).collect()));

/// Its ISO 639-1 code (`it`).
pub(super) fn of(text: &str) -> Option<String> {
    let text = text.get(..text.floor_char_boundary(MAX_TEXT))?;
    // Addresses of pages and of mail are of no language.
    let words: Vec<&str> = text
        .split_whitespace()
        .filter(|word| !word.contains(['@', '/', '_']))
        .collect();
    let letters = words.iter().flat_map(|word| word.chars());
    let letters = letters.filter(|c| c.is_alphabetic()).take(MIN_LETTERS);
    if letters.count() < MIN_LETTERS {
        return None;
    }
    let counted = words::count(&words);
    if let Some(language) = counted.plainly() {
        return Some(language.to_owned());
    }
    let told = DETECTOR.detect(&words.join(" "))?;
    let sure = told.is_reliable() || told.confidence() >= MIN_CONFIDENCE;
    if !sure {
        return counted.mostly().map(str::to_owned);
    }
    let known = LANGUAGES.iter().find(|(lang, _)| *lang == told.lang());
    known.map(|(_, code)| (*code).to_owned())
}

#[cfg(test)]
#[path = "language_tests.rs"]
mod tests;
