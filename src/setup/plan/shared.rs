//! What rules share: lists by name, and exceptions of all scanners.

use std::collections::BTreeSet;

use rules::Rule;
use serde_json::Value;

use super::compare;
use crate::setup::changes::{Change, Field, Kind, Target};
use crate::setup::document::{Document, SharedList};
use crate::setup::stored::Stored;

/// Before the rules that speak of them.
pub(super) fn plan(document: &Document, stored: &Stored, changes: &mut Vec<Change>) {
    if let Some(wanted) = &document.exceptions
        && *wanted != stored.exceptions
    {
        let shown = |entries: &[String]| Some(Value::from(entries.to_vec()));
        changes.push(Change {
            section: "exceptions",
            name: "all scanners".to_owned(),
            change: Kind::Update,
            fields: vec![Field {
                field: "entries".to_owned(),
                before: shown(&stored.exceptions),
                after: shown(wanted),
            }],
            target: Target::Exceptions(wanted.clone()),
        });
    }
    if let Some(lists) = &document.lists {
        let lists: Vec<SharedList> = lists.iter().map(SharedList::of).collect();
        compare(
            "lists",
            &lists,
            &stored.lists,
            |list| &list.name,
            Target::List,
            changes,
        );
    }
}

/// Lists that the file does not name and no rule looks in, when the rules are as the file wants them.
pub(super) fn remove_lists(document: &Document, stored: &Stored, changes: &mut Vec<Change>) {
    let Some(lists) = &document.lists else { return };
    let staying = stored.rules.values().map(|row| &row.item.rule);
    // A file with rules prunes all others.
    let rules: Vec<&Rule> = match &document.rules {
        Some(rules) => rules.iter().collect(),
        None => staying.collect(),
    };
    let used: BTreeSet<&str> = rules.iter().flat_map(|rule| rule.list_names()).collect();
    for (name, row) in &stored.lists {
        if !lists.contains_key(name) && !used.contains(name.as_str()) {
            changes.push(Change {
                section: "lists",
                name: name.clone(),
                change: Kind::Delete,
                fields: Vec::new(),
                target: Target::NoList(row.id),
            });
        }
    }
}
