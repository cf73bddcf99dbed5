//! Reads a setup file: parse, check, fill in what follows from the rest, and tell all problems at once.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rules::Texts;
use serde::de::DeserializeOwned;
use url::Url;

use super::check::{Checker, Listed, Section};
use super::document::{Document, SearchField};
use super::node::{Node, Value};
use super::problem::{Path, Position, Problem, Problems};
use super::stored::Stored;
use super::typed;
use crate::config::did_you_mean;

const SECTIONS: [&str; 9] = [
    "users",
    "service_keys",
    "mail_servers",
    "mailboxes",
    "search_fields",
    "scanners",
    "exceptions",
    "lists",
    "rules",
];

/// A setup file that can be applied.
#[derive(Debug, Clone)]
pub struct Reading {
    /// What it wants; what it left to presets and defaults is filled in, a redirect URI that is new included.
    pub document: Document,
    /// What is allowed and worth a word: encryption switched off, a secret in the file.
    pub warnings: Vec<Problem>,
    /// Where its lists stand; at its head where it has none.
    pub(super) lists_at: Position,
}

/// What a file is read against besides what is stored.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// Where browsers reach Mailroom, of which redirect URIs are made.
    pub public_url: Option<&'a Url>,
    /// The day on which it is read, to tell what has ended.
    pub today: NaiveDate,
    /// The cases of rules are not tried: whoever reads the file tries them.
    pub leave_cases: bool,
}

#[cfg(test)]
impl Surroundings<'_> {
    /// A day in November 2026, and no address.
    pub(super) fn of_tests() -> Self {
        Self {
            public_url: None,
            today: NaiveDate::from_ymd_opt(2026, 11, 22).unwrap_or_default(),
            leave_cases: false,
        }
    }
}

/// Reads a file against what is stored, for a file may name servers and users of an earlier one.
///
/// `file` is the name to show. With `Stored::default()` the file must stand for itself.
pub fn read(
    bytes: &[u8],
    file: &str,
    stored: &Stored,
    around: Surroundings<'_>,
) -> Result<Reading, Problems> {
    let tree = Node::parse(bytes).map_err(|problem| Problems::new(file, vec![problem]))?;
    let mut problems = Vec::new();
    top_level(&tree, &mut problems);
    let search_fields: Option<Vec<SearchField>> = whole(&tree, "search_fields", &mut problems);
    let users = section(&tree, "users", &mut problems);
    let service_keys = section(&tree, "service_keys", &mut problems);
    let mail_servers = section(&tree, "mail_servers", &mut problems);
    let mailboxes = section(&tree, "mailboxes", &mut problems);
    let scanners = section(&tree, "scanners", &mut problems);
    let exceptions: Option<Vec<String>> = whole(&tree, "exceptions", &mut problems);
    let lists: Option<BTreeMap<String, Texts>> = whole(&tree, "lists", &mut problems);
    let rules = section(&tree, "rules", &mut problems);

    let mut checker = Checker {
        tree: &tree,
        stored,
        around,
        problems,
        warnings: Vec::new(),
    };
    let users = checker.users(users);
    let service_keys = checker.service_keys(service_keys, &mail_servers);
    let mail_servers = checker.mail_servers(mail_servers, &service_keys);
    let mailboxes = checker.mailboxes(mailboxes, &mail_servers, &users);
    checker.search_fields(
        &Path::default().key("search_fields"),
        search_fields.as_deref(),
    );
    let default_fields = search_fields.as_deref().unwrap_or(&SearchField::ALL);
    let mut scanners = checker.scanners(scanners, &mailboxes, &mail_servers, default_fields);
    checker.preset_owners(&mut scanners, &users);
    let exceptions = checker.exceptions_of_all(exceptions);
    checker.lists(lists.as_ref());
    // Nothing where there are some that can't be read.
    let none = BTreeMap::new();
    let readable = match &lists {
        Some(lists) => Some(lists),
        None => value(&tree, "lists").is_none().then_some(&none),
    };
    let rules = checker.rules(rules, &scanners, readable);

    let Checker {
        problems, warnings, ..
    } = checker;
    if !problems.is_empty() {
        return Err(Problems::new(file, problems));
    }
    let document = Document {
        users: users.into_list(),
        service_keys: service_keys.into_list(),
        mail_servers: mail_servers.into_list(),
        mailboxes: mailboxes.into_list(),
        search_fields,
        scanners: scanners.into_list(),
        exceptions,
        lists,
        rules: rules.into_list(),
    };
    Ok(Reading {
        document,
        warnings,
        lists_at: tree.position_of(&Path::default().key("lists")),
    })
}

fn top_level(tree: &Node, problems: &mut Vec<Problem>) {
    let entries = match &tree.value {
        Value::Map(entries) => entries,
        Value::Null => return,
        _ => {
            let message = format!(
                "expected sections such as {}, found {}",
                SECTIONS.join(", "),
                tree.describe()
            );
            return problems.push(Problem::new(tree.position, &Path::default(), message));
        }
    };
    for (key, _) in entries {
        if !SECTIONS.contains(&key.text.as_str()) {
            let mut hint = did_you_mean(&key.text, SECTIONS);
            if hint.is_empty() {
                hint = format!("; the sections are {}", SECTIONS.join(", "));
            }
            let message = format!("unknown section \"{}\"{hint}", key.text);
            problems.push(Problem::new(key.position, &Path::default(), message));
        }
    }
}

/// The value of a section; a section with nothing in it counts as absent.
fn value<'a>(tree: &'a Node, name: &str) -> Option<&'a Node> {
    let Value::Map(entries) = &tree.value else {
        return None;
    };
    entries
        .iter()
        .find(|(key, value)| key.text == name && !matches!(value.value, Value::Null))
        .map(|(_, value)| value)
}

/// A section that is one value.
fn whole<T: DeserializeOwned>(
    tree: &Node,
    name: &'static str,
    problems: &mut Vec<Problem>,
) -> Option<T> {
    typed::read(value(tree, name)?, &Path::default().key(name), problems)
}

fn section<T: DeserializeOwned>(
    tree: &Node,
    name: &'static str,
    problems: &mut Vec<Problem>,
) -> Section<T> {
    let Some(node) = value(tree, name) else {
        return Section::absent();
    };
    let path = Path::default().key(name);
    let Value::List(nodes) = &node.value else {
        let message = format!(
            "expected a list of entries beginning with \"-\", found {}",
            node.describe()
        );
        problems.push(Problem::new(node.position, &path, message));
        return Section {
            present: true,
            complete: false,
            items: Vec::new(),
        };
    };
    let items: Vec<Listed<T>> = nodes
        .iter()
        .enumerate()
        .filter_map(|(index, node)| {
            let item = typed::read(node, &path.index(index), problems)?;
            Some(Listed {
                path: path.index(index),
                item,
            })
        })
        .collect();
    Section {
        present: true,
        complete: items.len() == nodes.len(),
        items,
    }
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
