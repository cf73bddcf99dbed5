//! What a rule says of the tickets that a message belongs to: `open`, or `{status: open, priority: high}`.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::ser::{SerializeMap as _, Serializer};
use serde::{Deserialize, Serialize};

use crate::rule::ticket::{Priority, TicketStatus};

/// What becomes of a ticket; at least one of them is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TicketChange {
    /// How far it is from now on.
    pub status: Option<TicketStatus>,
    /// How soon it has to be done from now on.
    pub priority: Option<Priority>,
}

impl fmt::Display for TicketChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.status, self.priority) {
            (Some(status), None) => f.write_str(status.as_str()),
            (None, Some(priority)) => write!(f, "{} priority", priority.as_str()),
            (Some(status), Some(priority)) => {
                write!(f, "{}, {} priority", status.as_str(), priority.as_str())
            }
            (None, None) => Ok(()),
        }
    }
}

impl Serialize for TicketChange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let (Some(status), None) = (self.status, self.priority) {
            return status.serialize(serializer);
        }
        let mut map = serializer.serialize_map(None)?;
        if let Some(status) = self.status {
            map.serialize_entry("status", &status)?;
        }
        if let Some(priority) = self.priority {
            map.serialize_entry("priority", &priority)?;
        }
        map.end()
    }
}

/// The map.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeFile {
    status: Option<TicketStatus>,
    priority: Option<Priority>,
}

impl<'de> Deserialize<'de> for TicketChange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ChangeVisitor;

        impl<'de> Visitor<'de> for ChangeVisitor {
            type Value = TicketChange;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a status such as `open`, or `{status: open, priority: high}`")
            }

            fn visit_str<E: de::Error>(self, status: &str) -> Result<TicketChange, E> {
                let status = TicketStatus::deserialize(StrDeserializer::new(status))?;
                Ok(TicketChange {
                    status: Some(status),
                    priority: None,
                })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<TicketChange, A::Error> {
                let ChangeFile { status, priority } =
                    ChangeFile::deserialize(MapAccessDeserializer::new(map))?;
                if status.is_none() && priority.is_none() {
                    return Err(de::Error::custom(
                        "nothing is said of the ticket; write `status` or `priority`",
                    ));
                }
                Ok(TicketChange { status, priority })
            }
        }

        deserializer.deserialize_any(ChangeVisitor)
    }
}

impl JsonSchema for TicketChange {
    fn schema_name() -> Cow<'static, str> {
        "TicketChange".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let status = generator.subschema_for::<TicketStatus>();
        let priority = generator.subschema_for::<Priority>();
        json_schema!({
            "description": "What becomes of the tickets that the message belongs to.",
            "anyOf": [
                status,
                {
                    "type": "object",
                    "minProperties": 1,
                    "properties": { "status": status, "priority": priority },
                    "additionalProperties": false
                }
            ]
        })
    }
}
