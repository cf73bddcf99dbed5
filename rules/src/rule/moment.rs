//! The moments that an operator takes, and the offset from UTC by which days and hours are told.

use std::borrow::Cow;
use std::fmt;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, Offset as _, SecondsFormat, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

/// A moment (RFC 3339), or the beginning of a day; in files `2026-11-01` or `2026-11-01T08:30:00+01:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// An instant.
    At(DateTime<FixedOffset>),
    /// The midnight with which a day begins, wherever it is told.
    Day(NaiveDate),
}

impl Moment {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            return Some(Self::Day(day));
        }
        DateTime::parse_from_rfc3339(text).ok().map(Self::At)
    }

    /// Milliseconds since 1970, days beginning by this offset.
    pub(crate) fn millis(self, zone: Zone) -> i64 {
        match self {
            Self::At(moment) => moment.timestamp_millis(),
            Self::Day(day) => {
                let midnight = day.and_time(NaiveTime::MIN).and_utc().timestamp();
                midnight
                    .saturating_sub(i64::from(zone.0.local_minus_utc()))
                    .saturating_mul(1_000)
            }
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(moment) => f.write_str(&moment.to_rfc3339_opts(SecondsFormat::Secs, true)),
            Self::Day(day) => day.fmt(f),
        }
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            de::Error::custom(format!(
                "`{shown}` is no moment; write a day such as 2026-11-01, or 2026-11-01T08:30:00+01:00"
            ))
        })
    }
}

impl JsonSchema for Moment {
    fn schema_name() -> Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A day (`2026-11-01`) or a moment (`2026-11-01T08:30:00+01:00`).",
            "type": "string",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ].+)?$"
        })
    }
}

/// An offset from UTC; in files `"+01:00"`, or `UTC`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(pub FixedOffset);

impl Default for Zone {
    fn default() -> Self {
        Self(Utc.fix())
    }
}

impl Zone {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if matches!(text, "UTC" | "Z") {
            return Some(Self::default());
        }
        let (sign, rest) = match text.split_at_checked(1)? {
            ("+", rest) => (1, rest),
            ("-", rest) => (-1, rest),
            _ => return None,
        };
        let (hours, minutes) = rest.split_once(':')?;
        let part = |digits: &str, most: i32| -> Option<i32> {
            let two = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
            let number = digits.parse().ok().filter(|_| two)?;
            (number <= most).then_some(number)
        };
        let seconds = part(hours, 14)? * 3_600 + part(minutes, 59)? * 60;
        FixedOffset::east_opt(sign * seconds).map(Self)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.local_minus_utc() == 0 {
            f.write_str("UTC")
        } else {
            self.0.fmt(f)
        }
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            de::Error::custom(format!(
                "`{shown}` is no offset from UTC; write it in quotes, for example \"+01:00\", or UTC"
            ))
        })
    }
}

impl JsonSchema for Zone {
    fn schema_name() -> Cow<'static, str> {
        "Zone".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An offset from UTC by which days and hours are told (`+01:00`); UTC unless said.",
            "type": "string",
            "pattern": "^(UTC|Z|[+-][0-9]{2}:[0-9]{2})$"
        })
    }
}

#[cfg(test)]
#[path = "moment_tests.rs"]
mod tests;
