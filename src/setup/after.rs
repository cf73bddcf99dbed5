//! What decides once changes are carried out, and whether it holds together: rules that a file does not name look in lists
//! that it does name.

use std::collections::{BTreeMap, BTreeSet};

use rules::{Exceptions, Rule, RuleBook, RuleSet, Shadowed, Shared, Texts, check_cases, shadowed};

use super::changes::{Changes, Target};
use super::problem::{Path, Problem, Problems};
use super::read::Reading;
use super::stored::Stored;

impl Stored {
    /// What decides now, as far as it is stored in words of the file.
    #[must_use]
    pub fn book(&self) -> RuleBook {
        book_after(self, &Changes::default())
    }
}

/// What decides once these changes are carried out.
#[must_use]
pub fn book_after(stored: &Stored, changes: &Changes) -> RuleBook {
    let mut rules: BTreeMap<&str, (i32, &Rule)> = stored
        .rules
        .iter()
        .map(|(name, row)| (name.as_str(), (row.item.position, &row.item.rule)))
        .collect();
    let mut lists: BTreeMap<&str, &[String]> = stored
        .lists
        .iter()
        .map(|(name, row)| (name.as_str(), row.item.members.as_slice()))
        .collect();
    let mut everywhere = &stored.exceptions;
    let mut scanners: BTreeMap<&str, &[String]> = stored
        .scanners
        .iter()
        .map(|(name, row)| (name.as_str(), row.item.exceptions.as_slice()))
        .collect();
    for change in &changes.changes {
        match &change.target {
            Target::Rule(_, position, rule) => {
                rules.insert(&rule.name, (*position, rule));
            }
            Target::NoRule(_) => {
                rules.remove(change.name.as_str());
            }
            Target::List(_, list) => {
                lists.insert(&list.name, &list.members);
            }
            Target::NoList(_) => {
                lists.remove(change.name.as_str());
            }
            Target::Exceptions(entries) => everywhere = entries,
            Target::Scanner(_, scanner) => {
                scanners.insert(&scanner.name, &scanner.exceptions);
            }
            Target::NoScanner(_) => {
                scanners.remove(change.name.as_str());
            }
            _ => {}
        }
    }
    let mut rules: Vec<(i32, &Rule)> = rules.into_values().collect();
    rules
        .sort_by(|(one, rule), (two, other)| one.cmp(two).then_with(|| rule.name.cmp(&other.name)));
    scanners.retain(|_, exceptions| !exceptions.is_empty());
    let owned = |lists: BTreeMap<&str, &[String]>| -> BTreeMap<String, Vec<String>> {
        let lists = lists.into_iter();
        lists
            .map(|(name, members)| (name.to_owned(), members.to_vec()))
            .collect()
    };
    let lists = owned(lists).into_iter();
    RuleBook {
        rules: rules.into_iter().map(|(_, rule)| rule.clone()).collect(),
        shared: Shared {
            lists: lists
                .map(|(name, members)| (name, Texts(members)))
                .collect(),
            exceptions: Exceptions {
                everywhere: everywhere.clone(),
                scanners: owned(scanners),
            },
        },
    }
}

/// What decides after a file is applied, and which of its rules never have their turn.
///
/// # Errors
/// What does not hold together, at the place of the lists: rules that the file names have been checked with it.
pub fn check_after(
    reading: &Reading,
    file: &str,
    stored: &Stored,
    changes: &Changes,
) -> Result<(RuleBook, Vec<Shadowed>), Problems> {
    let book = book_after(stored, changes);
    if !changes.touch_rules() {
        return Ok((book, Vec::new()));
    }
    let path = Path::default().key("lists");
    let problems: Vec<Problem> = unfit(&stored.book(), &book)
        .into_iter()
        .map(|told| Problem::new(reading.lists_at, &path, told))
        .collect();
    if !problems.is_empty() {
        return Err(Problems::new(file, problems));
    }
    let shadows = shadowed(&book.rules);
    Ok((book, shadows))
}

/// What is wrong with the whole, and the cases that fail of rules which stay as they were while their lists change.
pub(super) fn unfit(before: &RuleBook, after: &RuleBook) -> Vec<String> {
    if let Err(problems) = RuleSet::compile(&after.rules, &after.shared) {
        return problems.iter().map(ToString::to_string).collect();
    }
    let (was, is) = (&before.shared.lists, &after.shared.lists);
    let changed: BTreeSet<&str> = was
        .keys()
        .chain(is.keys())
        .filter(|name| was.get(*name) != is.get(*name))
        .map(String::as_str)
        .collect();
    let untried: Vec<Rule> = after
        .rules
        .iter()
        .filter(|rule| before.rules.contains(rule) && !changed.is_disjoint(&rule.list_names()))
        .cloned()
        .collect();
    check_cases(&untried, &after.shared)
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[cfg(test)]
#[path = "after_tests.rs"]
mod tests;
