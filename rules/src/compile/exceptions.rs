//! Exceptions, ready to be asked: whose mail is kept and otherwise left alone.

use std::collections::HashMap;

use crate::decision::Excepted;
use crate::facts::{Address, Direction, Facts};
use crate::fold::fold;
use crate::rule::texts::Texts;
use crate::shared::{EntryProblem, Exceptions, check_exceptions};

use super::Compiler;
use super::lists::List;

/// Exceptions, indexed.
#[derive(Debug)]
pub(crate) struct Excepting {
    everywhere: List,
    scanners: HashMap<String, List>,
}

impl Compiler<'_> {
    pub(super) fn exceptions(&mut self, exceptions: &Exceptions) -> Excepting {
        self.excepted("exceptions", check_exceptions(&exceptions.everywhere));
        for (scanner, entries) in &exceptions.scanners {
            let path = format!("scanners.{scanner}.exceptions");
            self.excepted(&path, check_exceptions(entries));
        }
        let list = |entries: &[String]| List::of(&Texts(entries.to_vec()));
        Excepting {
            everywhere: list(&exceptions.everywhere),
            scanners: exceptions
                .scanners
                .iter()
                .map(|(scanner, entries)| (scanner.clone(), list(entries)))
                .collect(),
        }
    }

    fn excepted(&mut self, path: &str, found: Vec<EntryProblem>) {
        for EntryProblem { entry, problem } in found {
            let entry = entry.map(|entry| format!("[{entry}]"));
            self.problem(&format!("{path}{}", entry.unwrap_or_default()), problem);
        }
    }
}

impl Excepting {
    /// The exception that the message is, if it is one: by who sent it, or of mail that we sent by all its receivers.
    pub(crate) fn find(&self, facts: &Facts) -> Option<Excepted> {
        let own = self.scanners.get(&facts.place.scanner);
        let lists = [(own, true), (Some(&self.everywhere), false)];
        let entry_of = |address: &Address| {
            let folded = fold(&address.email);
            lists.iter().find_map(|(list, of_scanner)| {
                let entry = (*list)?.address(&folded)?;
                Some(Excepted {
                    entry: entry.to_owned(),
                    scanner: of_scanner.then(|| facts.place.scanner.clone()),
                })
            })
        };
        let message = &facts.message;
        match message.direction {
            Direction::Received | Direction::Internal => message.from.iter().find_map(entry_of),
            // One receiver who is no exception is reason enough to look at the message.
            Direction::Sent => {
                let found: Option<Vec<Excepted>> = message.to.iter().map(entry_of).collect();
                found?.into_iter().next()
            }
        }
    }
}

#[cfg(test)]
#[path = "exceptions_tests.rs"]
mod tests;
