//! Actions as they stand in files: a name alone (`link`), or a map with one key (`tag: [sales]`).

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::ser::{SerializeMap as _, Serializer};
use serde::{Deserialize, Serialize};

use crate::nearest::unknown;
use crate::rule::action::{ActionName, ActionSpec, CreateLead, LinkRecords, Ties};
use crate::rule::known::{CreateContact, CreateOrganization};
use crate::rule::link_file::LinkFile;
use crate::rule::owner::Owner;
use crate::rule::sending::{AutoReply, Forward, Notify};
use crate::rule::texts::Texts;
use crate::rule::ticket::{CreateTicket, Priority, TicketChange};
use crate::rule::work::MessageStatus;

impl Serialize for ActionSpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let name = self.name().as_str();
        match self {
            Self::Link(link) if link.ties != Ties::Ask => {
                entry(serializer, name, &LinkFile::of(link))
            }
            Self::Link(link) if !link.kinds.is_empty() => entry(serializer, name, &link.kinds),
            Self::CreateLead(lead) if **lead != CreateLead::default() => {
                entry(serializer, name, lead)
            }
            Self::CreateTicket(ticket) if **ticket != CreateTicket::default() => {
                entry(serializer, name, ticket)
            }
            Self::CreateOrganization(organization)
                if **organization != CreateOrganization::default() =>
            {
                entry(serializer, name, organization)
            }
            Self::CreateContact(contact) if **contact != CreateContact::default() => {
                entry(serializer, name, contact)
            }
            Self::Ticket(change) => entry(serializer, name, change),
            Self::Assign(owner) => entry(serializer, name, owner),
            Self::Status(status) => entry(serializer, name, status),
            Self::Priority(priority) => entry(serializer, name, priority),
            Self::Notify(notify) => entry(serializer, name, notify),
            Self::AutoReply(reply) => entry(serializer, name, reply),
            Self::Forward(forward) => entry(serializer, name, forward),
            Self::Hold(Some(reason)) | Self::Ignore(Some(reason)) => {
                entry(serializer, name, reason)
            }
            Self::Tag(texts) | Self::Flag(texts) | Self::Unflag(texts) => {
                entry(serializer, name, &Texts(texts.clone()))
            }
            Self::Move(folder) => entry(serializer, name, folder),
            Self::Link(_)
            | Self::CreateLead(_)
            | Self::CreateTicket(_)
            | Self::CreateOrganization(_)
            | Self::CreateContact(_)
            | Self::Hold(None)
            | Self::Ignore(None)
            | Self::Stop => serializer.serialize_str(name),
        }
    }
}

fn entry<S: Serializer, T: Serialize + ?Sized>(
    serializer: S,
    name: &str,
    value: &T,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(name, value)?;
    map.end()
}

impl<'de> Deserialize<'de> for ActionSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ActionVisitor)
    }
}

struct ActionVisitor;

