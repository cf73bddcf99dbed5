//! A person's given and family name, told from an address: `Anna Rossi`, `Rossi, Anna`, `anna.rossi@example.it`.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::facts::Address;

/// What a person is called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Given names; empty where there is one name only.
    pub first_name: String,
    /// Family name, or whatever name there is.
    pub last_name: String,
}

impl Person {
    /// The name shown beside the address, else the one the address itself tells.
    #[must_use]
    pub fn of(address: &Address) -> Self {
        let shown = display_name(&address.name);
        // Programs that know no name show the address twice.
        if shown.is_empty() || shown.contains('@') {
            return Self::of_local_part(&address.email);
        }
        if let Some((last, first)) = shown.split_once(',') {
            return Self::new(first, last);
        }
        let words: Vec<&str> = shown.split(' ').skip_while(|word| is_title(word)).collect();
        match words.as_slice() {
            [] => Self::new("", &shown),
            [name] => Self::new("", name),
            words => Self::of_words(words),
        }
    }

    /// Two words and more: the family name is last, with what belongs to it (`van der Berg`), or first where it alone is
    /// written in capitals (`ROSSI Anna`).
    fn of_words(words: &[&str]) -> Self {
        let shouted = words.iter().take_while(|word| is_shouted(word)).count();
        let at = if shouted > 0 && shouted < words.len() {
            shouted
        } else {
            let before = words.get(1..words.len() - 1).unwrap_or_default();
            let particles = before.iter().rev().take_while(|word| is_particle(word));
            words.len() - 1 - particles.count()
        };
        let (front, back) = words.split_at_checked(at).unwrap_or((words, &[]));
        let name = |words: &[&str]| {
            let cased: Vec<String> = words.iter().map(|word| as_a_name(word)).collect();
            cased.join(" ")
        };
        if shouted == at {
            Self::new(&name(back), &name(front))
        } else {
            Self::new(&name(front), &name(back))
        }
    }

    fn new(first: &str, last: &str) -> Self {
        let (first, last) = (first.trim(), last.trim());
        let (first, last) = if last.is_empty() {
            ("", first)
        } else {
            (first, last)
        };
        Self {
            first_name: first.to_owned(),
            last_name: last.to_owned(),
        }
    }

    fn of_local_part(email: &str) -> Self {
        let local = email.rsplit_once('@').map_or(email, |(local, _)| local);
        // What follows a plus is the mailbox's own filing (RFC 5233).
        let local = local.split('+').next().unwrap_or_default();
        let names: Vec<String> = local
            .split(['.', '_'])
            .filter(|name| !name.is_empty())
            .map(capitalised)
            .collect();
        match names.as_slice() {
            [first, last] if names.iter().all(|name| is_name(name)) => Self::new(first, last),
            _ => Self::new("", local),
        }
    }
}

/// What stands before a name and is none of it, without its dots, in lower case and without accents.
const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "drssa",
    "dra",
    "prof",
    "profssa",
    "ing",
    "dott",
    "dottssa",
    "dottor",
    "dottore",
    "dottoressa",
    "avv",
    "arch",
    "geom",
    "rag",
    "pi",
    "perind",
    "sig",
    "sigra",
    "signor",
    "signora",
    "pan",
    "pani",
    "mgr",
    "inz",
    "mgrinz",
    "hab",
    "lic",
    "dyrektor",
    "eng",
    "engo",
    "exmo",
    "herr",
    "frau",
    "dipl-ing",
    "dipling",
    "dipl-kfm",
    "mag",
    "phd",
    "mba",
    "msc",
    "bsc",
    "m",
    "mme",
    "mlle",
    "monsieur",
    "madame",
    "me",
    "maitre",
    "sr",
    "sra",
    "dona",
    "dna",
    "dl",
    "domnul",
    "doamna",
];
/// What stands before the last word of a family name and belongs to it, in lower case.
const PARTICLES: &[&str] = &[
    "de", "del", "della", "dello", "dei", "degli", "di", "da", "dal", "dalla", "das", "dos", "do",
    "du", "des", "la", "le", "lo", "van", "von", "vom", "zu", "zum", "zur", "der", "den", "ter",
    "ten", "el", "al", "bin", "ben", "mac", "mc", "st", "san",
];

/// Whether a word stands before a name and is none of it: `Dott.ssa`, `mgr`, `Frau`.
#[must_use]
pub fn is_title(word: &str) -> bool {
    let bare: String = word
        .nfkd()
        .filter(|letter| !matches!(letter, '.' | ',') && !is_combining_mark(*letter))
        .flat_map(char::to_lowercase)
        .collect();
    // `M` alone is a name cut short.
    (bare.len() > 1 || word.ends_with('.')) && TITLES.contains(&bare.as_str())
}

fn is_particle(word: &str) -> bool {
    PARTICLES.contains(&word.to_lowercase().as_str())
}

/// In capitals throughout, and no initials.
fn is_shouted(word: &str) -> bool {
    let letters: Vec<char> = word
        .chars()
        .filter(|letter| letter.is_alphabetic())
        .collect();
    letters.len() > 2 && letters.iter().all(|letter| letter.is_uppercase())
}

/// `ROSSI` and `rossi` as people write their names; particles and what has both sorts of letters as they are.
fn as_a_name(word: &str) -> String {
    let small = word.chars().all(|letter| !letter.is_uppercase());
    let plain = !word.starts_with(char::is_alphabetic) || is_particle(word);
    if !is_shouted(word) && (!small || plain) {
        return word.to_owned();
    }
    let lower = word.to_lowercase();
    let mut begins = true;
    lower
        .chars()
        .flat_map(|letter| {
            let cased: Vec<char> = if begins {
                letter.to_uppercase().collect()
            } else {
                vec![letter]
            };
            begins = !letter.is_alphabetic();
            cased
        })
        .collect()
}

/// Without the quotes and brackets that mail programs put round names, white space evened.
fn display_name(name: &str) -> String {
    let name = match name.split_once(['(', '[', '<']) {
        Some((before, _)) if !before.trim().is_empty() => before,
        _ => name,
    };
    let name = name.trim().trim_matches(['"', '\'', '“', '”']);
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_name(name: &str) -> bool {
    name.chars()
        .all(|letter| letter.is_alphabetic() || letter == '-')
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
#[path = "person_tests.rs"]
mod tests;
