//! A rule as an admin writes it: when it matches, what it does then, and the cases that prove it.
//!
//! This is the file form and the editor's form; [`crate::RuleSet`] is what decides. YAML itself is read elsewhere.

pub(crate) mod action;
pub(crate) mod action_file;
pub(crate) mod amount;
pub(crate) mod case;
pub(crate) mod condition;
pub(crate) mod condition_file;
pub(crate) mod condition_schema;
pub(crate) mod decimal;
pub(crate) mod expect;
pub(crate) mod fact;
pub(crate) mod fact_kind;
mod fact_names;
pub(crate) mod known;
mod link_file;
pub(crate) mod moment;
pub(crate) mod owner;
pub(crate) mod period;
pub(crate) mod sending;
pub(crate) mod test;
mod test_file;
pub(crate) mod texts;
pub(crate) mod ticket;
mod ticket_change;
pub(crate) mod work;

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::preset::PRESET_PREFIX;
use crate::rule::action::ActionSpec;
use crate::rule::case::Case;
use crate::rule::condition::Condition;

/// One rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name, unique; decisions, links and leads tell it.
    pub name: String,
    /// What it is for, for a person.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// A rule that is not enabled is checked and never tried.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub enabled: bool,
    /// The scanners it belongs to, by name; none means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scanners: Vec<String>,
    /// When it matches; left out, it matches every message.
    #[serde(default, skip_serializing_if = "is_always")]
    pub when: Condition,
    /// What it does with a message that matches, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub then: Vec<ActionSpec>,
    /// No rule after it is tried on a message that matched.
    #[serde(default, skip_serializing_if = "is_no")]
    pub stop: bool,
    /// Messages and what must come of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<Case>,
}

impl Rule {
    /// A rule of this name that matches every message and does nothing yet.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            description: String::new(),
            enabled: true,
            scanners: Vec::new(),
            when: Condition::Always,
            then: Vec::new(),
            stop: false,
            cases: Vec::new(),
        }
    }
}

impl Rule {
    /// Whether it is a ready-made one, which is ticked at scanners, at each by itself.
    #[must_use]
    pub fn is_preset(&self) -> bool {
        self.name.starts_with(PRESET_PREFIX)
    }

    /// The names of the shared lists that it looks in.
    #[must_use]
    pub fn list_names(&self) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        self.when.list_names(&mut names);
        for owner in self.then.iter().filter_map(ActionSpec::owner) {
            owner.list_names(&mut names);
        }
        names
    }
}

/// The JSON Schema of a rule.
#[must_use]
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Rule)
}

fn yes() -> bool {
    true
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature serde calls"
)]
fn is_yes(value: &bool) -> bool {
    *value
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature serde calls"
)]
fn is_no(value: &bool) -> bool {
    !*value
}

fn is_always(when: &Condition) -> bool {
    *when == Condition::Always
}

#[cfg(test)]
#[path = "rule_tests.rs"]
mod tests;
