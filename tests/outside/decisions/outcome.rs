//! What came of one message, and how that differs from what must.

use std::collections::BTreeSet;

use super::expected::{Expected, Fields};

/// What came of one message.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    /// The folder it is in.
    pub(super) language: &'static str,
    /// What must come of it.
    pub(super) expected: Expected,
    /// The lead that was made of it.
    pub(super) lead: Option<Fields>,
    /// The records that it is linked to, but for a lead made of it; each by every name that it has.
    pub(super) links: Vec<BTreeSet<String>>,
    /// The records that a person is to be asked about, in the same way.
    pub(super) doubt: Vec<BTreeSet<String>>,
}

impl Outcome {
    /// The file with its folder.
    pub(super) fn name(&self) -> String {
        format!("{}/{}", self.language, self.expected.file)
    }

    /// How it differs from what must come of it, in a few lines; nothing when it does not.
    pub(super) fn miss(&self) -> Option<String> {
        let mut told = Vec::new();
        match (&self.expected.lead, &self.lead) {
            (Some(wanted), None) => told.push(format!("no lead of {}", wanted.email)),
            (None, Some(made)) => told.push(format!("a lead of {}", made.email)),
            (Some(wanted), Some(made)) => {
                for ((name, wanted), (_, made)) in wanted.values().iter().zip(made.values()) {
                    if *wanted != made {
                        told.push(format!("{name} {made:?} instead of {wanted:?}"));
                    }
                }
            }
            (None, None) => {}
        }
        for (what, wanted, came) in [
            ("link", &self.expected.links, &self.links),
            ("doubt", &self.expected.doubt, &self.doubt),
        ] {
            let (_, wrong, missing) = compare(wanted, came);
            told.extend(missing.iter().map(|name| format!("no {what} to {name}")));
            told.extend(wrong.iter().map(|name| format!("a {what} to {name}")));
        }
        if told.is_empty() {
            return None;
        }
        let lines: Vec<String> = told.iter().map(|line| format!("    {line}")).collect();
        Some(format!("{}\n{}", self.name(), lines.join("\n")))
    }
}

/// How many records that came are right, which are wrong, and which did not come.
pub(super) fn compare(
    wanted: &BTreeSet<String>,
    came: &[BTreeSet<String>],
) -> (usize, Vec<String>, Vec<String>) {
    let (right, wrong): (Vec<_>, Vec<_>) = came
        .iter()
        .partition(|names| names.iter().any(|name| wanted.contains(name)));
    let wrong = wrong
        .into_iter()
        .filter_map(|names| names.iter().next().cloned())
        .collect();
    let missing = wanted
        .iter()
        .filter(|name| !came.iter().any(|names| names.contains(*name)))
        .cloned()
        .collect();
    (right.len(), wrong, missing)
}
