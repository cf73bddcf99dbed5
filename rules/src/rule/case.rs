//! Cases: a message, short to write, and what the rule must make of it. A rule is published only when they pass.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::facts::{Direction, Kind, RecordKind};
use crate::rule::action::ActionName;
use crate::rule::amount::Amount;
use crate::rule::texts::Texts;

/// A message and what must come of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// The message; what is left out is absent from it.
    #[serde(default)]
    pub message: CaseMessage,
    /// What must come of it.
    pub expect: Expect,
}

/// A message, short to write.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CaseMessage {
    /// `Anna Rossi <anna@example.it>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The Reply-To address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// To addresses.
    #[serde(skip_serializing_if = "is_empty")]
    pub to: Texts,
    /// Cc addresses.
    #[serde(skip_serializing_if = "is_empty")]
    pub cc: Texts,
    /// The subject.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// The text that a person reads.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Headers by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// File names of attachments.
    #[serde(skip_serializing_if = "is_empty")]
    pub attachments: Texts,
    /// Size of the whole message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<Amount>,
    /// What sort of mail it is; personal unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Which way it went; received unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// The folder it was found in.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub folder: String,
    /// The mailbox it was found in.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub mailbox: String,
    /// The sender is known as this sort of record; unknown unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<RecordKind>,
    /// It answers a message that is linked to this sort of record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answers: Option<RecordKind>,
}

/// What must come of a case's message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// Whether the rule matches.
    pub matches: bool,
    /// The actions that are to be done, in order; not looked at when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actions: Option<Vec<ActionName>>,
    /// The actions that were asked for and are not to be done, in order; not looked at when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<Vec<ActionName>>,
    /// Fields of the lead by name; those left out are not looked at.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lead: BTreeMap<String, String>,
}

fn is_empty(texts: &Texts) -> bool {
    texts.0.is_empty()
}
