//! What can be wrong: with a rule when a set is compiled, and with a template when a message is decided.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Something in a rule that has to be put right before the set can be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleProblem {
    /// Name of the rule; empty for what all rules share.
    pub rule: String,
    /// Where in the rule (`when.all[1].subject.contains`), or among what is shared (`lists.partners[3]`); empty for the
    /// rule itself.
    pub path: String,
    /// What is wrong and how to cure it, as a sentence.
    pub problem: String,
}

impl fmt::Display for RuleProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.rule.as_str(), self.path.as_str()) {
            ("", path) => write!(f, "{path}: {}", self.problem),
            (rule, "") => write!(f, "rule `{rule}`: {}", self.problem),
            (rule, path) => write!(f, "rule `{rule}`, {path}: {}", self.problem),
        }
    }
}

impl std::error::Error for RuleProblem {}

/// Why a message could not be decided. It carries no text of the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecideError {
    /// A template failed on this message's values.
    #[error(
        "the template of `{field}` in rule `{rule}` failed on this message: {cause}; give it a default, \
         for example `{{{{ … | default(\"\") }}}}`"
    )]
    Template {
        /// Name of the rule.
        rule: String,
        /// The lead's field.
        field: String,
        /// What kind of failure.
        cause: String,
    },
}
