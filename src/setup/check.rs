//! What can be wrong with a setup file beyond its shape: names, references, combinations that can't work.

mod lists;
mod mail_servers;
mod mailboxes;
mod oauth;
mod redirect_uri;
mod rules;
mod scanners;
mod service_keys;
#[cfg(test)]
pub(super) mod told;
mod users;

use std::collections::HashMap;
use std::fmt::Display;

use super::document::SearchField;
use super::node::Node;
use super::problem::{Path, Problem};
use super::read::Surroundings;
use super::secret::Secret;
use super::stored::Stored;
use crate::config::did_you_mean;

/// Names longer than this are texts.
const NAME_LIMIT: usize = 100;

/// One entry of a section and its place.
pub(super) struct Listed<T> {
    pub(super) path: Path,
    pub(super) item: T,
}

/// The entries of a section that could be read.
pub(super) struct Section<T> {
    pub(super) present: bool,
    /// No entry was dropped for a fault; else a missing name proves nothing.
    pub(super) complete: bool,
    pub(super) items: Vec<Listed<T>>,
}

impl<T> Section<T> {
    pub(super) fn absent() -> Self {
        Self {
            present: false,
            complete: true,
            items: Vec::new(),
        }
    }

    pub(super) fn into_list(self) -> Option<Vec<T>> {
        self.present
            .then(|| self.items.into_iter().map(|listed| listed.item).collect())
    }
}

/// Gathers what is wrong.
pub(super) struct Checker<'a> {
    pub(super) tree: &'a Node,
    pub(super) stored: &'a Stored,
    pub(super) around: Surroundings<'a>,
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Vec<Problem>,
}

impl Checker<'_> {
    fn problem(&mut self, path: &Path, message: impl Display) {
        self.problems
            .push(Problem::new(self.tree.position_of(path), path, message));
    }

    fn warning(&mut self, path: &Path, message: impl Display) {
        self.warnings
            .push(Problem::new(self.tree.position_of(path), path, message));
    }

    /// A name: some letters on one line.
    fn name(&mut self, path: &Path, name: &str) {
        if name.trim().is_empty() {
            self.problem(path, "the name is empty");
        } else if name.chars().count() > NAME_LIMIT {
            self.problem(
                path,
                format!("the name is longer than {NAME_LIMIT} letters"),
            );
        } else if name.trim() != name || name.chars().any(char::is_control) {
            self.problem(
                path,
                "the name begins or ends with a space or holds a line break; write it on one line",
            );
        }
    }

    /// `local@domain`, lower-cased as it is stored.
    fn address(&mut self, path: &Path, address: &str) -> String {
        let lower = address.trim().to_lowercase();
        let well_formed = lower.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && !domain.is_empty() && !domain.contains('@')
        });
        if !well_formed
            || lower.len() > 254
            || lower.chars().any(|c| c.is_whitespace() || c.is_control())
        {
            let shown: String = address.chars().take(80).collect();
            self.problem(
                path,
                format!("\"{shown}\" is not an address; write it as anna@example.com"),
            );
        }
        lower
    }

    /// Each name once.
    fn unique<T>(&mut self, items: &[Listed<T>], key: &str, name: impl Fn(&T) -> &str) {
        let mut seen: HashMap<&str, &Path> = HashMap::new();
        for Listed { path, item } in items {
            let name = name(item);
            if let Some(first) = seen.get(name) {
                self.problem(
                    &path.key(key),
                    format!("\"{name}\" is already {first}; each may appear once"),
                );
            } else {
                seen.insert(name, path);
            }
        }
    }

    /// A list of texts, none empty and none twice.
    fn distinct(&mut self, path: &Path, texts: &[String], what: &str) {
        for (index, text) in texts.iter().enumerate() {
            if text.is_empty() {
                self.problem(&path.index(index), format!("the {what} is empty"));
            } else if texts.iter().take(index).any(|earlier| earlier == text) {
                self.problem(
                    &path.index(index),
                    format!("the {what} \"{text}\" is there twice"),
                );
            }
        }
    }

    /// A secret that is in the file itself.
    fn literal(&mut self, path: &Path, secret: &Secret) {
        if let Secret::Literal(_) = secret {
            self.warning(
                path,
                "the secret is written in the file; ${env:NAME} or ${file:/path} keeps it out",
            );
        }
    }

    /// A name that must exist in the file or the store.
    fn reference(&mut self, path: &Path, what: &str, name: &str, known: &[&str]) {
        if !known.contains(&name) {
            let mut hint = did_you_mean(name, known.iter().copied());
            if hint.is_empty() {
                hint = format!(
                    "; add it to this file or correct the name{}",
                    some_of(known)
                );
            }
            self.problem(path, format!("no {what} \"{name}\"{hint}"));
        }
    }

    /// Fields to search: at least one, none twice.
    pub(super) fn search_fields(&mut self, path: &Path, fields: Option<&[SearchField]>) {
        let Some(fields) = fields else { return };
        if fields.is_empty() {
            self.problem(path, "no field is named; remove the key to search all");
        }
        let names: Vec<String> = fields
            .iter()
            .map(|field| field.as_str().to_owned())
            .collect();
        self.distinct(path, &names, "field");
    }
}

fn some_of(known: &[&str]) -> String {
    match known.len() {
        1..=8 => format!(" (there is {})", known.join(", ")),
        _ => String::new(),
    }
}
