//! What stands under a fact in files: operators with what they take, and what changes how they compare.
//!
//! Knows nothing of limits, nor which lists there are: those are the compiler's.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Unexpected, Visitor};

use crate::nearest::unknown;
use crate::rule::fact::Fact;
use crate::rule::fact_kind::FactKind;
use crate::rule::test::{Operator, Test};
use crate::rule::texts::{Texts, unquoted};

/// The operators under the name of a fact.
pub(super) struct TestSeed<'f>(pub(super) &'f Fact);

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
        let mut test = Test::of(self.0.clone(), Vec::new());
        let kind = self.0.kind();
        while let Some(name) = map.next_key_seed(OperatorSeed(self.0))? {
            if test.operators.iter().any(|known| known.name() == name) {
                return Err(de::Error::custom(format!(
                    "`{name}` stands twice under `{}`; write one list",
                    self.0
                )));
            }
            let operator = match (name, kind) {
                ("exact", _) => {
                    test.exact = map.next_value()?;
                    continue;
                }
                ("subdomains", _) => {
                    test.subdomains = map.next_value()?;
                    continue;
                }
                ("zone", _) => {
                    test.zone = Some(map.next_value()?);
                    continue;
                }
                ("exists", _) => Operator::Exists(map.next_value()?),
                ("is", FactKind::Flag) => Operator::Holds(map.next_value()?),
                ("above", FactKind::Decimal) => Operator::AboveDecimal(map.next_value()?),
                ("below", FactKind::Decimal) => Operator::BelowDecimal(map.next_value()?),
                ("above", _) => Operator::Above(map.next_value()?),
                ("below", _) => Operator::Below(map.next_value()?),
                ("after", _) => Operator::After(map.next_value()?),
                ("before", _) => Operator::Before(map.next_value()?),
                _ => map.next_value_seed(OperandSeed(self.0, name))?,
            };
            test.operators.push(operator);
        }
        Ok(test)
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Test, E> {
        Err(self.shorthand())
    }

    fn visit_bool<E: de::Error>(self, wanted: bool) -> Result<Test, E> {
        match self.0.kind() {
            FactKind::Flag => Ok(Test::of(self.0.clone(), vec![Operator::Holds(wanted)])),
            _ => Err(self.shorthand()),
        }
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

/// What an operator takes: texts, or a shared list by name. Words of a fact of words are looked up at once, while the place
/// in the file is known.
struct OperandSeed<'f>(&'f Fact, &'static str);

impl<'de> DeserializeSeed<'de> for OperandSeed<'_> {
    type Value = Operator;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Operator, D::Error> {
        let Self(fact, name) = self;
        let listed = matches!(fact.kind(), FactKind::Text | FactKind::Address);
        let operator = match name {
            "in" => deserializer.deserialize_any(ListVisitor::In)?,
            "domain" => deserializer.deserialize_any(ListVisitor::Domain)?,
            "contains" | "word" | "starts" | "ends" => {
                deserializer.deserialize_any(ListVisitor::Text)?
            }
            _ => Operand::Texts(Texts::deserialize(deserializer)?),
        };
        match operator {
            Operand::Texts(texts) => {
                for text in texts.iter() {
                    fact.knows(text).map_err(de::Error::custom)?;
                }
                Ok(with_texts(name, texts))
            }
            Operand::Lists(_) if !listed => Err(de::Error::custom(format!(
                "`{fact}` can't be looked up in a shared list; write its words, for example `{}`",
                fact.example()
            ))),
            Operand::Lists(names) => Ok(match name {
                "domain" => Operator::DomainList(names),
                "contains" => Operator::ContainsList(names),
                "word" => Operator::WordList(names),
                "starts" => Operator::StartsList(names),
                "ends" => Operator::EndsList(names),
                _ => Operator::InList(names),
            }),
        }
    }
}

enum Operand {
    Texts(Texts),
    Lists(Texts),
}

/// A list, or `{list: NAME}`; but for `in` one text alone as well.
#[derive(Clone, Copy, PartialEq)]
enum ListVisitor {
    In,
    Domain,
    Text,
}

impl<'de> Visitor<'de> for ListVisitor {
    type Value = Operand;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::In => {
                "a list, or by its name one that rules share: `{list: partners}`; for one value write `is`"
            }
            Self::Domain => {
                "a domain, a list of domains, or a shared list by its name: `{list: partners}`"
            }
            Self::Text => "a text, a list of texts, or a shared list by its name: `{list: products}`",
        })
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Operand, E> {
        if self == Self::In {
            Err(E::invalid_type(Unexpected::Str(text), &self))
        } else {
            Ok(Operand::Texts(Texts::from(text)))
        }
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Operand, E> {
        Err(unquoted(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Operand, E> {
        Err(unquoted(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Operand, E> {
        Err(unquoted(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Operand, E> {
        Err(unquoted(value))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Operand, E> {
        Err(de::Error::custom("a value is missing here"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Operand, A::Error> {
        let mut texts = Vec::new();
        while let Some(mut more) = items.next_element::<Texts>()? {
            texts.append(&mut more.0);
        }
        Ok(Operand::Texts(Texts(texts)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Operand, A::Error> {
        let mut names = None;
        while let Some(key) = map.next_key::<String>()? {
            if key != "list" {
                return Err(de::Error::custom(unknown("key", &key, &["list"])));
            }
            names = Some(map.next_value::<Texts>()?);
        }
        names.map(Operand::Lists).ok_or_else(|| {
            de::Error::custom("the name of a list is missing; write `{list: partners}`")
        })
    }
}
