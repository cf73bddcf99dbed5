//! Conditions as they stand in files: a map with one key, `all`, `any`, `not`, `always` or the name of a fact.
//!
//! Reading fails with sentences that carry their cure; the YAML reader adds line and column. Writing gives the
//! same form back. Knows nothing of limits: those are the compiler's.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap as _, Serializer};
use serde::{Deserialize, Serialize};

use crate::rule::condition::Condition;
use crate::rule::fact::{Fact, FactKind};
use crate::rule::test::{Operator, Test};
use crate::rule::texts::Texts;

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self {
            Self::Always => map.serialize_entry("always", &true)?,
            Self::All(conditions) => map.serialize_entry("all", conditions)?,
            Self::Any(conditions) => map.serialize_entry("any", conditions)?,
            Self::Not(condition) => map.serialize_entry("not", condition)?,
            Self::Test(test) => map.serialize_entry(&test.fact.to_string(), &Comparison(test))?,
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
                Operator::Exists(exists) => map.serialize_entry(name, exists)?,
                Operator::Above(amount) | Operator::Below(amount) if counts => {
                    map.serialize_entry(name, &amount.0)?;
                }
                Operator::Above(amount) | Operator::Below(amount) => {
                    map.serialize_entry(name, amount)?;
                }
                other => map.serialize_entry(name, &other.texts())?,
            }
        }
        if self.0.exact {
            map.serialize_entry("exact", &true)?;
        }
        if self.0.subdomains {
            map.serialize_entry("subdomains", &true)?;
        }
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

/// The operators under the name of a fact.
struct TestSeed<'f>(&'f Fact);

impl TestSeed<'_> {
    fn shorthand<E: de::Error>(&self) -> E {
        E::custom(format!(
            "`{}` needs an operator, for example `{}`",
            self.0,
            self.0.example()
        ))
    }
}

impl<'de> DeserializeSeed<'de> for TestSeed<'_> {
    type Value = Test;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Test, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TestSeed<'_> {
    type Value = Test;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "operators under `{}`, for example `{}`",
            self.0,
            self.0.example()
        )
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Test, A::Error> {
        let mut test = Test {
            fact: self.0.clone(),
            operators: Vec::new(),
            exact: false,
            subdomains: false,
        };
        while let Some(name) = map.next_key_seed(OperatorSeed(self.0))? {
            if test.operators.iter().any(|known| known.name() == name) {
                return Err(de::Error::custom(format!(
                    "`{name}` stands twice under `{}`; write one list",
                    self.0
                )));
            }
            match name {
                "exact" => test.exact = map.next_value()?,
                "subdomains" => test.subdomains = map.next_value()?,
                "exists" => test.operators.push(Operator::Exists(map.next_value()?)),
                "above" => test.operators.push(Operator::Above(map.next_value()?)),
                "below" => test.operators.push(Operator::Below(map.next_value()?)),
                _ => {
                    let texts = map.next_value_seed(TextsSeed(self.0, name))?;
                    test.operators.push(with_texts(name, texts));
                }
            }
        }
        Ok(test)
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Test, E> {
        Err(self.shorthand())
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Test, E> {
        Err(self.shorthand())
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Test, E> {
        Err(self.shorthand())
    }

    fn visit_unit<E: de::Error>(self) -> Result<Test, E> {
        Err(self.shorthand())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Test, A::Error> {
        Err(self.shorthand())
    }
}

fn with_texts(name: &'static str, texts: Texts) -> Operator {
    match name {
        "in" => Operator::In(texts),
        "contains" => Operator::Contains(texts),
        "word" => Operator::Word(texts),
        "starts" => Operator::Starts(texts),
        "ends" => Operator::Ends(texts),
        "regex" => Operator::Regex(texts),
        "domain" => Operator::Domain(texts),
        _ => Operator::Is(texts),
    }
}

/// The name of an operator that goes with the fact.
struct OperatorSeed<'f>(&'f Fact);

impl<'de> DeserializeSeed<'de> for OperatorSeed<'_> {
    type Value = &'static str;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for OperatorSeed<'_> {
    type Value = &'static str;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of an operator")
    }

    fn visit_str<E: de::Error>(self, given: &str) -> Result<Self::Value, E> {
        self.0.takes(given).map_err(E::custom)?;
        let known = self.0.operators().iter().find(|name| **name == given);
        Ok(known.copied().unwrap_or_default())
    }
}

/// The texts of an operator; those of a fact of words are looked up at once, while the place in the file is known.
struct TextsSeed<'f>(&'f Fact, &'static str);

impl<'de> DeserializeSeed<'de> for TextsSeed<'_> {
    type Value = Texts;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Texts, D::Error> {
        let texts = if self.1 == "in" {
            deserializer.deserialize_any(InVisitor)?
        } else {
            Texts::deserialize(deserializer)?
        };
        for text in texts.iter() {
            self.0.knows(text).map_err(de::Error::custom)?;
        }
        Ok(texts)
    }
}

/// `in` takes a list only.
struct InVisitor;

impl<'de> Visitor<'de> for InVisitor {
    type Value = Texts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list; for one value write `is`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Texts, A::Error> {
        let mut texts = Vec::new();
        while let Some(mut more) = items.next_element::<Texts>()? {
            texts.append(&mut more.0);
        }
        Ok(Texts(texts))
    }
}

#[cfg(test)]
#[path = "condition_file_tests.rs"]
mod tests;
