//! Numbers with a point, such as the scores of spam filters; negative ones too.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

/// A number in hundredths; in files `5`, `-1`, `7.35`. More than two decimals are cut off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(pub i64);

/// No filter gives scores as large.
const MOST: i64 = 1_000_000;

impl Decimal {
    fn of_whole(number: i64) -> Option<Self> {
        (-MOST..=MOST).contains(&number).then(|| Self(number * 100))
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !plain(whole) || !plain(fraction) {
            return None;
        }
        let whole: i64 = whole.parse().ok().filter(|number| *number <= MOST)?;
        let mut hundredths = whole * 100;
        for (digit, worth) in fraction.bytes().zip([10, 1]) {
            hundredths += i64::from(digit - b'0') * worth;
        }
        Some(Self(sign * hundredths))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let hundredths = self.0.unsigned_abs();
        let (whole, rest) = (hundredths / 100, hundredths % 100);
        match rest {
            0 => write!(f, "{sign}{whole}"),
            tenths if tenths % 10 == 0 => write!(f, "{sign}{whole}.{}", tenths / 10),
            _ => write!(f, "{sign}{whole}.{rest:02}"),
        }
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 100 == 0 {
            return serializer.serialize_i64(self.0 / 100);
        }
        // The nearest double of two decimals is written with those two decimals.
        match self.to_string().parse::<f64>() {
            Ok(number) => serializer.serialize_f64(number),
            Err(_) => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DecimalVisitor)
    }
}

impl JsonSchema for Decimal {
    fn schema_name() -> Cow<'static, str> {
        "Decimal".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A number, with a point and negative too: 5, -1, 7.35.",
            "type": "number"
        })
    }
}

struct DecimalVisitor;

impl DecimalVisitor {
    fn told<E: de::Error>(text: &str) -> Result<Decimal, E> {
        Decimal::parse(text).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            E::custom(format!("`{shown}` is no number; write it as 5, -1 or 7.35"))
        })
    }
}

impl Visitor<'_> for DecimalVisitor {
    type Value = Decimal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number such as 5, -1 or 7.35")
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Decimal, E> {
        Self::told(&value.to_string())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Decimal, E> {
        Decimal::of_whole(value).map_or_else(|| Self::told(&format!("{value} (too large)")), Ok)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Decimal, E> {
        Self::told(&value.to_string())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Decimal, E> {
        Self::told(text)
    }
}

#[cfg(test)]
#[path = "decimal_tests.rs"]
mod tests;
