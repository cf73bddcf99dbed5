//! Small words, by which most letters tell their language: what they are full of, in lower case and without accents.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::super::folded::fold_into;

/// How many words are looked at; a letter that tells does so in its first lines.
const MAX_WORDS: usize = 120;
/// Longer than any of them, in bytes, with its accents.
const MAX_LENGTH: usize = 24;
/// How many small words make a language plain, and of how many words they are one.
const PLAIN: usize = 8;
const ONE_OF: usize = 6;
/// How many are enough where its letters leave a doubt.
const ENOUGH: usize = 3;

/// Catalan and Dutch are there to be told from their neighbours.
const WORDS: &[(&str, &str)] = &[
    (
        "en",
        "the you we would your please and for have with are our to of hello thank in is on it be this that can will at as or not from if an any all do my me us was there which",
    ),
    (
        "it",
        "buongiorno vorrei vorremmo il per un di della del che grazie sono avere una gli nostro nostra salve ricevere preventivo non con le la in da al dei delle alla nel anche come ho ci questo questa si se vi piu lo ma ai nella dal sul abbiamo lei mi",
    ),
    (
        "pl",
        "dzien dobry prosze prosimy na do nie czy jest sie dla oferte oraz jak ktore ktory jestem panstwa dziekuje pozdrawiam przez mamy chcialbym bardzo moze",
    ),
    (
        "pt",
        "bom dia gostaria gostariamos para uma um voces nao obrigado obrigada de com os seu ola orcamento receber que do da em no na se as por dos das mais ao mas foi como nos temos esta pela pelo muito sua",
    ),
    (
        "ro",
        "buna ziua as am dori si pentru va rog sa oferta este nu din dorim de la in cu pe ce mai sunt un care ca se al ale avem sau dar ne fi multumesc",
    ),
    (
        "de",
        "guten tag wir ich bitte und ein eine fur der die das uns nicht mit angebot sie von zu im ist den dem auf es ihre ihnen wie oder auch haben sind bei konnen einen wenn als aus",
    ),
    (
        "fr",
        "bonjour nous je vous votre un une pour les des et souhaite devis le de merci la que en du est dans sur avec au ce qui par pas plus nos notre il ne sont aux si ou mais",
    ),
    (
        "es",
        "buenos dias hola quisiera nos gustaria un una para los de el por favor presupuesto recibir que la en del las con se al es no su lo como mas si nuestra nuestro le me gracias pero este esta",
    ),
    (
        "ca",
        "amb els les per que de la una un en del al es son el us ens bon dia gracies voldria aquest aquesta hem dels mes com si ha o",
    ),
    (
        "nl",
        "de het een en van in is dat op te met voor zijn wij u aan niet ook bij om kunnen ons onze graag hebben als er naar of deze",
    ),
];

/// The languages of each word, by their places in the table.
static LANGUAGES: LazyLock<HashMap<&str, Vec<usize>>> = LazyLock::new(|| {
    let mut languages: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, (_, words)) in WORDS.iter().enumerate() {
        for word in words.split(' ') {
            languages.entry(word).or_default().push(at);
        }
    }
    languages
});

/// How often a text has the words of each language.
#[derive(Debug)]
pub(super) struct Counted {
    /// Most first.
    languages: Vec<(usize, &'static str)>,
    words: usize,
}

/// Counts the small words of a text, which comes divided at its blanks.
pub(super) fn count(text: &[&str]) -> Counted {
    let mut counts = vec![0; WORDS.len()];
    let mut words = 0;
    let plain = |c: char| !c.is_alphanumeric();
    let all = text.iter().flat_map(|part| part.split(plain));
    let mut folded = String::new();
    for word in all.filter(|word| word.len() > 1).take(MAX_WORDS) {
        words += 1;
        if word.len() > MAX_LENGTH {
            continue;
        }
        fold_into(&mut folded, word);
        for at in LANGUAGES.get(folded.as_str()).into_iter().flatten() {
            if let Some(count) = counts.get_mut(*at) {
                *count += 1;
            }
        }
    }
    let mut languages: Vec<(usize, &str)> = counts
        .into_iter()
        .zip(WORDS.iter().map(|(language, _)| *language))
        .collect();
    languages.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    Counted { languages, words }
}

impl Counted {
    /// The language whose words the text is full of.
    pub(super) fn plainly(&self) -> Option<&'static str> {
        let (most, next, language) = self.first()?;
        let full = most >= PLAIN && most * ONE_OF >= self.words;
        (full && most * 2 >= next * 3).then_some(language)
    }

    /// The language of most words, where no other is near.
    pub(super) fn mostly(&self) -> Option<&'static str> {
        let (most, next, language) = self.first()?;
        (most >= ENOUGH && most >= 2 * next).then_some(language)
    }

    fn first(&self) -> Option<(usize, usize, &'static str)> {
        let [(most, language), (next, _), ..] = self.languages.as_slice() else {
            return None;
        };
        Some((*most, *next, *language))
    }
}
