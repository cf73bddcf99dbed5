//! What stands under `link` in files: kinds of records (`[contact, lead]`), or a map with `kinds` and `ties`.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::facts::RecordKind;
use crate::nearest::unknown;
use crate::rule::action::{LinkRecords, Ties};
use crate::rule::texts::Texts;

/// The map under `link`.
#[derive(Serialize)]
pub(super) struct LinkFile<'l> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    kinds: &'l [RecordKind],
    ties: Ties,
}

impl<'l> LinkFile<'l> {
    pub(super) fn of(link: &'l LinkRecords) -> Self {
        Self {
            kinds: &link.kinds,
            ties: link.ties,
        }
    }
}

impl<'de> Deserialize<'de> for LinkRecords {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LinkVisitor)
    }
}

struct LinkVisitor;

impl<'de> Visitor<'de> for LinkVisitor {
    type Value = LinkRecords;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "kinds of records such as `[contact, lead]`, or `{kinds: [contact], ties: all}`",
        )
    }

    fn visit_str<E: de::Error>(self, kind: &str) -> Result<LinkRecords, E> {
        of_kinds(&Texts::from(kind))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<LinkRecords, A::Error> {
        let mut kinds = Vec::new();
        while let Some(mut more) = items.next_element::<Texts>()? {
            kinds.append(&mut more.0);
        }
        of_kinds(&Texts(kinds))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<LinkRecords, A::Error> {
        let mut link = LinkRecords::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "kinds" => link.kinds = of_kinds(&map.next_value()?)?.kinds,
                "ties" => link.ties = ties(&map.next_value::<String>()?)?,
                other => {
                    let known = ["kinds", "ties"];
                    return Err(de::Error::custom(unknown("key of `link`", other, &known)));
                }
            }
        }
        Ok(link)
    }
}

fn of_kinds<E: de::Error>(names: &Texts) -> Result<LinkRecords, E> {
    let mut kinds = Vec::new();
    for name in names.iter() {
        let kind = RecordKind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == name)
            .ok_or_else(|| {
                let known = RecordKind::ALL.map(RecordKind::as_str);
                E::custom(unknown("kind of record", name, &known))
            })?;
        kinds.push(kind);
    }
    Ok(LinkRecords {
        kinds,
        ties: Ties::Ask,
    })
}

fn ties<E: de::Error>(word: &str) -> Result<Ties, E> {
    match word {
        "ask" => Ok(Ties::Ask),
        "all" => Ok(Ties::All),
        other => Err(E::custom(unknown(
            "word for `ties`",
            other,
            &["ask", "all"],
        ))),
    }
}

impl JsonSchema for LinkRecords {
    fn schema_name() -> Cow<'static, str> {
        "Link".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let kind = generator.subschema_for::<RecordKind>();
        let ties = generator.subschema_for::<Ties>();
        json_schema!({
            "description": "Link the message to its candidates of these kinds.",
            "anyOf": [
                kind,
                { "type": "array", "items": kind },
                {
                    "type": "object",
                    "properties": { "kinds": { "type": "array", "items": kind }, "ties": ties },
                    "additionalProperties": false
                }
            ]
        })
    }
}
