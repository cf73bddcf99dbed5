//! Conditions as they stand in files: a map with one key, `all`, `any`, `not`, `always` or the name of a fact.
//!
//! What stands under a fact is read beside. Reading fails with sentences that carry their cure; the YAML reader adds line and column. Writing gives the
//! same form back. Knows nothing of limits: those are the compiler's.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap as _, Serializer};
use serde::{Deserialize, Serialize};

use crate::rule::condition::Condition;
use crate::rule::fact::Fact;
use crate::rule::fact_kind::FactKind;
use crate::rule::test::{Operator, Test};
use crate::rule::test_file::TestSeed;
use crate::rule::texts::Texts;

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self {
            Self::Always => map.serialize_entry("always", &true)?,
            Self::All(conditions) => map.serialize_entry("all", conditions)?,
            Self::Any(conditions) => map.serialize_entry("any", conditions)?,
            Self::Not(condition) => map.serialize_entry("not", condition)?,
            Self::Test(test) => {
                let name = test.fact.to_string();
                match test.operators.as_slice() {
                    // What is so or is not needs no operator.
                    [Operator::Holds(wanted)] => map.serialize_entry(&name, wanted)?,
                    _ => map.serialize_entry(&name, &Comparison(test))?,
                }
            }
        }
        map.end()
    }
}

/// The operators of a test, without its fact.
struct Comparison<'t>(&'t Test);

impl Serialize for Comparison<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let counts = self.0.fact.kind() == FactKind::Count;
        for operator in &self.0.operators {
            let name = operator.name();
            match operator {
                // A list even of one: a lone text here is to mean a list by that name.
                Operator::In(texts) => map.serialize_entry(name, &texts.0)?,
                Operator::Exists(wanted) | Operator::Holds(wanted) => {
                    map.serialize_entry(name, wanted)?;
                }
                Operator::AboveDecimal(number) | Operator::BelowDecimal(number) => {
                    map.serialize_entry(name, number)?;
                }
                Operator::After(moment) | Operator::Before(moment) => {
                    map.serialize_entry(name, moment)?;
                }
                Operator::Above(amount) | Operator::Below(amount) if counts => {
                    map.serialize_entry(name, &amount.0)?;
                }
                Operator::Above(amount) | Operator::Below(amount) => {
                    map.serialize_entry(name, amount)?;
                }
                other => match other.lists() {
                    Some(lists) => map.serialize_entry(name, &ListNames(lists))?,
                    None => map.serialize_entry(name, &other.texts())?,
                },
            }
        }
        if self.0.exact {
            map.serialize_entry("exact", &true)?;
        }
        if self.0.subdomains {
            map.serialize_entry("subdomains", &true)?;
        }
        if let Some(zone) = &self.0.zone {
            map.serialize_entry("zone", zone)?;
        }
        map.end()
    }
}

/// `{list: partners}`
struct ListNames<'t>(&'t Texts);

impl Serialize for ListNames<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("list", self.0)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ConditionVisitor)
    }
}

struct ConditionVisitor;

impl<'de> Visitor<'de> for ConditionVisitor {
    type Value = Condition;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a condition such as `subject: {contains: offer}`, or `all:`, `any:` or `not:`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Condition, A::Error> {
        let Some(key) = map.next_key::<Key>()? else {
            return Err(de::Error::custom(
                "a condition is empty; name a fact, or leave `when` out for a rule that always matches",
            ));
        };
        let condition = match &key {
            Key::All => Condition::All(map.next_value_seed(ListSeed("all"))?),
            Key::Any => Condition::Any(map.next_value_seed(ListSeed("any"))?),
            Key::Not => Condition::Not(map.next_value()?),
            Key::Always => map.next_value_seed(AlwaysSeed)?,
            Key::Fact(fact) => Condition::Test(map.next_value_seed(TestSeed(fact))?),
        };
        match map.next_key::<Key>()? {
            None => Ok(condition),
            Some(other) => Err(de::Error::custom(format!(
                "a condition has one key, this one has `{key}` and `{other}`; \
                 write them as a list under `all:` (both must hold) or `any:` (one is enough)"
            ))),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Condition, A::Error> {
        Err(de::Error::custom(
            "a list of conditions needs to know how they join; put it under `all:` or `any:`",
        ))
    }
}

/// What a condition may begin with.
enum Key {
    All,
    Any,
    Not,
    Always,
    Fact(Fact),
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Any => f.write_str("any"),
            Self::Not => f.write_str("not"),
            Self::Always => f.write_str("always"),
            Self::Fact(fact) => fact.fmt(f),
        }
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl Visitor<'_> for KeyVisitor {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a fact, or all, any, not or always")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Key, E> {
                match name {
                    "all" => Ok(Key::All),
                    "any" => Ok(Key::Any),
                    "not" => Ok(Key::Not),
                    "always" => Ok(Key::Always),
                    fact => Fact::parse(fact).map(Key::Fact).map_err(E::custom),
                }
            }
        }

        deserializer.deserialize_str(KeyVisitor)
    }
}

/// The list under `all` or `any`; a lone condition is told to become a list.
struct ListSeed(&'static str);

impl<'de> DeserializeSeed<'de> for ListSeed {
    type Value = Vec<Condition>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ListSeed {
    type Value = Vec<Condition>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a list of conditions under `{}`, each with a dash before it",
            self.0
        )
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut conditions = Vec::new();
        while let Some(condition) = items.next_element()? {
            conditions.push(condition);
        }
        Ok(conditions)
    }
}

/// The value of `always`, which can only be true.
struct AlwaysSeed;

impl<'de> DeserializeSeed<'de> for AlwaysSeed {
    type Value = Condition;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Condition, D::Error> {
        if bool::deserialize(deserializer)? {
            Ok(Condition::Always)
        } else {
            Err(de::Error::custom(
                "`always` takes only true; to switch a rule off write `enabled: false` beside its name",
            ))
        }
    }
}

#[cfg(test)]
#[path = "condition_file_tests.rs"]
mod tests;
