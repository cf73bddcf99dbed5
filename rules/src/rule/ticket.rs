//! What a rule may do with tickets: make one, or say how far those are that a message belongs to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::facts::Kind;
use crate::rule::owner::Owner;

pub use crate::rule::ticket_change::TicketChange;

/// How a ticket is filled. Each text is a template over the facts; what is left out has a sensible default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CreateTicket {
    /// What it is about; by default the form's subject, else the message's without `Re:` and the like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Longer text; by default the form's message, else the beginning of the message's new text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The user who gets it; by default nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// How soon it has to be; by default `normal`.
    #[serde(skip_serializing_if = "Priority::is_normal")]
    pub priority: Priority,
    /// The kinds of mail that may make a ticket; by default `personal` and `calendar`, and `system` where a form tells
    /// who filled it in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kinds: Option<Vec<Kind>>,
}

impl CreateTicket {
    /// The templates that are given, by field.
    pub(crate) fn templates(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("title", self.title.as_deref()),
            ("description", self.description.as_deref()),
            ("owner", self.owner.as_ref().and_then(Owner::template)),
        ]
        .into_iter()
        .filter_map(|(field, template)| Some((field, template?)))
    }
}

/// How soon a ticket has to be done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Whenever there is time.
    Low,
    /// In its turn.
    #[default]
    Normal,
    /// Before others.
    High,
    /// At once.
    Urgent,
}

impl Priority {
    /// The name used in rule files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "the signature serde calls"
    )]
    fn is_normal(&self) -> bool {
        *self == Self::Normal
    }
}

/// How far a ticket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TicketStatus {
    /// It is our turn.
    Open,
    /// We answered, and it is their turn.
    Answered,
    /// Done.
    Closed,
}

impl TicketStatus {
    /// The name used in rule files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Closed => "closed",
        }
    }
}
