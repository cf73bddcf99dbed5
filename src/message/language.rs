//! The language of a text, where it is told with confidence.

use std::sync::LazyLock;

use whatlang::{Detector, Lang};

use super::folded::folded;

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
    let words = text
        .split_whitespace()
        .filter(|word| !word.contains(['@', '/', '_']));
    let words = words.collect::<Vec<_>>().join(" ");
    if words.chars().filter(|c| c.is_alphabetic()).count() < MIN_LETTERS {
        return None;
    }
    let told = DETECTOR.detect(&words)?;
    let sure = told.is_reliable() || told.confidence() >= MIN_CONFIDENCE;
    if !sure {
        return by_words(&words);
    }
    let known = LANGUAGES.iter().find(|(lang, _)| *lang == told.lang());
    known.map(|(_, code)| (*code).to_owned())
}

/// Words that letters in a language are full of and that its neighbours do not have.
const WORDS: &[(&str, &[&str])] = &[
    (
        "en",
        &[
            "the", "you", "we", "would", "your", "please", "and", "for", "have", "with", "are",
            "our", "to", "of", "hello", "thank",
        ],
    ),
    (
        "it",
        &[
            "buongiorno",
            "vorrei",
            "vorremmo",
            "il",
            "per",
            "un",
            "di",
            "della",
            "del",
            "che",
            "grazie",
            "sono",
            "avere",
            "una",
            "gli",
            "nostro",
            "nostra",
            "salve",
            "ricevere",
            "preventivo",
        ],
    ),
    (
        "pl",
        &[
            "dzien", "dobry", "prosze", "prosimy", "i", "na", "do", "w", "z", "nie", "czy", "jest",
            "sie", "dla", "oferte",
        ],
    ),
    (
        "pt",
        &[
            "bom",
            "dia",
            "gostaria",
            "gostariamos",
            "para",
            "uma",
            "um",
            "voces",
            "nao",
            "obrigado",
            "de",
            "com",
            "os",
            "seu",
            "ola",
            "orcamento",
            "receber",
        ],
    ),
    (
        "ro",
        &[
            "buna", "ziua", "as", "am", "dori", "si", "pentru", "va", "rog", "sa", "o", "oferta",
            "este", "nu", "din", "dorim",
        ],
    ),
    (
        "de",
        &[
            "guten", "tag", "wir", "ich", "bitte", "und", "ein", "eine", "fur", "der", "die",
            "das", "uns", "nicht", "mit", "angebot", "sie",
        ],
    ),
    (
        "fr",
        &[
            "bonjour", "nous", "je", "vous", "votre", "un", "une", "pour", "les", "des", "et",
            "souhaite", "devis", "le", "de", "merci",
        ],
    ),
    (
        "es",
        &[
            "buenos",
            "dias",
            "hola",
            "quisiera",
            "nos",
            "gustaria",
            "un",
            "una",
            "para",
            "los",
            "de",
            "el",
            "y",
            "por",
            "favor",
            "presupuesto",
            "recibir",
        ],
    ),
];

/// The language of most such words, where it has three and no other is near.
fn by_words(text: &str) -> Option<String> {
    let text = folded(text);
    let counts = WORDS.iter().map(|(language, known)| {
        let of = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.len() > 1 && known.contains(word));
        (of.count(), *language)
    });
    let mut counts: Vec<(usize, &str)> = counts.collect();
    counts.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let [(most, language), (next, _), ..] = counts.as_slice() else {
        return None;
    };
    (*most >= 3 && *most >= 2 * next).then(|| (*language).to_owned())
}

#[cfg(test)]
#[path = "language_tests.rs"]
mod tests;
