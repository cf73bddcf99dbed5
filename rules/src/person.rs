//! A person's given and family name, told from an address: `Anna Rossi`, `Rossi, Anna`, `anna.rossi@example.it`.

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
        match shown.rsplit_once(' ') {
            Some((first, last)) => Self::new(first, last),
            None => Self::new("", &shown),
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
