//! What labels of form fields mean, in the languages our forms are in.
//!
//! A label is compared word by word, in lower case and without accents; possessives (`your`, `il tuo`) and what stands in
//! brackets count for nothing.

mod words;

use std::collections::HashMap;
use std::sync::LazyLock;

use rules::DetailName;

use super::super::folded::folded;
use words::{
    ADDRESS, COMPANY, CONSENTS, EMAIL, FIRST, LAST, MESSAGE, MOBILE, NAME, OF_THE_FORM, PHONE,
    POSSESSIVES, ROLE, SUBJECT, WEBSITE,
};

/// Longer than any label that is one.
const MAX_LABEL: usize = 80;
/// More words than a label has whose meaning one word tells.
const MAX_WORDS: usize = 6;

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
