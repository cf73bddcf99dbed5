//! What must come of a case's message: whether the rule matches, which actions are done, and what they say. A key that no
//! action has is an error of the file, as everywhere in a rule.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::facts::RecordKind;
use crate::rule::action::ActionName;
use crate::rule::texts::Texts;
use crate::rule::ticket::{Priority, TicketChange};
use crate::rule::work::MessageStatus;

/// What must come of a case's message; what is left out is not looked at.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// Whether the rule matches.
    pub matches: bool,
    /// The actions that are to be done, in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actions: Option<Vec<ActionName>>,
    /// The actions that were asked for and are not to be done, in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<Vec<ActionName>>,
    /// Fields of the lead that is made.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lead: BTreeMap<LeadField, String>,
    /// Fields of the contact that is made.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub contact: BTreeMap<ContactField, String>,
    /// Fields of the organization that is made.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub organization: BTreeMap<OrganizationField, String>,
    /// Fields of the ticket that is made.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ticket: BTreeMap<TicketField, String>,
    /// What becomes of the tickets that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_ticket: Option<TicketChange>,
    /// The kinds of records that it is linked to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Vec<RecordKind>>,
    /// The user who gets it, or how one is chosen, in the words of the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assign: Option<String>,
    /// How far it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<MessageStatus>,
    /// How soon it has to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// Who of us is told, in any order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "all_of_them")]
    pub notify: Option<Texts>,
    /// What the answer to the sender says.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub auto_reply: BTreeMap<ReplyField, String>,
    /// To whom it is passed on, in any order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "all_of_them")]
    pub forward: Option<Texts>,
    /// Why a person looks first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<String>,
    /// Why nothing is done with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ignore: Option<String>,
    /// Its tags, in any order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "all_of_them")]
    pub tag: Option<Texts>,
    /// The flags that are set, in any order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "all_of_them")]
    pub flag: Option<Texts>,
    /// The flags that are taken away, in any order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "all_of_them")]
    pub unflag: Option<Texts>,
    /// The folder that it is moved to.
    #[serde(default, rename = "move", skip_serializing_if = "Option::is_none")]
    pub moved: Option<String>,
}

/// Unlike the texts of an operator they may be none, and all are meant.
fn all_of_them(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "anyOf": [
            { "type": "string", "minLength": 1 },
            { "type": "array", "items": { "type": "string", "minLength": 1 } },
            { "type": "null" }
        ]
    })
}

/// A field of a lead.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "they are the fields of `LeadFields`")]
pub enum LeadField {
    FirstName,
    LastName,
    Company,
    Email,
    Phone,
    Title,
    Description,
    Source,
    Campaign,
    Owner,
}

/// A field of a contact.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "they are the fields of `ContactFields`")]
pub enum ContactField {
    FirstName,
    LastName,
    Email,
    Phone,
    Organization,
    Owner,
}

/// A field of an organization.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "they are the fields of `OrganizationFields`")]
pub enum OrganizationField {
    Name,
    Domain,
    Phone,
    Owner,
}

/// A field of a ticket.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "they are the fields of `TicketFields`")]
pub enum TicketField {
    Title,
    Description,
    Owner,
    Priority,
}

/// A part of an answer.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "they are parts of `Reply`")]
pub enum ReplyField {
    To,
    From,
    Subject,
    Text,
}

impl Expect {
    /// What the actions must say, each with what it is called in a sentence (`the lead's company`, `assign`).
    #[must_use]
    pub fn said(&self) -> BTreeMap<String, String> {
        let mut said = BTreeMap::new();
        let whole = serde_json::to_value(self).unwrap_or_default();
        let Value::Object(keys) = whole else {
            return said;
        };
        for (key, value) in keys {
            let value = match value {
                // `open` is short for `{status: open}`.
                Value::String(status) if key == "changed_ticket" => json!({ "status": status }),
                value => value,
            };
            match value {
                // Whether and which actions, not what they say.
                _ if ["matches", "actions", "skipped"].contains(&key.as_str()) => {}
                Value::Object(fields) => {
                    let what = key.replace('_', " ");
                    let fields = fields.iter();
                    said.extend(
                        fields.map(|(field, value)| (format!("the {what}'s {field}"), text(value))),
                    );
                }
                value => {
                    said.insert(format!("`{key}`"), text(&value));
                }
            }
        }
        said
    }
}

/// One text of a value; of a list its members, in the order of the alphabet.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(members) => {
            let mut members: Vec<String> = members.iter().map(text).collect();
            members.sort_unstable();
            members.dedup();
            members.join(", ")
        }
        other => other.to_string(),
    }
}
