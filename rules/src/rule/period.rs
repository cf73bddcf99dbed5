//! How long something lasts, as a rule writes it: `7d`, `12h`, `30m`.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

/// So many minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period(pub u32);

/// The letters and how many minutes each stands for, the longest first.
const UNITS: [(char, u32); 3] = [('d', 1_440), ('h', 60), ('m', 1)];

/// A year: longer ago nobody remembers.
const MOST: u32 = 366 * 1_440;

impl Period {
    /// So many days.
    #[must_use]
    pub const fn days(days: u32) -> Self {
        Self(days * 1_440)
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (_, minutes) = UNITS.into_iter().find(|(unit, _)| text.ends_with(*unit))?;
        let number = text.get(..text.len().checked_sub(1)?)?;
        let number: u32 = number.trim().parse().ok()?;
        let all = number.checked_mul(minutes)?;
        (1..=MOST).contains(&all).then_some(Self(all))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = UNITS
            .into_iter()
            .find(|(_, minutes)| self.0.is_multiple_of(*minutes));
        let (unit, minutes) = unit.unwrap_or(('m', 1));
        write!(f, "{}{unit}", self.0 / minutes)
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            de::Error::custom(format!(
                "`{text}` is no time of at most a year; write for example 7d, 12h or 30m"
            ))
        })
    }
}

impl JsonSchema for Period {
    fn schema_name() -> Cow<'static, str> {
        "Period".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Days, hours or minutes, a year at most.",
            "type": "string",
            "pattern": "^\\s*[0-9]+\\s*[dhm]\\s*$"
        })
    }
}

#[cfg(test)]
#[path = "period_tests.rs"]
mod tests;
