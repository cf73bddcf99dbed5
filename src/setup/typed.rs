//! From a located tree to typed values: unknown keys are told and passed over, other faults end one value.
//!
//! A text is taken as written wherever a text is wanted (`name: no` is a name), and no fault repeats a value that
//! could be a secret.

mod collections;
mod fault;

use std::cell::RefCell;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Visitor};

use self::collections::{Entries, Items};
use self::fault::Fault;
use super::node::{Guess, Key, Node, Scalar, Value};
use super::problem::{Path, Problem};
use crate::config::did_you_mean;

/// Reads one value; what is wrong goes to `problems`, and `None` comes back when nothing could be made of it.
pub(super) fn read<T: DeserializeOwned>(
    node: &Node,
    path: &Path,
    problems: &mut Vec<Problem>,
) -> Option<T> {
    let unknown = RefCell::new(Vec::new());
    let result = T::deserialize(Cursor {
        node,
        path,
        unknown: &unknown,
    });
    problems.append(&mut unknown.into_inner());
    result
        .map_err(|fault| {
            let Fault { place, message } = fault.at(node.position, path);
            let (position, path) = place.unwrap_or_default();
            problems.push(Problem::new(position, &path, message));
        })
        .ok()
}

#[derive(Clone, Copy)]
struct Cursor<'a> {
    node: &'a Node,
    path: &'a Path,
    unknown: &'a RefCell<Vec<Problem>>,
}

impl<'a> Cursor<'a> {
    fn wanted(self, what: &str) -> Fault {
        Fault::new(format!("expected {what}, found {}", self.node.describe()))
            .at(self.node.position, self.path)
    }

    fn scalar(self, what: &str) -> Result<&'a Scalar, Fault> {
        match &self.node.value {
            Value::Scalar(scalar) => Ok(scalar),
            _ => Err(self.wanted(what)),
        }
    }

    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.scalar("a whole number")?.guess {
            Guess::Unsigned(number) => visitor.visit_u64(number),
            Guess::Signed(number) => visitor.visit_i64(number),
            _ => Err(self.wanted("a whole number")),
        }
    }

    fn list<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.node.value {
            Value::List(items) => visitor.visit_seq(Items {
                cursor: self,
                items: items.iter().enumerate(),
            }),
            _ => Err(self.wanted("a list such as [a, b]")),
        }
    }

    /// `known` are the keys of a struct; a map of free keys has none.
    fn map<'de, V: Visitor<'de>>(
        self,
        known: Option<&'static [&'static str]>,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let Value::Map(entries) = &self.node.value else {
            return Err(self.wanted("a map of keys"));
        };
        let mut last_key = None;
        let entries = Entries {
            cursor: self,
            known,
            rest: entries.iter(),
            current: None,
            last_key: &mut last_key,
        };
        let result = visitor.visit_map(entries);
        match (last_key, known) {
            // A visitor of its own faults the key that it read last; a derived one faults the whole map.
            (Some(position), None) => result.map_err(|fault| fault.at(position, self.path)),
            _ => result,
        }
    }

    fn tell_unknown(self, key: &Key, known: &[&str]) {
        let mut hint = did_you_mean(&key.text, known.iter().copied());
        if hint.is_empty() {
            hint = format!("; the keys here are {}", known.join(", "));
        }
        let shown: String = key.text.chars().take(60).collect();
        let message = format!("unknown key \"{shown}\"{hint}");
        self.unknown
            .borrow_mut()
            .push(Problem::new(key.position, self.path, message));
    }
}

impl<'de> Deserializer<'de> for Cursor<'_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let result = match &self.node.value {
            Value::Null => visitor.visit_unit(),
            Value::List(_) => self.list(visitor),
            Value::Map(_) => self.map(None, visitor),
            Value::Scalar(scalar) => match scalar.guess {
                Guess::Text => visitor.visit_str(&scalar.text),
                Guess::Bool(value) => visitor.visit_bool(value),
                Guess::Unsigned(number) => visitor.visit_u64(number),
                Guess::Signed(number) => visitor.visit_i64(number),
                Guess::Float(number) => visitor.visit_f64(number),
            },
        };
        result.map_err(|fault| fault.at(self.node.position, self.path))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.scalar("true or false")?.guess {
            Guess::Bool(value) => visitor.visit_bool(value),
            _ => Err(self.wanted("true or false")),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_str(&self.scalar("a text")?.text)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_i8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.number(visitor)
    }

    fn deserialize_i16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.number(visitor)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.number(visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.number(visitor)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.number(visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.number(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.number(visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.number(visitor)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_any(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_any(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.node.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_any(visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_any(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.list(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.list(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.map(None, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.map(Some(fields), visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let result = match &self.node.value {
            Value::Scalar(scalar) => visitor.visit_enum(StrDeserializer::new(scalar.text.as_str())),
            Value::Map(entries) => {
                let mut last_key = None;
                let entries = Entries {
                    cursor: self,
                    known: None,
                    rest: entries.iter(),
                    current: None,
                    last_key: &mut last_key,
                };
                visitor.visit_enum(MapAccessDeserializer::new(entries))
            }
            _ => Err(self.wanted("a word")),
        };
        result.map_err(|fault| fault.at(self.node.position, self.path))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }
}