impl<'de> Visitor<'de> for ActionVisitor {
    type Value = ActionSpec;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an action such as `link`, `create_lead` or `tag: [sales]`")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<ActionSpec, E> {
        match known(name)? {
            ActionName::Link => Ok(ActionSpec::Link(LinkRecords::default())),
            ActionName::CreateLead => Ok(ActionSpec::CreateLead(Box::default())),
            ActionName::CreateTicket => Ok(ActionSpec::CreateTicket(Box::default())),
            ActionName::CreateOrganization => Ok(ActionSpec::CreateOrganization(Box::default())),
            ActionName::CreateContact => Ok(ActionSpec::CreateContact(Box::default())),
            ActionName::Ticket => Err(E::custom(
                "`ticket` needs the status, for example `ticket: open`",
            )),
            ActionName::Assign => Err(E::custom(
                "`assign` needs a user, for example `assign: anna@example.com`",
            )),
            ActionName::Status => Err(E::custom(
                "`status` needs to say which, for example `status: done`",
            )),
            ActionName::Priority => Err(E::custom(
                "`priority` needs to say which, for example `priority: high`",
            )),
            ActionName::Notify => Err(E::custom(
                "`notify` needs to say whom, for example `notify: [anna@example.com]`",
            )),
            ActionName::AutoReply => Err(E::custom(
                "`auto_reply` needs a text, for example `auto_reply: {text: Thank you.}`",
            )),
            ActionName::Forward => Err(E::custom(
                "`forward` needs to say to whom, for example `forward: [anna@example.com]`",
            )),
            ActionName::Hold => Ok(ActionSpec::Hold(None)),
            ActionName::Ignore => Ok(ActionSpec::Ignore(None)),
            ActionName::Stop => Ok(ActionSpec::Stop),
            ActionName::Flag | ActionName::Unflag => Err(E::custom(format!(
                "`{name}` needs the flags, for example `{name}: [flagged]`"
            ))),
            ActionName::Move => Err(E::custom(
                "`move` needs the folder, for example `move: Archive`",
            )),
            ActionName::Tag => Err(E::custom(
                "`tag` needs the tags, for example `tag: [sales]`",
            )),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ActionSpec, A::Error> {
        let Some(Key(name)) = map.next_key()? else {
            return Err(de::Error::custom(
                "an action is empty; write its name, for example `link`",
            ));
        };
        let action = match name {
            ActionName::Link => {
                let link = map.next_value::<Option<LinkRecords>>()?;
                ActionSpec::Link(link.unwrap_or_default())
            }
            ActionName::CreateLead => {
                let lead = map.next_value::<Option<Box<CreateLead>>>()?;
                ActionSpec::CreateLead(lead.unwrap_or_default())
            }
            ActionName::CreateTicket => {
                let ticket = map.next_value::<Option<Box<CreateTicket>>>()?;
                ActionSpec::CreateTicket(ticket.unwrap_or_default())
            }
            ActionName::CreateOrganization => {
                let organization = map.next_value::<Option<Box<CreateOrganization>>>()?;
                ActionSpec::CreateOrganization(organization.unwrap_or_default())
            }
            ActionName::CreateContact => {
                let contact = map.next_value::<Option<Box<CreateContact>>>()?;
                ActionSpec::CreateContact(contact.unwrap_or_default())
            }
            ActionName::Ticket => ActionSpec::Ticket(map.next_value()?),
            ActionName::Assign => ActionSpec::Assign(map.next_value()?),
            ActionName::Status => ActionSpec::Status(map.next_value()?),
            ActionName::Priority => ActionSpec::Priority(map.next_value()?),
            ActionName::Notify => ActionSpec::Notify(map.next_value()?),
            ActionName::AutoReply => ActionSpec::AutoReply(map.next_value()?),
            ActionName::Forward => ActionSpec::Forward(map.next_value()?),
            ActionName::Hold => ActionSpec::Hold(map.next_value()?),
            ActionName::Ignore => ActionSpec::Ignore(map.next_value()?),
            ActionName::Tag => ActionSpec::Tag(map.next_value::<Texts>()?.0),
            ActionName::Flag => ActionSpec::Flag(map.next_value::<Texts>()?.0),
            ActionName::Unflag => ActionSpec::Unflag(map.next_value::<Texts>()?.0),
            ActionName::Move => ActionSpec::Move(map.next_value()?),
            ActionName::Stop => {
                if !map.next_value::<Option<bool>>()?.unwrap_or(true) {
                    return Err(de::Error::custom(
                        "`stop` takes only true; leave the line out to go on",
                    ));
                }
                ActionSpec::Stop
            }
        };
        match map.next_key::<Key>()? {
            None => Ok(action),
            Some(Key(other)) => Err(de::Error::custom(format!(
                "an action has one key, this one has `{}` and `{}`; put a dash before each",
                name.as_str(),
                other.as_str()
            ))),
        }
    }
}

fn known<E: de::Error>(given: &str) -> Result<ActionName, E> {
    ActionName::ALL
        .into_iter()
        .find(|name| name.as_str() == given)
        .ok_or_else(|| {
            let names = ActionName::ALL.map(ActionName::as_str);
            E::custom(unknown("action", given, &names))
        })
}

/// The name of an action as the key of a map.
struct Key(ActionName);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl Visitor<'_> for KeyVisitor {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of an action")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Key, E> {
                known(name).map(Key)
            }
        }

        deserializer.deserialize_str(KeyVisitor)
    }
}

impl JsonSchema for ActionSpec {
    fn schema_name() -> Cow<'static, str> {
        "Action".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let link = generator.subschema_for::<LinkRecords>();
        let lead = generator.subschema_for::<CreateLead>();
        let ticket = generator.subschema_for::<CreateTicket>();
        let organization = generator.subschema_for::<CreateOrganization>();
        let contact = generator.subschema_for::<CreateContact>();
        let change = generator.subschema_for::<TicketChange>();
        let owner = generator.subschema_for::<Owner>();
        let status = generator.subschema_for::<MessageStatus>();
        let priority = generator.subschema_for::<Priority>();
        let notify = generator.subschema_for::<Notify>();
        let reply = generator.subschema_for::<AutoReply>();
        let forward = generator.subschema_for::<Forward>();
        let texts = generator.subschema_for::<Texts>();
        json_schema!({
            "description": "What is done with a message that matches: a name, or a map with one key.",
            "anyOf": [
                { "type": "string", "enum": [
                    "link", "create_lead", "create_ticket", "create_organization", "create_contact", "hold", "ignore",
                    "stop"
                ] },
                {
                    "type": "object",
                    "minProperties": 1,
                    "maxProperties": 1,
                    "additionalProperties": false,
                    "properties": {
                        "link": { "anyOf": [link, { "type": "null" }] },
                        "create_lead": { "anyOf": [lead, { "type": "null" }] },
                        "create_ticket": { "anyOf": [ticket, { "type": "null" }] },
                        "create_organization": { "anyOf": [organization, { "type": "null" }] },
                        "create_contact": { "anyOf": [contact, { "type": "null" }] },
                        "ticket": change,
                        "assign": owner,
                        "status": status,
                        "priority": priority,
                        "notify": notify,
                        "auto_reply": reply,
                        "forward": forward,
                        "hold": {
                            "description": "Have a person look first, for this reason.",
                            "type": ["string", "null"]
                        },
                        "ignore": {
                            "description": "Keep the message and do nothing with it, for this reason.",
                            "type": ["string", "null"]
                        },
                        "tag": texts,
                        "flag": texts,
                        "unflag": texts,
                        "move": {
                            "description": "The folder of its mailbox to which the message is moved.",
                            "type": "string",
                            "minLength": 1
                        },
                        "stop": { "const": true }
                    }
                }
            ]
        })
    }
}

#[cfg(test)]
#[path = "action_file_tests.rs"]
mod tests;
