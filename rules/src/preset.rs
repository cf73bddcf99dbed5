//! Presets: ready-made rules that an admin ticks at a scanner, the actions that a scanner of `YetiForce` has.
//!
//! They are rules as all others, of `rules/presets/yetiforce.yaml`; only their names and their place behind the rules of the
//! admin are fixed.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::rule::Rule;
use crate::rule::action::ActionSpec;

/// The rules as a person reads them.
const YETIFORCE: &str = include_str!("../presets/yetiforce.yaml");

/// What the names of their rules begin with; no rule of an admin does.
pub const PRESET_PREFIX: &str = "preset: ";

/// A box to tick at a scanner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// Keeps every message. All scanners do, so it stands for no rule.
    CreateEmail,
    /// Links to all records that have an address of the message, or their number in its subject.
    Bind,
    /// Opens the ticket again that received mail belongs to.
    OpenTicket,
    /// Makes a ticket of received mail that belongs to none.
    CreateTicket,
}

impl Preset {
    /// Every one, in the order in which they are tried.
    pub const ALL: [Self; 4] = [
        Self::CreateEmail,
        Self::Bind,
        Self::OpenTicket,
        Self::CreateTicket,
    ];

    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CreateEmail => "create_email",
            Self::Bind => "bind",
            Self::OpenTicket => "open_ticket",
            Self::CreateTicket => "create_ticket",
        }
    }

    /// The preset of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.as_str() == name)
    }
}

impl JsonSchema for Preset {
    fn schema_name() -> Cow<'static, str> {
        "Preset".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "enum": Self::ALL.map(Self::as_str) })
    }
}

/// The rules that these presets stand for at the scanner of that name, to be tried behind all others. What they make
/// belongs to `owner`, the e-mail of a user, if there is one.
///
/// # Errors
/// A sentence, where the rules of this program are none.
pub fn preset_rules(
    presets: &[Preset],
    scanner: &str,
    owner: Option<&str>,
) -> Result<Vec<Rule>, String> {
    if presets.is_empty() {
        return Ok(Vec::new());
    }
    let all: Vec<Rule> = serde_saphyr::from_str(YETIFORCE).map_err(|error| error.to_string())?;
    let mut ticked = Vec::new();
    for mut rule in all {
        let is_ticked =
            |preset: &Preset| rule.name.strip_prefix(PRESET_PREFIX) == Some(preset.as_str());
        if !presets.iter().any(is_ticked) {
            continue;
        }
        rule.scanners = vec![scanner.to_owned()];
        rule.cases = Vec::new();
        if let Some(owner) = owner {
            rule.then = owned(rule.then, owner)?;
        }
        ticked.push(rule);
    }
    Ok(ticked)
}

/// The same actions, and what they make is `owner`'s.
fn owned(actions: Vec<ActionSpec>, owner: &str) -> Result<Vec<ActionSpec>, String> {
    let ticket = serde_json::json!({ "create_ticket": { "owner": owner } });
    let ticket: ActionSpec = serde_json::from_value(ticket).map_err(|error| error.to_string())?;
    let give = |action: ActionSpec| match action {
        ActionSpec::CreateTicket(_) => ticket.clone(),
        other => other,
    };
    Ok(actions.into_iter().map(give).collect())
}

#[cfg(test)]
#[path = "preset_tests.rs"]
mod tests;
