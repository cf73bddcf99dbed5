//! All that decides, as data: what a version of the rules is, what a draft of them is, and what is compared.

use serde::{Deserialize, Serialize};

use crate::rule::Rule;
use crate::shared::Shared;

/// The rules in their order, with the lists and exceptions that they share.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RuleBook {
    /// In the order in which they are tried.
    pub rules: Vec<Rule>,
    /// What they share.
    pub shared: Shared,
}

impl RuleBook {
    /// Whether nothing in it decides anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let exceptions = &self.shared.exceptions;
        self.rules.is_empty()
            && self.shared.lists.is_empty()
            && exceptions.everywhere.is_empty()
            && exceptions.scanners.values().all(Vec::is_empty)
    }

    /// The same rules, each asked of every message of its scanners whatever those before it say, and doing nothing: what
    /// matches there would match if it stood alone.
    #[must_use]
    pub fn each_alone(&self) -> Self {
        let rules = self.rules.iter().map(|rule| Rule {
            then: vec![crate::ActionSpec::Ignore(None)],
            stop: false,
            cases: Vec::new(),
            ..rule.clone()
        });
        Self {
            rules: rules.collect(),
            shared: self.shared.clone(),
        }
    }
}
