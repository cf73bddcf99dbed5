//! Checks of what rules share: lists by name, and exceptions.

use std::collections::BTreeMap;

use rules::{EntryProblem, Texts, check_exceptions, check_list};

use super::Checker;
use crate::setup::problem::Path;

impl Checker<'_> {
    pub(in crate::setup) fn lists(&mut self, lists: Option<&BTreeMap<String, Texts>>) {
        for (name, members) in lists.into_iter().flatten() {
            let path = Path::default().key("lists").key(name);
            self.entries(&path, check_list(name, members));
        }
    }

    pub(in crate::setup) fn exceptions_of_all(
        &mut self,
        mut entries: Option<Vec<String>>,
    ) -> Option<Vec<String>> {
        if let Some(entries) = &mut entries {
            self.exceptions(&Path::default().key("exceptions"), entries);
        }
        entries
    }

    /// Of one scanner, or of all: told what is wrong, and put in an order that does not depend on the file.
    pub(super) fn exceptions(&mut self, path: &Path, entries: &mut Vec<String>) {
        for entry in entries.iter_mut() {
            *entry = entry.trim().to_lowercase();
        }
        self.entries(path, check_exceptions(entries));
        entries.sort_unstable();
        entries.dedup();
    }

    fn entries(&mut self, path: &Path, problems: Vec<EntryProblem>) {
        for EntryProblem { entry, problem } in problems {
            let place = entry.map_or_else(|| path.clone(), |entry| path.index(entry));
            self.problem(&place, problem);
        }
    }
}
