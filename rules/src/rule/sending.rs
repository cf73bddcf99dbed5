//! What a rule may have sent: an answer by itself, the message to somebody else, word of it to our own people.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::rule::period::Period;
use crate::rule::texts::Texts;

/// An answer that is sent by itself. Subject and text are templates over the facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AutoReply {
    /// Its subject; by default the message's, with `Re:` before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Its text.
    pub text: String,
    /// The address of ours that it is from; by default the mailbox's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// How long an address that was answered gets no second one.
    #[serde(default = "a_week", skip_serializing_if = "is_a_week")]
    pub once_in: Period,
    /// How many this rule sends a day.
    #[serde(default = "a_hundred", skip_serializing_if = "is_a_hundred")]
    pub at_most: u32,
}

fn a_week() -> Period {
    Period::days(7)
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature serde calls"
)]
fn is_a_week(period: &Period) -> bool {
    *period == a_week()
}

fn a_hundred() -> u32 {
    100
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature serde calls"
)]
fn is_a_hundred(number: &u32) -> bool {
    *number == a_hundred()
}

/// To whom the message is passed on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forward {
    /// Addresses, as the admin wrote them: no template of what a message says.
    pub to: Texts,
    /// Also what may not be from whom it says.
    pub even_weak: bool,
}

/// Who of us is told of the message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notify {
    /// E-mails of users; `owner` and `assignee` stand for whoever that is.
    pub to: Texts,
    /// What they are told beside subject, sender and rule; a template.
    pub text: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ForwardFile {
    to: Texts,
    #[serde(default)]
    even_weak: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NotifyFile {
    to: Texts,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

impl Serialize for Forward {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.even_weak {
            return self.to.serialize(serializer);
        }
        let file = ForwardFile {
            to: self.to.clone(),
            even_weak: true,
        };
        file.serialize(serializer)
    }
}

impl Serialize for Notify {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.text.is_none() {
            return self.to.serialize(serializer);
        }
        let file = NotifyFile {
            to: self.to.clone(),
            text: self.text.clone(),
        };
        file.serialize(serializer)
    }
}

/// Addresses alone, or a map that says more.
enum Receivers<F> {
    Alone(Texts),
    More(F),
}

impl<'de, F: Deserialize<'de>> Deserialize<'de> for Receivers<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ReceiversVisitor<F>(std::marker::PhantomData<F>);

        impl<'de, F: Deserialize<'de>> Visitor<'de> for ReceiversVisitor<F> {
            type Value = Receivers<F>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("addresses such as `[anna@example.com]`, or a map with `to`")
            }

            fn visit_str<E: de::Error>(self, address: &str) -> Result<Self::Value, E> {
                Ok(Receivers::Alone(Texts::from(address)))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut addresses = Vec::new();
                while let Some(mut more) = items.next_element::<Texts>()? {
                    addresses.append(&mut more.0);
                }
                Ok(Receivers::Alone(Texts(addresses)))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                F::deserialize(MapAccessDeserializer::new(map)).map(Receivers::More)
            }
        }

        deserializer.deserialize_any(ReceiversVisitor(std::marker::PhantomData))
    }
}

impl<'de> Deserialize<'de> for Forward {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Receivers::<ForwardFile>::deserialize(deserializer)? {
            Receivers::Alone(to) => Self {
                to,
                even_weak: false,
            },
            Receivers::More(ForwardFile { to, even_weak }) => Self { to, even_weak },
        })
    }
}

impl<'de> Deserialize<'de> for Notify {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Receivers::<NotifyFile>::deserialize(deserializer)? {
            Receivers::Alone(to) => Self { to, text: None },
            Receivers::More(NotifyFile { to, text }) => Self { to, text },
        })
    }
}

impl JsonSchema for Forward {
    fn schema_name() -> Cow<'static, str> {
        "Forward".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let texts = generator.subschema_for::<Texts>();
        json_schema!({
            "description": "To whom the message is passed on.",
            "anyOf": [
                texts,
                {
                    "type": "object",
                    "properties": { "to": texts, "even_weak": { "type": "boolean" } },
                    "required": ["to"],
                    "additionalProperties": false
                }
            ]
        })
    }
}

impl JsonSchema for Notify {
    fn schema_name() -> Cow<'static, str> {
        "Notify".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let texts = generator.subschema_for::<Texts>();
        json_schema!({
            "description": "Who of us is told of the message: e-mails of users, `owner`, `assignee`.",
            "anyOf": [
                texts,
                {
                    "type": "object",
                    "properties": { "to": texts, "text": { "type": "string" } },
                    "required": ["to"],
                    "additionalProperties": false
                }
            ]
        })
    }
}
