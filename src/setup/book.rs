//! Books of rules in the words of the set-up file: written out, compared, and returned to.

mod gone;

use std::collections::{BTreeMap, BTreeSet};

use entities::ids::{RuleId, RuleListId, ScannerId};
use rules::{RuleBook, RuleSet, check_cases};
use serde_json::json;

use super::SetupError;
use super::changes::Changes;
use super::document::{Document, Scanner, SharedList};
use super::plan::{Unnamed, plan};
use super::stored::{PlacedRule, Row, Stored};

/// What returning to a book would change, and what stands in its way.
#[derive(Debug, Clone)]
pub struct Returning {
    /// What changes.
    pub changes: Changes,
    /// Why it can't be returned to: rules that can't be used any more, cases that fail.
    pub problems: Vec<String>,
    /// What it speaks of that is gone.
    pub warnings: Vec<String>,
}

/// A book as a file that can be applied; what it can't say stands in it as comments.
///
/// # Errors
/// [`SetupError::Export`] where it can't be written.
pub fn export_book(book: &RuleBook) -> Result<String, SetupError> {
    let document = Document {
        scanners: None,
        ..document(book, &BTreeMap::new())
    };
    let mut text = serde_saphyr::to_string(&document)
        .map_err(|error| SetupError::Export(error.to_string()))?;
    let of_scanners = book.shared.exceptions.scanners.iter();
    text.extend(of_scanners.map(|(scanner, entries)| {
        let entries = json!(entries);
        format!("# The scanner {scanner} had these exceptions of its own: {entries}\n")
    }));
    Ok(text)
}

/// What differs between two books.
#[must_use]
pub fn compare_books(before: &RuleBook, after: &RuleBook) -> Changes {
    let names = |book: &RuleBook| -> BTreeSet<String> {
        book.shared.exceptions.scanners.keys().cloned().collect()
    };
    let scanners: BTreeMap<String, Scanner> = names(before)
        .union(&names(after))
        .filter_map(|name| Some((name.clone(), bare_scanner(name)?)))
        .collect();
    let stored = stored(before, &scanners);
    plan(&document(after, &scanners), &stored, Unnamed::Prune)
}

/// What the stored rules speak of that is not there, a sentence for each. They decide all the same.
#[must_use]
pub fn missing(stored: &Stored) -> Vec<String> {
    gone::gone(&stored.book(), stored)
}

/// What it takes to decide by this book again.
#[must_use]
pub fn return_to(book: &RuleBook, stored: &Stored) -> Returning {
    let scanners: BTreeMap<String, Scanner> = stored
        .scanners
        .iter()
        .map(|(name, row)| (name.clone(), row.item.clone()))
        .collect();
    let problems = if let Err(problems) = RuleSet::compile(&book.rules, &book.shared) {
        problems.iter().map(ToString::to_string).collect()
    } else {
        let failures = check_cases(&book.rules, &book.shared);
        failures.iter().map(ToString::to_string).collect()
    };
    Returning {
        changes: plan(&document(book, &scanners), stored, Unnamed::Prune),
        problems,
        warnings: gone::gone(book, stored),
    }
}

/// The file that says what a book says; every scanner is named, so that none is switched off.
fn document(book: &RuleBook, scanners: &BTreeMap<String, Scanner>) -> Document {
    let of_scanners = &book.shared.exceptions.scanners;
    let scanners = scanners.iter().map(|(name, scanner)| Scanner {
        exceptions: of_scanners.get(name).cloned().unwrap_or_default(),
        ..scanner.clone()
    });
    Document {
        scanners: Some(scanners.collect()),
        exceptions: Some(book.shared.exceptions.everywhere.clone()),
        lists: Some(book.shared.lists.clone()),
        rules: Some(book.rules.clone()),
        ..Document::default()
    }
}

/// What would be stored if nothing but this book were.
fn stored(book: &RuleBook, scanners: &BTreeMap<String, Scanner>) -> Stored {
    let rules = (0_i32..).zip(&book.rules).map(|(position, rule)| {
        let item = PlacedRule {
            position,
            rule: rule.clone(),
        };
        let id = RuleId(0);
        (rule.name.clone(), Row { id, item })
    });
    let lists = book.shared.lists.iter().map(|(name, members)| {
        let item = SharedList {
            name: name.clone(),
            members: members.0.clone(),
        };
        let id = RuleListId(0);
        (name.clone(), Row { id, item })
    });
    let exceptions = &book.shared.exceptions;
    let scanners = scanners.iter().map(|(name, scanner)| {
        let item = Scanner {
            exceptions: exceptions.scanners.get(name).cloned().unwrap_or_default(),
            ..scanner.clone()
        };
        let id = ScannerId(0);
        (name.clone(), Row { id, item })
    });
    Stored {
        scanners: scanners.collect(),
        exceptions: exceptions.everywhere.clone(),
        lists: lists.collect(),
        rules: rules.collect(),
        ..Stored::default()
    }
}

/// A scanner of which nothing but its name matters.
fn bare_scanner(name: &str) -> Option<Scanner> {
    serde_json::from_value(json!({ "name": name, "mailbox": "" })).ok()
}

#[cfg(test)]
#[path = "book_tests.rs"]
mod tests;
