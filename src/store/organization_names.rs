//! By what organizations are found: the name as it is compared, without its legal form. Written with every row.
//!
//! Whoever asks for an organization by its name asks here, so that an import, a rule and a person mean the same one.

/// Words at the end of a company's name that say how it is incorporated.
const LEGAL_FORMS: [&str; 33] = [
    "srl", "srls", "spa", "sas", "snc", "sa", "sro", "spzoo", "spolka", "spółka", "zoo", "sp", "z",
    "o", "oo", "lda", "ltda", "ltd", "limited", "llc", "inc", "corp", "co", "gmbh", "ag", "kg",
    "ug", "bv", "nv", "sarl", "sl", "plc", "pfa",
];

/// Which of the known names is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picked<T> {
    /// This one.
    One(T),
    /// Any of these.
    Several(Vec<T>),
    /// None is.
    Nobody,
}

impl<T> Picked<T> {
    /// The one that is meant for sure.
    #[must_use]
    pub fn one(self) -> Option<T> {
        match self {
            Self::One(one) => Some(one),
            Self::Several(_) | Self::Nobody => None,
        }
    }
}

/// `ACME S.r.l.` → `acme`; nothing where there is no name.
#[must_use]
pub fn key(name: &str) -> Option<String> {
    let (stem, _) = parted(name);
    let key = super::text::key(&stem);
    (!key.is_empty()).then_some(key)
}

/// Whether two names may be one company's. Who leaves the legal form out may mean any; two forms are two companies.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    let ((stem, form), (other_stem, other_form)) = (parted(one), parted(other));
    let same_form = form == other_form || form.is_empty() || other_form.is_empty();
    !stem.is_empty() && stem == other_stem && same_form
}

/// Who of those with the same key a name means: the one that is written so, else the only one that may be.
#[must_use]
pub fn pick<T>(known: impl IntoIterator<Item = (String, T)>, name: &str) -> Picked<T> {
    let plain = |name: &str| name.trim().to_lowercase();
    let mut may_be = Vec::new();
    let mut written_so = None;
    for (of, one) in known {
        if of == name {
            return Picked::One(one);
        }
        if plain(&of) == plain(name) {
            written_so.get_or_insert(one);
        } else if same(&of, name) {
            may_be.push(one);
        }
    }
    match (written_so, may_be.pop()) {
        (Some(one), _) => Picked::One(one),
        (None, Some(one)) if may_be.is_empty() => Picked::One(one),
        (None, Some(last)) => {
            may_be.push(last);
            Picked::Several(may_be)
        }
        (None, None) => Picked::Nobody,
    }
}

/// A name without its legal form, and that form.
fn parted(name: &str) -> (String, String) {
    let name = name.to_lowercase().replace('.', "");
    let mut words: Vec<&str> = name
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let mut form = Vec::new();
    while words.len() > 1
        && let Some(last) = words.pop_if(|word| LEGAL_FORMS.contains(word))
    {
        form.push(last);
    }
    form.reverse();
    (words.concat(), form.concat())
}

#[cfg(test)]
#[path = "organization_names_tests.rs"]
mod tests;
