//! The texts that an operator takes: one, or an any-of list.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::ser::{SerializeSeq as _, Serializer};
use serde::{Deserialize, Serialize};

/// One text, or a list of which any may fit. In files a single one may stand without brackets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts(pub Vec<String>);

impl Texts {
    /// The texts in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl<T: Into<String>> FromIterator<T> for Texts {
    fn from_iter<I: IntoIterator<Item = T>>(texts: I) -> Self {
        Self(texts.into_iter().map(Into::into).collect())
    }
}

impl From<&str> for Texts {
    fn from(text: &str) -> Self {
        Self(vec![text.to_owned()])
    }
}

impl Serialize for Texts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => serializer.serialize_str(one),
            many => {
                let mut list = serializer.serialize_seq(Some(many.len()))?;
                for text in many {
                    list.serialize_element(text)?;
                }
                list.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextsVisitor)
    }
}

impl JsonSchema for Texts {
    fn schema_name() -> Cow<'static, str> {
        "Texts".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "One text, or a list of which any may fit.",
            "anyOf": [
                { "type": "string", "minLength": 1 },
                { "type": "array", "items": { "type": "string", "minLength": 1 }, "minItems": 1 }
            ]
        })
    }
}

struct TextsVisitor;

impl<'de> Visitor<'de> for TextsVisitor {
    type Value = Texts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a list of texts")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Texts, E> {
        Ok(Texts::from(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Texts, A::Error> {
        let mut texts = Vec::new();
        // A list inside the list is laid flat, so that a YAML anchor can be one member of it.
        while let Some(mut more) = items.next_element::<Texts>()? {
            texts.append(&mut more.0);
        }
        Ok(Texts(texts))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Texts, E> {
        Err(unquoted(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Texts, E> {
        Err(unquoted(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Texts, E> {
        Err(unquoted(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Texts, E> {
        Err(unquoted(value))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Texts, E> {
        Err(de::Error::custom("a value is missing here"))
    }
}

/// YAML reads `007` as the number 7, so a number is asked to be quoted rather than guessed.
pub(super) fn unquoted<E: de::Error>(value: impl fmt::Display) -> E {
    de::Error::custom(format!(
        "expected a text, found {value}; put it in quotes: \"{value}\""
    ))
}

#[cfg(test)]
#[path = "texts_tests.rs"]
mod tests;
