//! What all rules of a set share: lists by name, and the senders that no rule ever sees.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::compile::{MAX_NAME, MAX_TEXT};
use crate::fold::fold;
use crate::rule::texts::Texts;

/// How many lists there may be.
pub(crate) const MAX_LISTS: usize = 1_000;
/// How many members a list may have.
pub(crate) const MAX_MEMBERS: usize = 100_000;
/// How many exceptions there may be for all scanners, and for each.
pub(crate) const MAX_EXCEPTIONS: usize = 10_000;

/// What all rules of a set share.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    /// Lists that rules look in by their name (`in: {list: partners}`).
    pub lists: BTreeMap<String, Texts>,
    /// Whose mail is kept and otherwise left alone.
    pub exceptions: Exceptions,
}

/// Addresses and domains whose mail is kept and otherwise left alone: `spam@example.com`, `@example.org`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exceptions {
    /// Of every scanner.
    pub everywhere: Vec<String>,
    /// Of single scanners, by their names.
    pub scanners: BTreeMap<String, Vec<String>>,
}

/// Something wrong with one entry of a list, or with the list as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryProblem {
    /// Which entry; nothing for the whole.
    pub entry: Option<usize>,
    /// What is wrong and how to cure it, as a sentence.
    pub problem: String,
}

impl EntryProblem {
    fn of_whole(problem: impl Into<String>) -> Self {
        Self {
            entry: None,
            problem: problem.into(),
        }
    }

    fn of_entry(entry: usize, problem: impl Into<String>) -> Self {
        Self {
            entry: Some(entry),
            problem: problem.into(),
        }
    }
}

/// What is wrong with a shared list.
#[must_use]
pub fn check_list(name: &str, members: &Texts) -> Vec<EntryProblem> {
    let mut problems = Vec::new();
    if name.trim() != name || name.is_empty() || name.chars().any(char::is_control) {
        let problem = "the name of a list is some letters on one line, without space at its ends";
        problems.push(EntryProblem::of_whole(problem));
    }
    if name.chars().nth(MAX_NAME).is_some() {
        let problem = format!("the name is longer than {MAX_NAME} characters; shorten it");
        problems.push(EntryProblem::of_whole(problem));
    }
    if members.0.len() > MAX_MEMBERS {
        let count = members.0.len();
        let problem = format!("{count} members, {MAX_MEMBERS} is the most; make two lists of it");
        problems.push(EntryProblem::of_whole(problem));
        return problems;
    }
    for (index, member) in members.iter().enumerate() {
        if fold(member).is_empty() {
            problems.push(EntryProblem::of_entry(index, "an empty text; take it out"));
        } else if member.chars().nth(MAX_TEXT).is_some() {
            let problem = format!("more than {MAX_TEXT} characters; shorten it");
            problems.push(EntryProblem::of_entry(index, problem));
        }
    }
    problems
}

/// What is wrong with exceptions.
#[must_use]
pub fn check_exceptions(entries: &[String]) -> Vec<EntryProblem> {
    let mut problems = Vec::new();
    if entries.len() > MAX_EXCEPTIONS {
        let count = entries.len();
        let problem = format!(
            "{count} exceptions, {MAX_EXCEPTIONS} is the most; a rule with a list takes more"
        );
        problems.push(EntryProblem::of_whole(problem));
        return problems;
    }
    for (index, entry) in entries.iter().enumerate() {
        let (local, domain) = entry.rsplit_once('@').unwrap_or(("", entry));
        let wrong = |letter: char| letter.is_whitespace() || letter.is_control();
        let sound = !domain.is_empty()
            && !local.contains('@')
            && !entry.contains(wrong)
            && entry.chars().nth(MAX_NAME * 2).is_none();
        if !sound {
            let shown: String = entry.chars().take(60).collect();
            let problem = format!(
                "`{shown}` is neither an address nor a domain; write spam@example.com or \"@example.com\""
            );
            problems.push(EntryProblem::of_entry(index, problem));
        }
    }
    problems
}

#[cfg(test)]
#[path = "shared_tests.rs"]
mod tests;
