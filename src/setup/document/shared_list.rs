//! A list that rules share, as an entry that is compared and stored.

use rules::Texts;
use serde::Serialize;

/// A list that rules share, with its name; in files `name: [members]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SharedList {
    /// Names the list.
    pub name: String,
    /// Addresses, domains or other texts.
    pub members: Vec<String>,
}

impl SharedList {
    /// An entry of a file's `lists`.
    #[must_use]
    pub fn of((name, members): (&String, &Texts)) -> Self {
        Self {
            name: name.clone(),
            members: members.0.clone(),
        }
    }
}
