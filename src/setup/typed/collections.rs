//! Lists and maps, entry by entry; each entry's value is read where it stands.

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, IntoDeserializer as _, MapAccess, SeqAccess};

use super::Cursor;
use super::fault::Fault;
use crate::setup::node::{Key, Node, Value};
use crate::setup::problem::Position;

pub(super) struct Items<'a> {
    pub(super) cursor: Cursor<'a>,
    pub(super) items: std::iter::Enumerate<std::slice::Iter<'a, Node>>,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Fault> {
        let Some((index, node)) = self.items.next() else {
            return Ok(None);
        };
        let path = self.cursor.path.index(index);
        let item = Cursor {
            node,
            path: &path,
            unknown: self.cursor.unknown,
        };
        seed.deserialize(item)
            .map(Some)
            .map_err(|fault| fault.at(node.position, &path))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

pub(super) struct Entries<'a, 'k> {
    pub(super) cursor: Cursor<'a>,
    pub(super) known: Option<&'static [&'static str]>,
    pub(super) rest: std::slice::Iter<'a, (Key, Node)>,
    pub(super) current: Option<&'a (Key, Node)>,
    pub(super) last_key: &'k mut Option<Position>,
}

impl<'de> MapAccess<'de> for Entries<'_, '_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
        for entry in self.rest.by_ref() {
            let (key, value) = entry;
            *self.last_key = Some(key.position);
            match self.known {
                Some(known) if !known.contains(&key.text.as_str()) => {
                    self.cursor.tell_unknown(key, known);
                }
                // `password:` with nothing behind it is a slip, not a wish for the default.
                Some(_) if matches!(value.value, Value::Null) => {
                    let path = self.cursor.path.key(&key.text);
                    return Err(Fault::new(
                        "nothing is written here; write a value or remove the key",
                    )
                    .at(value.position, &path));
                }
                _ => {
                    self.current = Some(entry);
                    let key: StrDeserializer<'_, Fault> = key.text.as_str().into_deserializer();
                    return seed.deserialize(key).map(Some);
                }
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let Some((key, node)) = self.current.take() else {
            return Err(Fault::new("a value was asked for before its key"));
        };
        let path = self.cursor.path.key(&key.text);
        let value = Cursor {
            node,
            path: &path,
            unknown: self.cursor.unknown,
        };
        seed.deserialize(value)
            .map_err(|fault| fault.at(node.position, &path))
    }
}
