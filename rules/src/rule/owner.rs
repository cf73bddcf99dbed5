//! Who is to own what a rule makes: a user's address, or how one is chosen among several.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap as _, Serializer};
use serde::{Deserialize, Serialize};

use crate::facts::RecordKind;
use crate::nearest::unknown;
use crate::rule::texts::Texts;

/// Who is to own something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// E-mail of a user; a template.
    Named(String),
    /// One who is chosen when it is made.
    Chosen(Box<ChooseOwner>),
}

impl Owner {
    /// The template of the address, or of the one that gets it where nobody else does.
    pub(crate) fn template(&self) -> Option<&str> {
        match self {
            Self::Named(template) => Some(template),
            Self::Chosen(choose) => choose.otherwise.as_deref(),
        }
    }

    /// The names of the shared lists of whose members one is chosen.
    pub(super) fn list_names<'o>(&'o self, names: &mut BTreeSet<&'o str>) {
        let Self::Chosen(choose) = self else { return };
        for members in [&choose.round_robin, &choose.least_busy] {
            if let Some(Members::Lists(lists)) = members {
                names.extend(lists.iter());
            }
        }
    }
}

/// How an owner is chosen; the first way that finds somebody counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ChooseOwner {
    /// Whoever owns the record of these kinds that the message belongs to.
    #[serde(skip_serializing_if = "Kinds::is_empty")]
    pub of: Kinds,
    /// One after the other, whoever is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round_robin: Option<Members>,
    /// Whoever of those who are there has the fewest that are open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least_busy: Option<Members>,
    /// Who has so many open ones gets no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u32>,
    /// Who gets it when all are absent or have enough; a template. Nobody when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<String>,
}

/// Kinds of records; a single one may stand without brackets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kinds(pub Vec<RecordKind>);

impl Kinds {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Among whom an owner is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Members {
    /// E-mails of users.
    People(Texts),
    /// The members of lists by name.
    Lists(Texts),
}

impl Serialize for Owner {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Named(template) => serializer.serialize_str(template),
            Self::Chosen(choose) => choose.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Owner {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OwnerVisitor;

        impl<'de> Visitor<'de> for OwnerVisitor {
            type Value = Owner;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a user's e-mail, or how one is chosen: `{round_robin: [anna@example.com, bob@example.com]}`")
            }

            fn visit_str<E: de::Error>(self, template: &str) -> Result<Owner, E> {
                Ok(Owner::Named(template.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Owner, A::Error> {
                let choose = ChooseOwner::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Owner::Chosen(Box::new(choose)))
            }
        }

        deserializer.deserialize_any(OwnerVisitor)
    }
}

impl JsonSchema for Owner {
    fn schema_name() -> Cow<'static, str> {
        "Owner".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let choose = generator.subschema_for::<ChooseOwner>();
        json_schema!({
            "description": "E-mail of the user who gets it, or how one is chosen.",
            "anyOf": [{ "type": "string" }, choose]
        })
    }
}

impl Serialize for Kinds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let names: Texts = self.0.iter().map(|kind| kind.as_str()).collect();
        names.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Kinds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Texts::deserialize(deserializer)?;
        let kinds = names.iter().map(|name| {
            let found = RecordKind::ALL
                .into_iter()
                .find(|kind| kind.as_str() == name);
            found.ok_or_else(|| {
                let known = RecordKind::ALL.map(RecordKind::as_str);
                de::Error::custom(unknown("kind of record", name, &known))
            })
        });
        kinds.collect::<Result<_, _>>().map(Self)
    }
}

impl JsonSchema for Kinds {
    fn schema_name() -> Cow<'static, str> {
        "Kinds".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let kind = generator.subschema_for::<RecordKind>();
        json_schema!({ "anyOf": [kind, { "type": "array", "items": kind }] })
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::People(people) => people.serialize(serializer),
            Self::Lists(lists) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("list", lists)?;
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;

        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("e-mails of users, or a list by its name: `{list: sales team}`")
            }

            fn visit_str<E: de::Error>(self, email: &str) -> Result<Members, E> {
                Ok(Members::People(Texts::from(email)))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Members, A::Error> {
                let mut people = Vec::new();
                while let Some(mut more) = items.next_element::<Texts>()? {
                    people.append(&mut more.0);
                }
                Ok(Members::People(Texts(people)))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut lists = None;
                while let Some(key) = map.next_key::<String>()? {
                    if key != "list" {
                        return Err(de::Error::custom(unknown("key", &key, &["list"])));
                    }
                    lists = Some(map.next_value::<Texts>()?);
                }
                lists
                    .map(Members::Lists)
                    .ok_or_else(|| de::Error::missing_field("list"))
            }
        }

        deserializer.deserialize_any(MembersVisitor)
    }
}

impl JsonSchema for Members {
    fn schema_name() -> Cow<'static, str> {
        "Members".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let texts = generator.subschema_for::<Texts>();
        json_schema!({
            "description": "E-mails of users, or a list by its name.",
            "anyOf": [
                texts,
                {
                    "type": "object",
                    "properties": { "list": texts },
                    "required": ["list"],
                    "additionalProperties": false
                }
            ]
        })
    }
}
