//! A YAML document as a tree that knows where each value stands, so that every problem can be told at once.
//!
//! Size, depth, nodes and aliases are limited; a key that appears twice is an error. It never knows what the
//! document should hold.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{DuplicateKeyPolicy, Location, MessageFormatter, Spanned, UserMessageFormatter};
use zeroize::Zeroizing;

use super::problem::{Path, Position, Problem, Step};

/// Largest document in bytes.
const SIZE_LIMIT: usize = 4 * 1024 * 1024;
const DEPTH_LIMIT: usize = 48;

/// One value and where it stands.
pub(super) struct Node {
    /// Its first character.
    pub(super) position: Position,
    /// What it is.
    pub(super) value: Value,
}

/// What a value is.
pub(super) enum Value {
    /// Nothing: an empty value, `~` or `null`.
    Null,
    /// A single value.
    Scalar(Scalar),
    /// A list.
    List(Vec<Node>),
    /// A map in its order.
    Map(Vec<(Key, Node)>),
}

/// A single value: as written, and as YAML would guess it.
pub(super) struct Scalar {
    /// The text as written (without quotes). May be a secret.
    pub(super) text: Zeroizing<String>,
    /// What YAML takes it for.
    pub(super) guess: Guess,
}

/// What YAML takes a plain scalar for.
#[derive(Clone, Copy)]
pub(super) enum Guess {
    Text,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

/// The key of a map's entry.
pub(super) struct Key {
    pub(super) text: String,
    pub(super) position: Position,
}

impl Node {
    /// Reads a document.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let whole_file = |message: &str| {
            Problem::new(Position { line: 1, column: 1 }, &Path::default(), message)
        };
        if bytes.len() > SIZE_LIMIT {
            return Err(whole_file(
                "the file is larger than 4 MiB; split it and apply the parts one by one",
            ));
        }
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = before.split(|byte| *byte == b'\n').count() as u64;
            Problem::new(
                Position { line, column: 1 },
                &Path::default(),
                "the line is not UTF-8 text; save the file as UTF-8",
            )
        })?;
        match serde_saphyr::from_str_with_options::<Option<Read>>(text, options()) {
            Ok(read) => Ok(read.map_or(
                Self {
                    position: Position { line: 1, column: 1 },
                    value: Value::Null,
                },
                |read| read.node(text),
            )),
            Err(error) => {
                let error = error.without_snippet();
                let position = error.location().map(position).unwrap_or_default();
                let message = format!("not YAML: {}", UserMessageFormatter.format_message(error));
                Err(Problem::new(position, &Path::default(), message))
            }
        }
    }

    /// Where the value at `path` stands; where it is missing, the nearest one around it.
    pub(super) fn position_of(&self, path: &Path) -> Position {
        let (mut node, mut steps) = (self, path.steps());
        while let Some((step, rest)) = steps.split_first() {
            let inner = match (step, &node.value) {
                (Step::Key(name), Value::Map(entries)) => named(entries, name, rest),
                (Step::Index(index), Value::List(items)) => {
                    items.get(*index).map(|item| (item, rest))
                }
                _ => None,
            };
            let Some((inner, rest)) = inner else { break };
            (node, steps) = (inner, rest);
        }
        node.position
    }

    /// What a person calls this sort of value.
    pub(super) fn describe(&self) -> &'static str {
        match &self.value {
            Value::Null => "nothing",
            Value::List(_) => "a list",
            Value::Map(_) => "a map of keys",
            Value::Scalar(scalar) => match scalar.guess {
                Guess::Text => "a text",
                Guess::Bool(_) => "true or false",
                Guess::Unsigned(_) | Guess::Signed(_) | Guess::Float(_) => "a number",
            },
        }
    }
}

/// The value of this key and the way on from it. A key with dots in it (`sender.domain`) takes several steps.
fn named<'n, 's>(
    entries: &'n [(Key, Node)],
    name: &str,
    mut rest: &'s [Step],
) -> Option<(&'n Node, &'s [Step])> {
    let mut name = name.to_owned();
    loop {
        if let Some((_, value)) = entries.iter().find(|(key, _)| key.text == name) {
            return Some((value, rest));
        }
        let Some((Step::Key(more), further)) = rest.split_first() else {
            return None;
        };
        name.push('.');
        name.push_str(more);
        rest = further;
    }
}

fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: DEPTH_LIMIT,
            max_nodes: 250_000,
            max_aliases: 1_000,
            max_recorded_anchor_bytes: SIZE_LIMIT,
            max_total_scalar_bytes: SIZE_LIMIT,
            max_total_comment_bytes: SIZE_LIMIT,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 100_000,
        },
        duplicate_keys: DuplicateKeyPolicy::Error,
        reject_unsupported_tags: true,
        with_snippet: false,
        emit_comments: false,
    }
}

fn position(location: Location) -> Position {
    Position {
        line: location.line(),
        column: location.column(),
    }
}

/// A value as the YAML reader hands it over: the source text of plain scalars is still missing.
struct Read(Spanned<ReadValue>);

enum ReadValue {
    Null,
    Text(Zeroizing<String>),
    Guessed(Guess),
    List(Vec<Read>),
    Map(Vec<(Spanned<String>, Read)>),
}

impl Read {
    fn node(self, source: &str) -> Node {
        let Spanned {
            value,
            referenced,
            defined,
        } = self.0;
        let value = match value {
            ReadValue::Null => Value::Null,
            ReadValue::Text(text) => Value::Scalar(Scalar {
                text,
                guess: Guess::Text,
            }),
            ReadValue::Guessed(guess) => Value::Scalar(Scalar {
                text: source_text(source, defined, guess),
                guess,
            }),
            ReadValue::List(items) => {
                Value::List(items.into_iter().map(|item| item.node(source)).collect())
            }
            ReadValue::Map(entries) => Value::Map(
                entries
                    .into_iter()
                    .map(|(key, value)| {
                        let key_position = position(key.referenced);
                        (
                            Key {
                                text: key.value,
                                position: key_position,
                            },
                            value.node(source),
                        )
                    })
                    .collect(),
            ),
        };
        Node {
            position: position(referenced),
            value,
        }
    }
}

/// How a guessed scalar was written, so that a company named `0755` or `NO` keeps its name.
fn source_text(source: &str, location: Location, guess: Guess) -> Zeroizing<String> {
    let span = location.span();
    let written = span
        .byte_offset()
        .zip(span.byte_len())
        .and_then(|(start, len)| {
            let start = usize::try_from(start).ok()?;
            source.get(start..start.checked_add(usize::try_from(len).ok()?)?)
        })
        .map(str::trim)
        .filter(|text| !text.is_empty() && !text.starts_with(['!', '&', '*']));
    let text = written.map_or_else(
        || match guess {
            Guess::Text => String::new(),
            Guess::Bool(value) => value.to_string(),
            Guess::Unsigned(value) => value.to_string(),
            Guess::Signed(value) => value.to_string(),
            Guess::Float(value) => value.to_string(),
        },
        str::to_owned,
    );
    Zeroizing::new(text)
}

impl<'de> Deserialize<'de> for Read {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Spanned::deserialize(deserializer).map(Self)
    }
}

impl<'de> Deserialize<'de> for ReadValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = ReadValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<ReadValue, E> {
        Ok(ReadValue::Null)
    }

    fn visit_none<E>(self) -> Result<ReadValue, E> {
        Ok(ReadValue::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<ReadValue, E> {
        Ok(ReadValue::Guessed(Guess::Bool(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<ReadValue, E> {
        Ok(ReadValue::Guessed(Guess::Unsigned(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<ReadValue, E> {
        Ok(ReadValue::Guessed(Guess::Signed(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<ReadValue, E> {
        Ok(ReadValue::Guessed(Guess::Float(value)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<ReadValue, E> {
        Ok(ReadValue::Text(Zeroizing::new(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<ReadValue, E> {
        Ok(ReadValue::Text(Zeroizing::new(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<ReadValue, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(ReadValue::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ReadValue, A::Error> {
        let mut entries: Vec<(Spanned<String>, Read)> = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(ReadValue::Map(entries))
    }
}

#[cfg(test)]
#[path = "node_tests.rs"]
mod tests;
